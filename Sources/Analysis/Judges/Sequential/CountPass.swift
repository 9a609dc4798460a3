/// What is followed from interval to interval for a pass; it is about the whole stage, so nothing is kept back for later.
struct CountPass: PassEvidence {
    private var notWorse: RatioEvidence
    private var belowRate: RateEvidence?
    private var intervals = 0

    private let minimumIntervals: Int
    private let limit: Double

    private static let passRatios = [1.0, 1.25]

    init(_ settings: SequentialSettings) {
        let test = RatioTest(
            limit: settings.rejectRatio, noise: settings.noise, dispersion: settings.dispersion,
            cap: settings.passCap)
        notWorse = RatioEvidence("not worse", test, ratios: Self.passRatios, onset: .atOnce)
        belowRate = settings.maximumRate.map { rate in
            RateEvidence("below the rate", bar: rate, rates: [rate / 4, rate / 20], onset: .atOnce)
        }
        minimumIntervals = settings.minimumIntervals
        limit = settings.passLimit
    }

    mutating func add(_ sample: IntervalSample) {
        intervals += 1
        notWorse.add(sample)
        belowRate?.add(bad: sample.canaryBad, total: sample.canaryTotal)
    }

    var leansToPass: Bool { notWorse.logValue >= 0 || (belowRate.map { $0.logValue >= 0 } ?? false) }

    /// A proof holds for good where nothing changes; where something has since it was there, it must not pass.
    var decision: SequentialOutcome.Reason? {
        guard intervals >= minimumIntervals else { return nil }
        if notWorse.maximum >= limit, notWorse.logValue >= 0 { return .notWorse }
        if let belowRate, belowRate.maximum >= limit, belowRate.logValue >= 0 { return .belowRate }
        return nil
    }

    var logValue: Double { notWorse.logValue }
    var maximum: Double { notWorse.maximum }

    var parts: [SequentialTrace.Part] { [notWorse.trace(.pass), belowRate?.trace(.pass)].compactMap { $0 } }
}
