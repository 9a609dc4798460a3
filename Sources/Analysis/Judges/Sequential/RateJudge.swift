import Glibc

/// Judges a release that serves without another one beside it: its bad rate against a bar, by a test that may be looked
/// at any time.
///
/// It fails what is proven to be above the bar and, where the release's predecessor was seen to serve, above what is
/// tolerated of the predecessor's rate, too: what was always so is no failure of the release. It passes the rest once it
/// has been seen for long enough and nothing new speaks against it; a service with little traffic can be proven neither
/// way, and a release that has been compared on its way here is not held for that. The chance of failing a release whose
/// rate is at most the bar is α for each planned length of time, apart from that of the comparison.
package struct RateJudge: Sendable {
    package var metric: String
    /// The bad rate that is tolerated, between 0 and 1.
    package var bar: Double
    /// What stable served while it ran the previous release; nil where nothing is known of it.
    package var predecessor: IntervalSample?
    package var settings: SequentialSettings
    package var interval: Duration
    package var noun: String

    /// - Parameter predecessor: its counts are the baseline's; too few to show the bar's own rate count for nothing.
    package init(
        metric: String, bar: Double, predecessor: IntervalSample? = nil,
        settings: SequentialSettings = SequentialSettings(), interval: Duration = .seconds(60), noun: String = "errors"
    ) {
        self.metric = metric
        self.bar = bar
        self.predecessor = predecessor.flatMap { $0.baselineTotal * bar >= 5 ? $0 : nil }
        self.settings = settings
        self.interval = interval
        self.noun = noun
    }

    /// - Parameter samples: one per interval; the canary's counts are those of all that runs the release.
    package func judge(_ samples: [IntervalSample]) -> RateOutcome {
        let horizon = max(1, settings.plannedIntervals)
        var isSuspicious = false
        for start in stride(from: 0, to: samples.count, by: horizon) {
            let block = samples[start..<min(samples.count, start + horizon)]
            var evidence = Evidence(self, onset: settings.firstWeight)
            for (index, sample) in zip(block.indices, block) {
                evidence.add(sample)
                if evidence.isDecisive { return outcome(.fail, Array(block[...index])) }
            }
            isSuspicious = evidence.isSuspicious
        }
        if samples.count >= settings.minimumIntervals, !isSuspicious, bearsOut(samples.suffix(2)) {
            return outcome(.pass, samples)
        }
        return outcome(samples.count >= settings.plannedIntervals ? .inconclusive : .needsMoreData, samples)
    }

    /// Whether the newest intervals have requests, and by themselves raise no suspicion.
    private func bearsOut(_ newest: ArraySlice<IntervalSample>) -> Bool {
        guard newest.contains(where: { $0.canaryTotal > 0 }) else { return false }
        var evidence = Evidence(self, onset: 1)
        for sample in newest { evidence.add(sample) }
        return !evidence.isStriking
    }

    /// The evidence that the rate is above what is tolerated.
    private struct Evidence {
        private let judge: RateJudge
        private let rates: [Double]
        private var capped: EvidenceProcess
        private var whole: EvidenceProcess
        private var total = IntervalSample(canaryBad: 0, canaryTotal: 0)
        private var newest = IntervalSample(canaryBad: 0, canaryTotal: 0)

        init(_ judge: RateJudge, onset first: Double) {
            self.judge = judge
            rates = RateTest.alternatives(above: judge.bar)
            let onset = OnsetWeights(first: first, plannedIntervals: judge.settings.plannedIntervals)
            capped = EvidenceProcess(alternatives: rates.count, onset: onset)
            whole = capped
        }

        mutating func add(_ sample: IntervalSample) {
            let test = RateTest(bar: judge.bar)
            let increments = rates.map { test.increment(bad: sample.canaryBad, total: sample.canaryTotal, rate: $0) }
            let cap = limit / Double(max(1, judge.settings.minimumEvidenceIntervals))
            capped.add(increments.map { min($0, cap) })
            whole.add(increments)
            total = [total, sample].total
            newest = sample
        }

        /// The evidence, as one look at all counts gives it, that the rate is above what is tolerated of the
        /// predecessor's; infinite where nothing is known of one.
        private var worseThanPredecessor: Double {
            guard let predecessor = judge.predecessor else { return .infinity }
            let settings = judge.settings
            let test = RatioTest(
                limit: settings.tolerateRatio, noise: settings.noise, dispersion: settings.dispersion)
            let both = IntervalSample(
                canaryBad: total.canaryBad, canaryTotal: total.canaryTotal, baselineBad: predecessor.baselineBad,
                baselineTotal: predecessor.baselineTotal)
            let values = settings.grid.map { test.increment(both, ratio: settings.tolerateRatio * $0) }
            return EvidenceProcess.logSum(values) - log(Double(max(1, values.count)))
        }

        private var limit: Double { -log(judge.settings.failBar) }

        private var isPanic: Bool {
            guard let panic = judge.settings.panic else { return false }
            return newest.canaryBad > panic.rate * newest.canaryTotal && whole.logValue >= -log(panic.alpha)
        }

        var isDecisive: Bool {
            (isPanic || capped.logValue >= limit) && worseThanPredecessor >= limit
        }

        /// As suspicious, but with all that a single interval says.
        var isStriking: Bool { min(whole.logValue, worseThanPredecessor) >= log(3) }

        var isSuspicious: Bool { min(capped.logValue, worseThanPredecessor) >= log(3) }
    }

    private func outcome(_ verdict: Verdict, _ samples: [IntervalSample]) -> RateOutcome {
        RateOutcome(
            metric: metric, verdict: verdict, bar: bar, intervals: samples.count, interval: interval,
            totals: samples.total, noun: noun)
    }
}

/// What `RateJudge` found, and the numbers that it rests on.
package struct RateOutcome: Equatable, Sendable {
    package let metric: String
    package let verdict: Verdict
    package let bar: Double
    /// Intervals looked at, up to the one that decided.
    package let intervals: Int
    package let interval: Duration
    package let totals: IntervalSample
    /// What is counted, in the plural: `errors`, `slow requests`.
    package let noun: String

    package var sentence: String {
        let bar = "\(Readable.number(bar * 100)) %"
        let counts =
            "\(Readable.count(totals.canaryBad)) of \(Readable.count(totals.canaryTotal)) requests over "
            + Readable.span(interval * intervals)
        switch verdict {
        case .fail: return "\(noun) are above \(bar): \(counts)"
        case .pass: return "\(noun) are not proven to be above \(bar): \(counts)"
        default: return "\(noun) need more data: \(counts)"
        }
    }

    /// The row of the commit message's table.
    package func evidence(window: Window) -> MetricEvidence {
        let rate = totals.canaryTotal > 0 ? "\(Readable.number(totals.canaryBad / totals.canaryTotal * 100)) %" : nil
        return MetricEvidence(
            metric: metric, verdict: verdict, sentence: sentence, value: rate,
            condition: "<= \(Readable.number(bar * 100)) %", counts: .init(verdict, intervals: intervals),
            window: window)
    }
}

extension MetricEvidence.Counts {
    /// Intervals that were judged together.
    init(_ verdict: Verdict, intervals: Int) {
        self.init(
            good: verdict == .pass ? intervals : 0, bad: verdict == .fail ? intervals : 0,
            undecided: verdict == .pass || verdict == .fail ? 0 : intervals)
    }
}
