/// What the text of a PromQL query tells: which series it selects, how far back it looks for them, and through what
/// functions.
///
/// It is no check of the query: what the server could not read is read as well as it goes. Of LogQL only the spans are
/// to be believed.
struct PromQLScan: Sendable {
    /// Labels that an aggregation keeps, or drops.
    enum Grouping: Equatable, Sendable {
        case by([String])
        case without([String])

        func keeps(_ label: String) -> Bool {
            switch self {
            case .by(let labels): labels.contains(label)
            case .without(let labels): !labels.contains(label)
            }
        }
    }

    /// A call of a function or an aggregation.
    struct Call: Equatable, Sendable {
        let name: String
        /// The index of the call whose argument this one is part of.
        let outer: Int?
        var grouping: Grouping?

        var isAggregation: Bool { PromQLScan.aggregations.contains(name) }
    }

    struct Selector: Equatable, Sendable {
        /// The metric's; nil where only labels are stated.
        var name: String?
        /// The index of the innermost call around it.
        let call: Int?
        /// What stands in brackets behind it.
        var range: Duration?
        /// How long before the time that is asked for, with all ranges, subqueries and offsets around it.
        var reach: Duration = .zero
        /// The sum of all offsets.
        var offset: Duration = .zero
        /// Looked at at a time of its own, by `@`.
        var isPinned = false
    }

    static let aggregations: Set<String> = [
        "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile",
        "count_values", "limitk", "limit_ratio",
    ]

    var calls: [Call] = []
    var selectors: [Selector] = []
    /// The texts behind each `/` that stands in no call.
    var divisors: [String] = []
    /// Something outside of calls is multiplied by 100.
    var isPercent = false
    /// There is a number, also as a word such as `Inf`.
    var hasNumber = false
    /// The query was read to its end.
    var isWhole = true

    init(_ query: String) {
        var reader = PromQLReader(query)
        self = reader.read()
    }

    /// Nothing found yet.
    init() {}

    /// The calls around a selector, the innermost first.
    func calls(around selector: Selector) -> [Call] { calls(outwardsFrom: selector.call) }

    private func calls(outwardsFrom index: Int?) -> [Call] {
        var around: [Call] = []
        var next = index
        while let index = next {
            around.append(calls[index])
            next = calls[index].outer
        }
        return around
    }

    /// An instant query gives one number instead of a vector: outside of `scalar(…)` there is no selector and no function
    /// of vectors.
    ///
    /// A text alone is no number.
    var isScalar: Bool {
        guard isWhole, hasNumber || !calls.isEmpty else { return false }
        let outside = calls.filter { call in !calls(outwardsFrom: call.outer).contains { $0.name == "scalar" } }
        return outside.allSatisfy { ["scalar", "time", "pi"].contains($0.name) }
            && selectors.allSatisfy { calls(around: $0).contains { $0.name == "scalar" } }
    }

    /// The spans in brackets, the shortest first.
    var ranges: [Duration] { selectors.compactMap(\.range).sorted() }
}
