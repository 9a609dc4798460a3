/// What is followed for a failure by a bar: that the rate is above it, and above what is tolerated of the predecessor's.
struct RateFailure: SequentialEvidence {
    private var capped: RateEvidence
    /// The same with all that an interval says, for what cannot wait.
    private var whole: RateEvidence
    private var total = IntervalSample(canaryBad: 0, canaryTotal: 0)
    private var newest = IntervalSample(canaryBad: 0, canaryTotal: 0)

    private let predecessor: IntervalSample?
    private let settings: SequentialSettings

    /// - Parameter first: the share of the evidence that starts with the first interval; nil is the settings'.
    init(_ judge: RateJudge, onset first: Double? = nil) {
        predecessor = judge.predecessor
        settings = judge.settings
        let rates = RateTest.alternatives(above: judge.bar)
        let onset = OnsetWeights(
            first: first ?? settings.firstWeight, plannedIntervals: settings.plannedIntervals)
        capped = RateEvidence("above the bar", bar: judge.bar, rates: rates, cap: settings.failCap, onset: onset)
        whole = RateEvidence("above the bar, uncapped", bar: judge.bar, rates: rates, onset: onset)
    }

    mutating func add(_ sample: IntervalSample) {
        capped.add(bad: sample.canaryBad, total: sample.canaryTotal)
        whole.add(bad: sample.canaryBad, total: sample.canaryTotal)
        total = [total, sample].total
        newest = sample
    }

    /// The evidence, as one look at all counts gives it, that the rate is above what is tolerated of the predecessor's;
    /// infinite where nothing is known of one.
    private var worseThanPredecessor: Double {
        guard let predecessor else { return .infinity }
        let test = RatioTest(
            limit: settings.tolerateRatio, noise: settings.noise, dispersion: settings.dispersion)
        let both = IntervalSample(
            canaryBad: total.canaryBad, canaryTotal: total.canaryTotal, baselineBad: predecessor.baselineBad,
            baselineTotal: predecessor.baselineTotal)
        return EvidenceProcess.logMean(
            settings.grid.map { test.increment(both, ratio: settings.tolerateRatio * $0) })
    }

    private var isPanic: Bool {
        guard let panic = settings.panic else { return false }
        return newest.canaryBad > panic.rate * newest.canaryTotal && whole.logValue >= settings.panicLimit
    }

    var decision: SequentialOutcome.Reason? {
        let reason: SequentialOutcome.Reason? =
            isPanic ? .panic : capped.logValue >= settings.failLimit ? .aboveRate : nil
        return reason.flatMap { worseThanPredecessor >= settings.failLimit ? $0 : nil }
    }

    var isSuspicious: Bool { min(capped.logValue, worseThanPredecessor) >= SequentialSettings.suspicion }

    /// As suspicious, but with all that a single interval says.
    var isStriking: Bool { min(whole.logValue, worseThanPredecessor) >= SequentialSettings.suspicion }

    var logValue: Double { min(capped.logValue, worseThanPredecessor) }
    var maximum: Double { capped.maximum }
    var parts: [SequentialTrace.Part] { [capped.trace(.fail), whole.trace(.fail)] }
}
