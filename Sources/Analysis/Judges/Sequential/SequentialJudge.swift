import Glibc

/// Compares the canary's count of bad requests with the baseline's by a test that may be looked at any time.
///
/// The answer is that of the first interval at which it was final, so asking again, later or more often changes nothing.
package struct SequentialJudge: Sendable {
    package var metric: String
    package var settings: SequentialSettings
    package var interval: Duration
    package var noun: String

    package init(
        metric: String, settings: SequentialSettings = SequentialSettings(), interval: Duration = .seconds(60),
        noun: String = "errors"
    ) {
        self.metric = metric
        self.settings = settings
        self.interval = interval
        self.noun = noun
    }

    /// - Parameter samples: one per interval since the rollout's start, in the order of time.
    package func judge(_ samples: [IntervalSample]) -> SequentialOutcome {
        var state = State(settings)
        for (index, sample) in samples.enumerated() {
            state.add(sample)
            if let (verdict, reason) = state.decision(settings) {
                return outcome(verdict, reason, Array(samples[...index]), state)
            }
        }
        let isOver = samples.count >= settings.plannedIntervals
        return outcome(isOver ? .inconclusive : .needsMoreData, isOver ? .deadline : .undecided, samples, state)
    }

    private func outcome(
        _ verdict: Verdict, _ reason: SequentialOutcome.Reason, _ samples: [IntervalSample], _ state: State
    ) -> SequentialOutcome {
        let totals = samples.total
        return SequentialOutcome(
            metric: metric, verdict: verdict, reason: reason, intervals: samples.count, interval: interval,
            totals: totals, failEvidence: state.worse.maximum, passEvidence: state.notWorse.maximum,
            ratioAtLeast: ratioAtLeast(samples),
            isUnsuspicious: totals.canaryTotal >= settings.minimumRequests && state.worse.maximum < log(3), noun: noun)
    }

    /// The evidence against "at most `ratio` times the baseline", after each interval.
    package func failEvidence(_ samples: [IntervalSample], against ratio: Double) -> [Double] {
        var (process, test) = Self.worse(settings, limit: ratio)
        return samples.map { sample in
            process.add(settings.grid.map { test.increment(sample, ratio: ratio * $0) })
            return process.logValue
        }
    }

    /// The evidence against "at least `rejectRatio` times the baseline", after each interval.
    package func passEvidence(_ samples: [IntervalSample]) -> [Double] {
        var state = State(settings)
        return samples.map { sample in
            state.add(sample)
            return state.notWorse.logValue
        }
    }

    /// The largest ratio that the data exclude as an upper limit, by bisection on its logarithm.
    package func ratioAtLeast(_ samples: [IntervalSample]) -> Double? {
        let bar = -log(settings.failBar)
        func excludes(_ ratio: Double) -> Bool { failEvidence(samples, against: ratio).contains { $0 >= bar } }
        var (low, high) = (log(1.0 / 64), log(1024.0))
        guard excludes(exp(low)) else { return nil }
        if excludes(exp(high)) { return exp(high) }
        for _ in 0..<24 {
            let middle = (low + high) / 2
            if excludes(exp(middle)) { low = middle } else { high = middle }
        }
        return exp(low)
    }

    fileprivate static func worse(
        _ settings: SequentialSettings, limit: Double
    ) -> (EvidenceProcess, RatioTest) {
        (
            EvidenceProcess(
                alternatives: settings.grid.count, plannedIntervals: settings.plannedIntervals,
                firstWeight: settings.firstWeight),
            RatioTest(
                limit: limit, noise: settings.noise, dispersion: settings.dispersion,
                cap: -log(settings.failBar) / Double(max(1, settings.minimumEvidenceIntervals)))
        )
    }
}

/// All that is followed from interval to interval.
private struct State {
    private(set) var worse: EvidenceProcess
    private(set) var notWorse: EvidenceProcess
    private var aboveFloor: EvidenceProcess
    private var belowRate: EvidenceProcess
    private var panicRate: EvidenceProcess
    private var panicRatio: EvidenceProcess
    private var intervals = 0
    private var hasBaseline = false
    /// The largest of the smaller one of two pieces of evidence that must both be there.
    private var jointFail = 0.0

    private let settings: SequentialSettings
    private let worseTest: RatioTest
    private let notWorseTest: RatioTest

    private static let passRatios = [1.0, 1.25]
    private static let panicRates = [0.35, 0.5, 0.8]

    init(_ settings: SequentialSettings) {
        self.settings = settings
        (worse, worseTest) = SequentialJudge.worse(settings, limit: settings.tolerateRatio)
        notWorseTest = RatioTest(
            limit: settings.rejectRatio, noise: settings.noise, dispersion: settings.dispersion,
            cap: -log(settings.beta) / Double(max(1, settings.minimumEvidenceIntervals)))
        func process(_ alternatives: Int, _ firstWeight: Double) -> EvidenceProcess {
            EvidenceProcess(
                alternatives: alternatives, plannedIntervals: settings.plannedIntervals, firstWeight: firstWeight)
        }
        // A pass is about the whole time, so nothing is kept back for a later onset.
        notWorse = process(Self.passRatios.count, 1)
        belowRate = process(2, 1)
        aboveFloor = process(RateTest.alternatives(above: settings.floor).count, settings.firstWeight)
        panicRate = process(Self.panicRates.count, settings.firstWeight)
        panicRatio = process(settings.grid.count, settings.firstWeight)
    }

    mutating func add(_ sample: IntervalSample) {
        intervals += 1
        hasBaseline = hasBaseline || sample.baselineTotal > 0
        worse.add(settings.grid.map { worseTest.increment(sample, ratio: settings.tolerateRatio * $0) })
        notWorse.add(Self.passRatios.map { notWorseTest.increment(sample, ratio: $0) })
        aboveFloor.add(Self.increments(sample, RateTest.alternatives(above: settings.floor), bar: settings.floor))
        if let rate = settings.maximumRate {
            belowRate.add(Self.increments(sample, [rate / 4, rate / 20], bar: rate))
        }
        if let panic = settings.panic {
            panicRate.add(Self.increments(sample, Self.panicRates.filter { $0 > panic.rate }, bar: panic.rate))
            let test = RatioTest(limit: panic.ratio, noise: settings.noise, dispersion: settings.dispersion)
            panicRatio.add(settings.grid.map { test.increment(sample, ratio: panic.ratio * $0) })
        }
        let floor = settings.floor > 0 ? aboveFloor.logValue : .infinity
        jointFail = max(jointFail, min(worse.logValue, floor))
    }

    private static func increments(_ sample: IntervalSample, _ rates: [Double], bar: Double) -> [Double] {
        rates.map { RateTest(bar: bar).increment(bad: sample.canaryBad, total: sample.canaryTotal, rate: $0) }
    }

    func decision(_ settings: SequentialSettings) -> (Verdict, SequentialOutcome.Reason)? {
        if let panic = settings.panic {
            let evidence = hasBaseline ? min(panicRate.logValue, panicRatio.logValue) : panicRate.logValue
            if evidence >= -log(panic.alpha) { return (.fail, .panic) }
        }
        if jointFail >= -log(settings.failBar) { return (.fail, .worse) }
        guard intervals >= settings.minimumIntervals else { return nil }
        if notWorse.maximum >= -log(settings.beta) { return (.pass, .notWorse) }
        if settings.maximumRate != nil, belowRate.maximum >= -log(settings.beta) { return (.pass, .belowRate) }
        return nil
    }
}
