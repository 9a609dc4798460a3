/// Judges a release by the checks of a Flagger analysis, one per interval.
///
/// A check fails where any metric is out of its range; failed checks are counted over the whole rollout and passing ones
/// never take one back. It looks back: the answer comes from all checks since the rollout began, walked in order up to
/// the first state that is final, so it does not matter when, or how often, somebody asks.
package struct FlaggerJudge: Sendable {
    package enum Mode: String, Codable, Sendable {
        /// As Flagger: what has no value, or whose query failed, fails the check, too.
        case compat
        /// A check without data neither fails nor passes.
        case safe
    }

    /// In the order in which Flagger asks them: the first one that fails is the one it reports.
    package var checks: [FlaggerCheck]
    /// Failed checks that end the rollout; at least 1.
    package var threshold: Int
    /// Passed checks, since the stage began, that let the release go on.
    ///
    /// 1 for each weight, `iterations` of a blue-green or A/B analysis; nil goes on for as long as the stage does.
    package var passesWanted: Int?
    package var mode: Mode

    package init(checks: [FlaggerCheck], threshold: Int = 1, passesWanted: Int? = 1, mode: Mode = .safe) {
        self.checks = checks
        self.threshold = max(1, threshold)
        self.passesWanted = passesWanted
        self.mode = mode
    }

    /// Walks the checks.
    ///
    /// - Parameters:
    ///   - times: when checks were due, in order, from the beginning of the rollout.
    ///   - measurements: for each of `checks`, in their order, what its metric was; a time that is missing had no data.
    ///   - stage: when the present stage began; checks before it count only where they failed.
    package func judge(
        at times: [Timestamp], _ measurements: [[Measurement]], stageFrom stage: Timestamp? = nil
    ) -> FlaggerOutcome {
        let readings = checks.indices.map { index in
            let known = index < measurements.count ? measurements[index] : []
            return Dictionary(known.map { ($0.time, $0.reading) }, uniquingKeysWith: { first, _ in first })
        }
        var outcome = FlaggerOutcome(judge: self)
        for time in times {
            let results = zip(checks, readings).map { check, readings in
                check.result(of: readings[time] ?? .absent, mode: mode)
            }
            outcome.add(results, at: time, isOfStage: stage.map { time >= $0 } ?? true)
            if outcome.verdict != .needsMoreData { break }
        }
        return outcome
    }
}
