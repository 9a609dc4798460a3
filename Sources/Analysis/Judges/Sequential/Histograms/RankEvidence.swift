/// The evidence, over all intervals so far, of a shift on the other side of a limit.
struct RankEvidence: Sendable {
    private let name: String
    private let test: RankTest
    private let steps: [Double]
    private let cap: Double
    /// What the newest interval says for each alternative, before the cap.
    private var increments: [Double]
    private(set) var process: EvidenceProcess

    /// - Parameter steps: the alternatives, all above the limit or all below it, as what they differ from it.
    init(_ name: String, _ test: RankTest, steps: [Double], cap: Double, onset: OnsetWeights) {
        self.name = name
        self.test = test
        self.steps = steps
        self.cap = cap
        increments = Array(repeating: 0, count: steps.count)
        process = EvidenceProcess(alternatives: steps.count, onset: onset)
    }

    mutating func add(_ terms: RankTest.Terms?) {
        for index in increments.indices {
            increments[index] = terms.map { test.increment($0, step: steps[index]) } ?? 0
        }
        process.add(increments, cap: cap)
    }

    var logValue: Double { process.logValue }
    var maximum: Double { process.maximum }

    func trace(_ side: SequentialTrace.Side) -> SequentialTrace.Part {
        let isAbove = (steps.first ?? 1) > 0
        let hypothesis =
            "chance that a canary request is the slower one \(isAbove ? "<=" : ">=") 1/2 + "
            + Readable.number(test.limit)
        return SequentialTrace.Part(
            .init(
                name: name, side: side, hypothesis: hypothesis, alternatives: steps.map { 0.5 + test.limit + $0 },
                cap: cap),
            increments, process)
    }
}
