internal import Analysis
internal import Rollouts

/// One kind of provider: what its settings mean, and what answers for them.
///
/// Every kind is a file of its own, with its members in this order: `name`, the settings, `init`, `source`, and below
/// them the wire format and the words of its errors. `ProviderRegistry` lists all.
protocol ProviderKind: Sendable {
    /// The key below `provider` in a template.
    static var name: String { get }

    /// Further keys that mean the same.
    static var aliases: [String] { get }

    /// Reads the settings; what is wrong with them is left in `fields`.
    init(_ fields: inout ProviderFields, interval: Duration)

    /// Whether its sources answer for any time that has passed, and not for now alone.
    var isRetroactive: Bool { get }

    /// Whether its sources have counters, of which a histogram's buckets are some.
    var hasCounters: Bool { get }

    /// What to change where other settings of the same kind could be asked about the past.
    var hintForPast: String? { get }

    /// What answers, over `connection`.
    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource
}

extension ProviderKind {
    static var aliases: [String] { [] }
    var isRetroactive: Bool { true }
    var hasCounters: Bool { false }
    var hintForPast: String? { nil }
}
