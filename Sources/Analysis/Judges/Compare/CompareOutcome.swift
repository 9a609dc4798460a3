/// What the compare judge found for one metric, with every number on the way there.
package struct CompareOutcome: Codable, Equatable, Sendable {
    /// The raw values are the labels of Kayenta's reports.
    package enum Classification: String, Codable, CaseIterable, Sendable {
        case pass = "Pass"
        case high = "High"
        case low = "Low"
        case noData = "Nodata"
        /// No data where `mustHaveData` wants some.
        case missingRequired = "NodataFailMetric"
        case error = "Error"
    }

    package enum Reason: String, Codable, CaseIterable, Sendable {
        /// The canary's values are larger, or smaller, by more than is tolerated.
        case higher, lower
        /// So they are, but in the direction that does no harm.
        case harmlessDirection
        /// So they are, but the effect is below the allowed one.
        case smallEffect
        /// Proven to differ by no more than is tolerated.
        case withinMargin
        /// No difference beyond what is tolerated is certain.
        case notSignificant
        case identical
        case noData
        /// A side without points counts as a pass here: NaN is replaced by zero, or neither side has any.
        case nothingToCompare
        case tooFewPoints
        case notANumber
        case infiniteValue
        /// Too few different values for the test.
        case allTied
    }

    /// One side.
    package struct Side: Codable, Equatable, Sendable {
        /// How many points there were, how many of them NaN, and how many of the rest were dropped as outliers.
        package let points: Int
        package let missing: Int
        package let outliers: Int
        /// Of what was compared.
        package let summary: SampleSummary
    }

    /// How far the canary is shifted against the baseline; a number that is not finite is left out.
    package struct Shift: Codable, Equatable, Sendable {
        package let estimate: Double?
        package let lower: Double?
        package let upper: Double?
        package let confidence: Double
        /// What the interval must clear in order to count.
        package let bound: Double?
    }

    package let metric: String
    package let settings: CompareSettings
    package let canary: Side
    package let baseline: Side
    package let shift: Shift?
    package let test: MannWhitneyTest?
    /// In the measure that the settings choose; nil where it cannot be computed.
    package let effectSize: Double?
    /// The ratio of the means; 1 where Kayenta compares nothing.
    package let deviation: Double?
    /// Both sides were constant, and noise of a hundred-thousandth was added to them.
    package let hasNoise: Bool
    package let classification: Classification
    /// The metric fails the whole score.
    package let isCriticalFailure: Bool
    package let reason: Reason
    package let verdict: Verdict
    package private(set) var sentence = ""

    init(
        _ comparison: Comparison, _ classification: Classification, _ reason: Reason, shift: Shift? = nil,
        test: MannWhitneyTest? = nil, effectSize: Double? = nil, deviation: Double? = nil, hasNoise: Bool = false,
        isCriticalFailure: Bool = false
    ) {
        metric = comparison.metric
        settings = comparison.settings
        canary = comparison.canarySide
        baseline = comparison.baselineSide
        self.shift = shift
        self.test = test
        self.effectSize = effectSize.flatMap(\.ifFinite)
        self.deviation = deviation.flatMap(\.ifFinite)
        self.hasNoise = hasNoise
        self.classification = classification
        self.isCriticalFailure = isCriticalFailure
        self.reason = reason
        verdict =
            switch classification {
            case .pass: .pass
            case .high, .low, .missingRequired: .fail
            case .noData: .needsMoreData
            // More data may have different values, but an infinite one comes from a query that divides by zero.
            case .error: reason == .infiniteValue ? .error : .needsMoreData
            }
        sentence = written
    }

    /// The row of the commit message's table.
    package func evidence(unit: String = "", isDryRun: Bool = false, window: Window) -> MetricEvidence {
        func median(_ side: Side) -> String? {
            guard side.summary.count > 0 else { return nil }
            let number = Readable.number(side.summary.median)
            return unit.isEmpty ? number : "\(number) \(unit)"
        }
        return MetricEvidence(
            metric: metric, verdict: verdict, isDryRun: isDryRun || settings.isMuted, sentence: sentence,
            value: median(canary), condition: condition, baseline: median(baseline),
            counts: .init(verdict, intervals: canary.summary.count), window: window)
    }
}

extension CompareOutcome.Shift {
    init(_ interval: (lower: Double, upper: Double), estimate: Double, confidence: Double, bound: Double) {
        self.init(
            estimate: estimate.ifFinite, lower: interval.lower.ifFinite, upper: interval.upper.ifFinite,
            confidence: confidence, bound: bound.ifFinite)
    }
}

extension Double {
    var ifFinite: Double? { isFinite ? self : nil }
}
