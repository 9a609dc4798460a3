/// What justified a decision about one stage: the rows of a commit message's table.
package struct Evidence: Codable, Equatable, Sendable {
    package let window: Window
    package let verdict: Verdict
    package let metrics: [MetricEvidence]

    package init(window: Window, verdict: Verdict, metrics: [MetricEvidence]) {
        self.window = window
        self.verdict = verdict
        self.metrics = metrics
    }
}

/// The time that was judged.
package struct Window: Codable, Equatable, Sendable {
    package let start: Timestamp
    package let end: Timestamp

    package init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    package var length: Duration { end - start }
}

/// One metric's part of the evidence.
package struct MetricEvidence: Codable, Equatable, Sendable {
    package struct Counts: Codable, Equatable, Sendable {
        package let good: Int
        package let bad: Int
        /// Neither good nor bad, or without data.
        package let undecided: Int

        package init(good: Int, bad: Int, undecided: Int) {
            self.good = good
            self.bad = bad
            self.undecided = undecided
        }

        package var total: Int { good + bad + undecided }
    }

    package let metric: String
    package var verdict: Verdict
    /// A dry run is reported and decides nothing.
    package var isDryRun: Bool
    /// What was found, in words.
    package var sentence: String
    /// The last value, as people read it: `0.9987`, `212 ms`.
    package let value: String?
    /// What was asked of it: `>= 0.99`.
    package let condition: String?
    /// What stable had at the same time, where it is known.
    package let baseline: String?
    package let counts: Counts
    package let window: Window
    /// What was measured, in the order of time.
    package var measurements: [MeasuredPoint] = []

    package init(
        metric: String, verdict: Verdict, isDryRun: Bool = false, sentence: String, value: String? = nil,
        condition: String? = nil, baseline: String? = nil, counts: Counts, window: Window
    ) {
        self.metric = metric
        self.verdict = verdict
        self.isDryRun = isDryRun
        self.sentence = sentence
        self.value = value
        self.condition = condition
        self.baseline = baseline
        self.counts = counts
        self.window = window
    }
}

extension Evidence {
    /// The verdict over the metrics that gate; those of a dry run are left out.
    package static func verdict(
        of metrics: [MetricEvidence], isSoaked: Bool = true, isPastDeadline: Bool
    ) -> Verdict {
        Verdict.folding(
            metrics.filter { !$0.isDryRun }.map(\.verdict), isSoaked: isSoaked, isPastDeadline: isPastDeadline)
    }
}
