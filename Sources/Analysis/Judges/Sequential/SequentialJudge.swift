import Glibc

/// Compares the canary's count of bad requests with the baseline's by a test that may be looked at any time.
///
/// A failure is that of the first interval at which it was final, so asking again, later or more often changes nothing; a
/// pass lasts for as long as the newest intervals bear it out.
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

    /// A failure by everything that has been seen of the release, a pass by the present stage alone: how a release bears a
    /// small weight proves nothing about a larger one.
    ///
    /// - Parameters:
    ///   - samples: one per interval since the canary first had traffic, in the order of time.
    ///   - stage: the first of them that belongs to the present stage.
    package func judge(_ samples: [IntervalSample], stageFrom stage: Int = 0) -> SequentialOutcome {
        var failEvidence = 0.0
        for start in Swift.stride(from: 0, to: samples.count, by: settings.horizon) {
            let block = Array(samples[start..<min(samples.count, start + settings.horizon)])
            var state = FailState(settings, stage: stage - start)
            for (index, sample) in block.enumerated() {
                state.add(sample)
                guard let reason = state.decision else { continue }
                let seen = Array(block[...index])
                return outcome(
                    .fail, reason, seen, failEvidence: state.worse.maximum,
                    ratioAtLeast: ratioAtLeast(seen, stage: stage - start))
            }
            failEvidence = max(failEvidence, state.worse.maximum)
        }
        return pass(Array(samples.dropFirst(max(0, stage))), failEvidence: failEvidence)
    }

    /// What one stage is worth that has not failed: the answer of the first interval at which it was final, as long as it
    /// is fresh or the newest intervals bear it out.
    private func pass(_ samples: [IntervalSample], failEvidence: Double) -> SequentialOutcome {
        var state = PassState(settings)
        for (index, sample) in samples.enumerated() {
            state.add(sample)
            guard let reason = state.decision else { continue }
            let newest = samples.suffix(max(Self.freshIntervals, index + 1))
            if samples.count - index - 1 > Self.freshIntervals, !bearsOut(newest) {
                // What nobody bears out for as long as a decision may take has no answer.
                let planned = max(1, settings.plannedIntervals)
                let isOver = samples.count - index - 1 >= planned && !bearsOut(samples.suffix(planned))
                return outcome(
                    isOver ? .inconclusive : .needsMoreData, .outlived, Array(newest), failEvidence: failEvidence)
            }
            return outcome(
                .pass, reason, Array(samples[...index]), failEvidence: failEvidence,
                passEvidence: state.notWorse.maximum)
        }
        let isOver = samples.count >= settings.plannedIntervals
        return outcome(
            isOver ? .inconclusive : .needsMoreData, isOver ? .deadline : .undecided, samples,
            failEvidence: failEvidence, passEvidence: state.notWorse.maximum)
    }

    /// For how many intervals a pass counts without another look.
    private static let freshIntervals = 2

    /// Whether a window as long as the one that passed speaks for the release, too, and does not end in silence.
    ///
    /// It need not be a proof of its own: a pass is where the evidence has just sufficed, so that of windows of that
    /// length every second one of a healthy release falls short.
    private func bearsOut(_ newest: ArraySlice<IntervalSample>) -> Bool {
        guard newest.suffix(Self.freshIntervals).contains(where: { $0.canaryTotal > 0 }) else { return false }
        var state = PassState(settings)
        for sample in newest { state.add(sample) }
        return state.leansToPass
    }

    private func outcome(
        _ verdict: Verdict, _ reason: SequentialOutcome.Reason, _ samples: [IntervalSample], failEvidence: Double,
        passEvidence: Double = 0, ratioAtLeast: Double? = nil
    ) -> SequentialOutcome {
        let totals = samples.total
        return SequentialOutcome(
            metric: metric, verdict: verdict, reason: reason, intervals: samples.count, interval: interval,
            totals: totals, failEvidence: failEvidence, passEvidence: passEvidence, ratioAtLeast: ratioAtLeast,
            isUnsuspicious: totals.canaryTotal >= settings.minimumRequests && failEvidence < log(3), noun: noun)
    }

    /// The evidence against "at most `ratio` times the baseline", after each interval.
    package func failEvidence(
        _ samples: [IntervalSample], against ratio: Double, stage: Int? = nil
    ) -> [Double] {
        var (process, test) = Self.worse(settings, limit: ratio, stage: stage)
        return samples.map { sample in
            process.add(settings.grid.map { test.increment(sample, ratio: ratio * $0) })
            return process.logValue
        }
    }

    /// The evidence against "at least `rejectRatio` times the baseline", after each interval.
    package func passEvidence(_ samples: [IntervalSample]) -> [Double] {
        var state = PassState(settings)
        return samples.map { sample in
            state.add(sample)
            return state.notWorse.logValue
        }
    }

    /// The largest ratio that the data exclude as an upper limit, by bisection on its logarithm.
    package func ratioAtLeast(_ samples: [IntervalSample], stage: Int? = nil) -> Double? {
        let bar = -log(settings.failBar)
        func excludes(_ ratio: Double) -> Bool {
            failEvidence(samples, against: ratio, stage: stage).contains { $0 >= bar }
        }
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
        _ settings: SequentialSettings, limit: Double, stage: Int?
    ) -> (EvidenceProcess, RatioTest) {
        (
            EvidenceProcess(alternatives: settings.grid.count, onset: settings.onset(stage: stage)),
            RatioTest(
                limit: limit, noise: settings.noise, dispersion: settings.dispersion,
                cap: -log(settings.failBar) / Double(max(1, settings.minimumEvidenceIntervals)))
        )
    }
}

extension SequentialSettings {
    /// The weights of what may break at any time.
    fileprivate func onset(stage: Int?) -> OnsetWeights {
        OnsetWeights(first: firstWeight, plannedIntervals: horizon, stages: stages, stage: stage)
    }
}

extension IntervalSample {
    /// The canary's evidence about a bar, for each alternative to it.
    fileprivate func increments(_ rates: [Double], bar: Double) -> [Double] {
        rates.map { RateTest(bar: bar).increment(bad: canaryBad, total: canaryTotal, rate: $0) }
    }
}

/// What is followed from interval to interval for a failure.
private struct FailState {
    private(set) var worse: EvidenceProcess
    private var aboveFloor: EvidenceProcess
    private var panicRate: EvidenceProcess
    private var panicRatio: EvidenceProcess
    private var hasBaseline = false
    /// The largest of the smaller one of two pieces of evidence that must both be there.
    private var joint = 0.0

    private let settings: SequentialSettings
    private let worseTest: RatioTest

    private static let panicRates = [0.35, 0.5, 0.8]

    init(_ settings: SequentialSettings, stage: Int) {
        self.settings = settings
        (worse, worseTest) = SequentialJudge.worse(settings, limit: settings.tolerateRatio, stage: stage)
        func process(_ alternatives: Int) -> EvidenceProcess {
            EvidenceProcess(alternatives: alternatives, onset: settings.onset(stage: stage))
        }
        aboveFloor = process(RateTest.alternatives(above: settings.floor).count)
        panicRate = process(Self.panicRates.count)
        panicRatio = process(settings.grid.count)
    }

    mutating func add(_ sample: IntervalSample) {
        hasBaseline = hasBaseline || sample.baselineTotal > 0
        worse.add(settings.grid.map { worseTest.increment(sample, ratio: settings.tolerateRatio * $0) })
        aboveFloor.add(sample.increments(RateTest.alternatives(above: settings.floor), bar: settings.floor))
        if let panic = settings.panic {
            panicRate.add(sample.increments(Self.panicRates.filter { $0 > panic.rate }, bar: panic.rate))
            let test = RatioTest(limit: panic.ratio, noise: settings.noise, dispersion: settings.dispersion)
            panicRatio.add(settings.grid.map { test.increment(sample, ratio: panic.ratio * $0) })
        }
        let floor = settings.floor > 0 ? aboveFloor.logValue : .infinity
        joint = max(joint, min(worse.logValue, floor))
    }

    var decision: SequentialOutcome.Reason? {
        if let panic = settings.panic {
            let evidence = hasBaseline ? min(panicRate.logValue, panicRatio.logValue) : panicRate.logValue
            if evidence >= -log(panic.alpha) { return .panic }
        }
        return joint >= -log(settings.failBar) ? .worse : nil
    }
}

/// What is followed from interval to interval for a pass; it is about the whole stage, so nothing is kept back for later.
private struct PassState {
    private(set) var notWorse: EvidenceProcess
    private var belowRate: EvidenceProcess
    private var intervals = 0

    private let settings: SequentialSettings
    private let notWorseTest: RatioTest

    private static let passRatios = [1.0, 1.25]

    init(_ settings: SequentialSettings) {
        self.settings = settings
        notWorseTest = RatioTest(
            limit: settings.rejectRatio, noise: settings.noise, dispersion: settings.dispersion,
            cap: -log(settings.beta) / Double(max(1, settings.minimumEvidenceIntervals)))
        notWorse = EvidenceProcess(alternatives: Self.passRatios.count, onset: .atOnce)
        belowRate = EvidenceProcess(alternatives: 2, onset: .atOnce)
    }

    mutating func add(_ sample: IntervalSample) {
        intervals += 1
        notWorse.add(Self.passRatios.map { notWorseTest.increment(sample, ratio: $0) })
        if let rate = settings.maximumRate { belowRate.add(sample.increments([rate / 4, rate / 20], bar: rate)) }
    }

    /// Whether what was seen is likelier of a release that is good than of one that is not.
    var leansToPass: Bool {
        notWorse.logValue >= 0 || (settings.maximumRate != nil && belowRate.logValue >= 0)
    }

    var decision: SequentialOutcome.Reason? {
        guard intervals >= settings.minimumIntervals else { return nil }
        if notWorse.maximum >= -log(settings.beta) { return .notWorse }
        if settings.maximumRate != nil, belowRate.maximum >= -log(settings.beta) { return .belowRate }
        return nil
    }
}
