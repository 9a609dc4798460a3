/// What is followed from interval to interval for a failure by counts of bad requests.
struct CountFailure: SequentialEvidence {
    private(set) var worse: RatioEvidence
    private var aboveFloor: RateEvidence?
    private var panicRate: RateEvidence?
    private var panicRatio: RatioEvidence?
    private var hasBaseline = false
    /// The largest of the smaller one of two pieces of evidence that must both be there.
    private var joint = 0.0

    private let failLimit: Double
    private let panicLimit: Double

    private static let panicRates = [0.35, 0.5, 0.8]

    init(_ settings: SequentialSettings, stage: Int) {
        let onset = settings.onset(stage: stage)
        worse = SequentialJudge.worse(settings, limit: settings.toleratedRatio, onset: onset)
        if settings.floor > 0 {
            aboveFloor = RateEvidence(
                "floor", bar: settings.floor, rates: RateTest.alternatives(above: settings.floor), onset: onset)
        }
        if let panic = settings.panic {
            panicRate = RateEvidence(
                "panic rate", bar: panic.rate, rates: Self.panicRates.filter { $0 > panic.rate }, onset: onset)
            let test = RatioTest(limit: panic.ratio, noise: settings.noise, dispersion: settings.dispersion)
            panicRatio = RatioEvidence(
                "panic ratio", test, ratios: settings.grid.map { panic.ratio * $0 }, onset: onset)
        }
        failLimit = settings.failLimit
        panicLimit = settings.panicLimit
    }

    mutating func add(_ sample: IntervalSample) {
        hasBaseline = hasBaseline || sample.baselineTotal > 0
        worse.add(sample)
        aboveFloor?.add(bad: sample.canaryBad, total: sample.canaryTotal)
        panicRate?.add(bad: sample.canaryBad, total: sample.canaryTotal)
        panicRatio?.add(sample)
        joint = max(joint, logValue)
    }

    var decision: SequentialOutcome.Reason? {
        if let panicRate, let panicRatio {
            let evidence = hasBaseline ? min(panicRate.logValue, panicRatio.logValue) : panicRate.logValue
            if evidence >= panicLimit { return .panic }
        }
        return joint >= failLimit ? .worse : nil
    }

    /// That the canary is worse than tolerated, and bad at all.
    var logValue: Double { min(worse.logValue, aboveFloor?.logValue ?? .infinity) }
    /// That it is worse than tolerated: a suspicion is one below the floor, too.
    var maximum: Double { worse.maximum }

    var parts: [SequentialTrace.Part] {
        [
            worse.trace(.fail), aboveFloor?.trace(.fail), panicRate?.trace(.fail), panicRatio?.trace(.fail),
        ].compactMap { $0 }
    }
}
