/// The providers that the contract is held to; each group of services has its cases in a file of its own.
enum ProviderCases {
    static let all: [ProviderCase] = family + vendors + stores
}
