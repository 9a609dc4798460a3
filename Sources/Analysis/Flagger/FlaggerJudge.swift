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
        walk(results(at: times, measurements)[...], stageFrom: stage)
    }

    /// Judges the windows of checks since a pass that are as long as the one that passed: one that failed is a failure,
    /// and otherwise the newest one says what the pass is worth.
    ///
    /// - Parameters:
    ///   - times: all since the beginning.
    ///   - passed: the outcome of the first of them.
    ///   - due: until then the pass was fresh, and windows that had ended before were nobody's business.
    /// - Returns: nil where no window has ended since then.
    package func renewal(
        at times: [Timestamp], _ measurements: [[Measurement]], of passed: FlaggerOutcome, from due: Timestamp
    ) -> (outcome: FlaggerOutcome, start: Timestamp)? {
        guard let end = times.firstIndex(where: { $0 == passed.endedAt }), let newest = times.last, newest >= due,
            times.count > end + 1
        else { return nil }
        let results = results(at: times, measurements)
        for last in end + 1..<times.count where times[last] >= due {
            let outcome = walk(results[last - end...last], stageFrom: nil)
            if outcome.verdict == .fail || last == times.count - 1 { return (outcome, times[last - end]) }
        }
        return nil
    }

    private typealias Results = (time: Timestamp, results: [FlaggerCheck.Result])

    /// What each check says at each time.
    private func results(at times: [Timestamp], _ measurements: [[Measurement]]) -> [Results] {
        let readings = checks.indices.map { index in
            let known = index < measurements.count ? measurements[index] : []
            return Dictionary(known.map { ($0.time, $0.reading) }, uniquingKeysWith: { first, _ in first })
        }
        return times.map { time in
            let results = zip(checks, readings).map { check, readings -> FlaggerCheck.Result in
                let reading = readings[time] ?? (check.isAlwaysAsked ? .absent : nil)
                return reading.map { check.result(of: $0, mode: mode) } ?? .unasked
            }
            return (time, results)
        }
    }

    private func walk(_ results: ArraySlice<Results>, stageFrom stage: Timestamp?) -> FlaggerOutcome {
        var outcome = FlaggerOutcome(judge: self)
        for (time, results) in results {
            outcome.add(results, at: time, isOfStage: stage.map { time >= $0 } ?? true)
            if outcome.verdict != .needsMoreData { break }
        }
        return outcome
    }
}
