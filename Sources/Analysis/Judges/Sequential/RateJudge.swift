/// Judges one release's bad rate against a bar, by a test that may be looked at any time.
///
/// It fails what is proven to be above the bar and, where the release's predecessor was seen to serve, above what is
/// tolerated of the predecessor's rate, too: what was always so is no failure of the release. What passes is a matter of
/// `proof`. The chance of failing a release whose rate is at most the bar is α for each planned length of time, apart
/// from that of the comparison.
package struct RateJudge: Sendable {
    /// What a release must show in order to pass.
    package enum Proof: String, Codable, Sendable {
        /// Nothing but that it has been seen for long enough and nothing new speaks against it.
        ///
        /// A service with little traffic can be proven neither way, and a release that has been compared with its
        /// predecessor on its way here is not held for that.
        case notAbove
        /// That its rate is below the bar: of a release of which nothing else is known.
        case below
    }

    package var metric: String
    /// The bad rate that is tolerated, between 0 and 1.
    package var bar: Double
    package var proof: Proof
    /// What stable served while it ran the previous release; nil where nothing is known of it.
    package var predecessor: IntervalSample?
    package var settings: SequentialSettings
    package var interval: Duration
    package var noun: String

    /// - Parameter predecessor: its counts are the baseline's; too few to show the bar's own rate count for nothing.
    package init(
        metric: String, bar: Double, proof: Proof = .notAbove, predecessor: IntervalSample? = nil,
        settings: SequentialSettings = SequentialSettings(), interval: Duration = .seconds(60), noun: String = "errors"
    ) {
        self.metric = metric
        self.bar = bar
        self.proof = proof
        self.predecessor = predecessor.flatMap { $0.baselineTotal * bar >= 5 ? $0 : nil }
        self.settings = settings
        self.interval = interval
        self.noun = noun
    }

    /// - Parameters:
    ///   - samples: one per interval; the canary's counts are those of all that runs the release.
    ///   - starts: the intervals at which new pods began to serve, where the settings let pods warm up.
    package func judge(_ samples: [IntervalSample], podsFrom starts: [Int] = [0]) -> RateOutcome {
        let samples = samples.warm(after: settings.warmUpIntervals, from: starts)
        return outcome(finding(samples), of: samples)
    }

    private func finding(_ samples: [IntervalSample]) -> Walk.Finding {
        let failed = walk.firstFailure(of: samples, stageFrom: 0)
        if failed.verdict == .fail { return failed }
        var passed = proof == .below ? walk.pass(of: samples, from: 0) : passUnlessSuspicious(samples, failed.newest)
        passed.failEvidence = failed.failEvidence
        return passed
    }

    /// Every statistic of every interval, with what was decided by them.
    package func trace(_ samples: [IntervalSample], podsFrom starts: [Int] = [0]) -> SequentialTrace {
        let samples = samples.warm(after: settings.warmUpIntervals, from: starts)
        let found = finding(samples)
        let outcome = outcome(found, of: samples)
        return SequentialTrace(
            metric: metric, verdict: outcome.verdict, reason: outcome.reason, sentence: outcome.sentence,
            decidedAfter: outcome.intervals, decidedAt: found.decidedAt, settings: settings,
            walk.trace(samples, stageFrom: 0))
    }

    private typealias Walk = SequentialWalk<RateFailure, RatePass>

    private var walk: Walk {
        Walk(
            settings: settings, horizon: settings.plannedIntervals, failure: { _ in RateFailure(self) },
            pass: { RatePass(self) })
    }

    /// A pass once the release has been seen for long enough and is not suspected.
    private func passUnlessSuspicious(_ samples: [IntervalSample], _ newest: RateFailure?) -> Walk.Finding {
        let all = 0..<samples.count
        if let silence = walk.silence(of: samples, from: 0) { return silence }
        if samples.count >= settings.minimumIntervals, newest?.isSuspicious != true, bearsOut(samples.suffix(2)) {
            return Walk.Finding(
                verdict: .pass, reason: .notAboveRate, intervals: all, failEvidence: 0,
                since: settings.minimumIntervals)
        }
        let isOver = samples.count >= settings.plannedIntervals
        return Walk.Finding(
            verdict: isOver ? .inconclusive : .needsMoreData, reason: isOver ? .deadline : .undecided, intervals: all,
            failEvidence: 0)
    }

    /// Whether the newest intervals have requests, and by themselves raise no suspicion.
    private func bearsOut(_ newest: ArraySlice<IntervalSample>) -> Bool {
        guard settings.noData == .ok || newest.contains(where: \.hasCanary) else { return false }
        var evidence = RateFailure(self, onset: 1)
        for sample in newest { evidence.add(sample) }
        return !evidence.isStriking
    }

    private func outcome(_ found: Walk.Finding, of samples: [IntervalSample]) -> RateOutcome {
        let seen = samples[found.intervals]
        let totals = seen.total
        return RateOutcome(
            metric: metric, verdict: found.verdict, reason: found.reason, bar: bar, intervals: seen.count,
            decidedAt: found.decidedAt, interval: interval, totals: totals, failEvidence: found.failEvidence,
            passEvidence: found.passEvidence,
            isUnsuspicious: settings.isUnsuspicious(
                canary: totals.canaryTotal, baseline: .infinity, failEvidence: found.failEvidence),
            noun: noun)
    }
}
