/// The evidence, over all intervals so far, that the canary's bad rate is on the other side of a bar.
struct RateEvidence: Sendable {
    let name: String
    private let bar: Double
    private let rates: [Double]
    /// What one bad request, and one good one, say for each alternative.
    private let ofBad: [Double]
    private let ofGood: [Double]
    private let cap: Double?
    /// What the newest interval says for each alternative, before the cap.
    private var increments: [Double]
    private(set) var process: EvidenceProcess

    /// - Parameter rates: the alternatives, all above the bar or all below it.
    init(_ name: String, bar: Double, rates: [Double], cap: Double? = nil, onset: OnsetWeights) {
        let test = RateTest(bar: bar)
        self.name = name
        self.bar = bar
        self.rates = rates
        self.cap = cap
        ofBad = rates.map { test.increment(bad: 1, total: 1, rate: $0) }
        ofGood = rates.map { test.increment(bad: 0, total: 1, rate: $0) }
        increments = Array(repeating: 0, count: rates.count)
        process = EvidenceProcess(alternatives: rates.count, onset: onset)
    }

    mutating func add(bad: Double, total: Double) {
        for index in increments.indices {
            let value = bad * ofBad[index] + (total - bad) * ofGood[index]
            increments[index] = value.isFinite ? value : 0
        }
        process.add(increments, cap: cap ?? .infinity)
    }

    var logValue: Double { process.logValue }
    var maximum: Double { process.maximum }

    func trace(_ side: SequentialTrace.Side) -> SequentialTrace.Part {
        let isAbove = (rates.first ?? 1) > bar
        return SequentialTrace.Part(
            .init(
                name: name, side: side, hypothesis: "rate \(isAbove ? "<=" : ">=") \(Readable.number(bar))",
                alternatives: rates, cap: cap),
            increments, process)
    }
}
