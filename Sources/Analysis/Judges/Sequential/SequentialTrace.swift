/// Every statistic that a sequential judge went through, interval by interval, so that its verdict can be followed.
///
/// All logarithms are natural ones. None is infinite: nil stands for the logarithm of nothing.
package struct SequentialTrace: Codable, Equatable, Sendable {
    package enum Side: String, Codable, Sendable { case fail, pass }

    /// One mixture of e-processes, and what it speaks against.
    package struct Process: Codable, Equatable, Sendable {
        package let name: String
        package let side: Side
        package let hypothesis: String
        package let alternatives: [Double]
        /// The most that one interval may contribute; nil is no limit.
        package let cap: Double?
    }

    /// What one interval did to a process.
    package struct Step: Codable, Equatable, Sendable {
        package let process: String
        package let side: Side
        /// What the interval says for each alternative, before the cap.
        package let increments: [Double]
        /// How many of them the cap has cut.
        package let capped: Int
        /// Each alternative's evidence so far, weighted by what has entered.
        package let logs: [Double?]
        /// The weight that is kept for a later onset.
        package let waiting: Double
        package let logValue: Double?
        package let maximum: Double
    }

    package struct Interval: Codable, Equatable, Sendable {
        /// Counted from 1.
        package let number: Int
        package let failEvidence: Double?
        /// Nil before the present stage, which alone a pass is about.
        package let passEvidence: Double?
        /// Of histograms: the bounds above which a request counts as slow, one per quantile, and the rank statistics.
        package let slowAbove: [Double?]?
        package let rank: RankTest.Terms?
        package let steps: [Step]
    }

    package let metric: String
    package let verdict: Verdict
    package let reason: SequentialOutcome.Reason
    package let sentence: String
    /// What the evidence is compared with.
    package let failLimit: Double
    package let passLimit: Double
    /// Intervals up to the one that decided.
    package let decidedAfter: Int
    /// The number of that interval; nil where nothing is decided.
    package let decidedAt: Int?
    package let processes: [Process]
    package let intervals: [Interval]
}

extension SequentialTrace {
    /// A process and its newest step.
    struct Part {
        let process: Process
        let step: Step

        init(_ process: Process, _ increments: [Double], _ evidence: EvidenceProcess) {
            self.process = process
            let cap = process.cap ?? .infinity
            step = Step(
                process: process.name, side: process.side, increments: increments,
                capped: increments.count { $0 > cap }, logs: evidence.logs.map(\.ifFinite),
                waiting: max(0, evidence.waiting), logValue: evidence.logValue.ifFinite,
                maximum: evidence.maximum)
        }
    }

    init(
        metric: String, verdict: Verdict, reason: SequentialOutcome.Reason, sentence: String, decidedAfter: Int,
        decidedAt: Int?, settings: SequentialSettings, _ intervals: [Interval.Draft]
    ) {
        self.metric = metric
        self.verdict = verdict
        self.reason = reason
        self.sentence = sentence
        self.decidedAfter = decidedAfter
        self.decidedAt = decidedAt
        failLimit = settings.failLimit
        passLimit = settings.passLimit
        processes = intervals.last?.parts.map(\.process) ?? []
        self.intervals = intervals.map { draft in
            Interval(
                number: draft.number, failEvidence: draft.failEvidence.ifFinite,
                passEvidence: draft.passEvidence?.ifFinite, slowAbove: draft.slowAbove, rank: draft.rank,
                steps: draft.parts.map(\.step))
        }
    }
}

extension SequentialTrace.Interval {
    /// An interval as a walk leaves it.
    struct Draft {
        let number: Int
        let failEvidence: Double
        let passEvidence: Double?
        let parts: [SequentialTrace.Part]
        var slowAbove: [Double?]?
        var rank: RankTest.Terms?
    }
}
