extension ProviderCases {
    static let f: [ProviderCase] = []
}
