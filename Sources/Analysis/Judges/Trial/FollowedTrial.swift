/// What a judge found that follows intervals, with every statistic of each.
package struct FollowedTrial: Encodable, Equatable, Sendable {
    package enum Judge: String, Encodable, Sendable {
        case sequential, histogram, confident
    }

    /// Those in force, whatever was given.
    package enum Settings: Encodable, Equatable, Sendable {
        case counts(SequentialSettings)
        case histograms(HistogramSettings)

        package func encode(to encoder: any Encoder) throws {
            switch self {
            case .counts(let settings): try settings.encode(to: encoder)
            case .histograms(let settings): try settings.encode(to: encoder)
            }
        }
    }

    package let judge: Judge
    package let settings: Settings
    /// In seconds.
    package let interval: Double
    /// Of each interval; of histograms without bad ones.
    package let counts: [IntervalSample]
    /// The numbers of the intervals in which the canary's pods were new, and did not count.
    package let warmingUp: [Int]
    /// Up to the interval that decided.
    package let totals: IntervalSample
    /// The largest logarithm of the evidence.
    package let failEvidence: Double
    package let passEvidence: Double
    package let ratioAtLeast: Double?
    package let slow: SlowShare?
    package let isUnsuspicious: Bool
    package let trace: SequentialTrace

    init(
        judge: Judge, settings: Settings, interval: Duration, counts: [IntervalSample], warmingUp: [Int],
        totals: IntervalSample, failEvidence: Double, passEvidence: Double, ratioAtLeast: Double? = nil,
        slow: SlowShare? = nil,
        isUnsuspicious: Bool, trace: SequentialTrace
    ) {
        self.judge = judge
        self.settings = settings
        self.interval = Double(interval.milliseconds) / 1000
        self.counts = counts
        self.warmingUp = warmingUp
        self.totals = totals
        self.failEvidence = failEvidence
        self.passEvidence = passEvidence
        self.ratioAtLeast = ratioAtLeast
        self.slow = slow
        self.isUnsuspicious = isUnsuspicious
        self.trace = trace
    }
}
