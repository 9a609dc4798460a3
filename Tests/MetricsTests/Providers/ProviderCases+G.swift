extension ProviderCases {
    static let g: [ProviderCase] = []
}
