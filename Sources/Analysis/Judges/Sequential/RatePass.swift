/// What is followed for a pass by a bar: that the rate is below it, over the whole time.
struct RatePass: PassEvidence {
    private var below: RateEvidence
    private var intervals = 0

    private let settings: SequentialSettings

    /// A release just below the bar takes long to be told from one at it, one without any failure must not.
    private static let fractions = [1.5, 2, 4, 20]

    init(_ judge: RateJudge) {
        settings = judge.settings
        below = RateEvidence(
            "below the bar", bar: judge.bar, rates: Self.fractions.map { judge.bar / $0 }, cap: settings.passCap,
            onset: .atOnce)
    }

    mutating func add(_ sample: IntervalSample) {
        intervals += 1
        below.add(bad: sample.canaryBad, total: sample.canaryTotal)
    }

    var leansToPass: Bool { below.logValue >= 0 }

    var decision: SequentialOutcome.Reason? {
        let isProven = below.maximum >= settings.passLimit && leansToPass
        return intervals >= settings.minimumIntervals && isProven ? .belowRate : nil
    }

    var logValue: Double { below.logValue }
    var maximum: Double { below.maximum }
    var parts: [SequentialTrace.Part] { [below.trace(.pass)] }
}
