import Glibc

/// The evidence, over all intervals so far, that the canary's bad rate is another multiple of the baseline's than a
/// limit.
struct RatioEvidence: Sendable {
    let name: String
    private let test: RatioTest
    private let ratios: [Double]
    private let logRatios: [Double]
    /// What the newest interval says for each alternative, before the cap.
    private var increments: [Double]
    private(set) var process: EvidenceProcess

    /// - Parameters:
    ///   - test: its `cap` bounds what an interval contributes.
    ///   - ratios: the alternatives, all above the test's limit or all below it.
    init(_ name: String, _ test: RatioTest, ratios: [Double], onset: OnsetWeights) {
        self.name = name
        self.test = test
        self.ratios = ratios.filter { $0 > 0 && $0.isFinite }
        logRatios = self.ratios.map { test.limit > 0 ? log($0 / test.limit) : 0 }
        increments = Array(repeating: 0, count: self.ratios.count)
        process = EvidenceProcess(alternatives: self.ratios.count, onset: onset)
    }

    mutating func add(_ sample: IntervalSample) {
        let terms = test.terms(of: sample)
        for index in increments.indices {
            increments[index] = terms.evidence(for: ratios[index], logRatios[index])
        }
        process.add(increments, cap: test.cap ?? .infinity)
    }

    var logValue: Double { process.logValue }
    var maximum: Double { process.maximum }

    func trace(_ side: SequentialTrace.Side) -> SequentialTrace.Part {
        let isAbove = (ratios.first ?? .infinity) > test.limit
        return SequentialTrace.Part(
            .init(
                name: name, side: side,
                hypothesis: "canary rate \(isAbove ? "<=" : ">=") \(Readable.number(test.limit)) x baseline rate",
                alternatives: ratios, cap: test.cap),
            increments, process)
    }
}
