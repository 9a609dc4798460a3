import Glibc

/// Judges a release that serves without another one beside it: its bad rate against a bar, by a test that may be looked
/// at any time.
///
/// It fails what is proven to be above the bar and passes the rest once it has been seen for long enough; a service with
/// little traffic can be proven neither way, and a release that has been compared on its way here is not held for that.
/// The chance of failing a release whose rate is at most the bar is α, apart from that of the comparison.
package struct RateJudge: Sendable {
    package var metric: String
    /// The bad rate that is tolerated, between 0 and 1.
    package var bar: Double
    package var settings: SequentialSettings
    package var interval: Duration
    package var noun: String

    package init(
        metric: String, bar: Double, settings: SequentialSettings = SequentialSettings(),
        interval: Duration = .seconds(60), noun: String = "errors"
    ) {
        self.metric = metric
        self.bar = bar
        self.settings = settings
        self.interval = interval
        self.noun = noun
    }

    /// The bar for a release whose predecessor was seen to serve: what is stated, or more where the predecessor's own
    /// rate was higher, since what was always so is no failure of the release.
    package static func bar(
        stated: Double, predecessor: IntervalSample, settings: SequentialSettings = SequentialSettings()
    ) -> Double {
        guard predecessor.baselineTotal > 0 else { return stated }
        let rate = predecessor.baselineBad / predecessor.baselineTotal
        return min(0.99, max(stated, settings.tolerateRatio * rate))
    }

    /// - Parameter samples: one per interval; the canary's counts are those of all that runs the release.
    package func judge(_ samples: [IntervalSample]) -> RateOutcome {
        var evidence = Evidence(self)
        for (index, sample) in samples.enumerated() {
            evidence.add(sample)
            if evidence.isDecisive { return outcome(.fail, Array(samples[...index])) }
        }
        // Counters that have stopped prove nothing about now, and a suspicion is not passed over.
        let isSilent = samples.suffix(2).allSatisfy { $0.canaryTotal <= 0 }
        if samples.count >= settings.minimumIntervals, !isSilent, evidence.isUnsuspicious {
            return outcome(.pass, samples)
        }
        return outcome(samples.count >= settings.plannedIntervals ? .inconclusive : .needsMoreData, samples)
    }

    /// The evidence that the rate is above the bar.
    private struct Evidence {
        private let judge: RateJudge
        private let rates: [Double]
        private var capped: EvidenceProcess
        private var whole: EvidenceProcess
        private var isPanic = false

        init(_ judge: RateJudge) {
            self.judge = judge
            rates = RateTest.alternatives(above: judge.bar)
            let onset = OnsetWeights(
                first: judge.settings.firstWeight, plannedIntervals: judge.settings.plannedIntervals)
            capped = EvidenceProcess(alternatives: rates.count, onset: onset)
            whole = capped
        }

        mutating func add(_ sample: IntervalSample) {
            let test = RateTest(bar: judge.bar)
            let increments = rates.map { test.increment(bad: sample.canaryBad, total: sample.canaryTotal, rate: $0) }
            let cap = limit / Double(max(1, judge.settings.minimumEvidenceIntervals))
            capped.add(increments.map { min($0, cap) })
            whole.add(increments)
            guard let panic = judge.settings.panic else { return }
            let isFarAbove = sample.canaryBad > panic.rate * sample.canaryTotal
            isPanic = isFarAbove && whole.logValue >= -log(panic.alpha)
        }

        private var limit: Double { -log(judge.settings.failBar) }
        var isDecisive: Bool { isPanic || capped.logValue >= limit }
        var isUnsuspicious: Bool { capped.logValue < log(3) }
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
