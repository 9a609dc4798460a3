/// Judges a row of intervals: a failure by all of them, a pass by those of the present stage.
///
/// A failure is that of the first interval at which it was final, so asking again, later or more often changes nothing; a
/// pass lasts for as long as the newest intervals bear it out.
struct SequentialWalk<Failure: SequentialEvidence, Pass: PassEvidence> where Failure.Sample == Pass.Sample {
    typealias Sample = Failure.Sample

    let settings: SequentialSettings
    /// After so many intervals the evidence for a failure begins anew.
    let horizon: Int
    /// Nothing yet; the argument is the interval, seen from the first one, at which the present stage began.
    let failure: (_ stage: Int) -> Failure
    let pass: () -> Pass

    /// What was found, and the intervals that it rests on.
    struct Finding {
        var verdict: Verdict
        var reason: SequentialOutcome.Reason
        var intervals: Range<Int>
        var failEvidence: Double
        var passEvidence = 0.0
        /// The evidence of the newest horizon, where nothing failed.
        var newest: Failure?

        /// Where that is not the last of them: the number of the interval, from 1, since which it is so.
        var since: Int?

        /// The number of the interval that decided, from 1; nil where nothing is decided.
        var decidedAt: Int? { verdict == .pass || verdict == .fail ? since ?? intervals.upperBound : nil }
    }

    func judge(_ samples: [Sample], stageFrom stage: Int) -> Finding {
        let failed = firstFailure(of: samples, stageFrom: stage)
        if failed.verdict == .fail { return failed }
        var passed = pass(of: samples, from: max(0, stage))
        passed.failEvidence = failed.failEvidence
        return passed
    }

    // MARK: Failure

    /// The first failure, be it by evidence or by silence; `needsMoreData` where there is none.
    func firstFailure(of samples: [Sample], stageFrom stage: Int) -> Finding {
        let failed = failure(of: samples, stageFrom: stage)
        guard var silence = silence(of: samples, from: min(max(0, stage), samples.count)), silence.verdict == .fail,
            failed.verdict != .fail || silence.intervals.upperBound < failed.intervals.upperBound
        else { return failed }
        silence.failEvidence = failed.failEvidence
        return silence
    }

    /// The first failure by evidence; `needsMoreData` where there is none.
    func failure(of samples: [Sample], stageFrom stage: Int) -> Finding {
        var failEvidence = 0.0
        var newest: Failure?
        for start in Swift.stride(from: 0, to: samples.count, by: max(1, horizon)) {
            var state = failure(stage - start)
            for index in start..<min(samples.count, start + max(1, horizon)) {
                state.add(samples[index])
                guard let reason = state.decision else { continue }
                return Finding(
                    verdict: .fail, reason: reason, intervals: start..<index + 1, failEvidence: state.maximum)
            }
            failEvidence = max(failEvidence, state.maximum)
            newest = state
        }
        return Finding(
            verdict: .needsMoreData, reason: .undecided, intervals: 0..<samples.count, failEvidence: failEvidence,
            newest: newest)
    }

    // MARK: Pass

    /// What one stage is worth that has not failed: the answer of the first interval at which it was final, as long as it
    /// is fresh or the newest intervals bear it out.
    func pass(of samples: [Sample], from stage: Int) -> Finding {
        let stage = min(stage, samples.count)
        if let silence = silence(of: samples, from: stage) { return silence }
        var state = pass()
        for index in stage..<samples.count {
            state.add(samples[index])
            guard let reason = state.decision else { continue }
            let length = index + 1 - stage
            let newest = samples.indices.suffix(max(Self.freshIntervals, length)).clamped(to: stage..<samples.count)
            if samples.count - index - 1 > Self.freshIntervals, !bearsOut(samples, newest) {
                return outlived(samples, since: index + 1, from: stage, newest)
            }
            return Finding(
                verdict: .pass, reason: reason, intervals: stage..<index + 1, failEvidence: 0,
                passEvidence: state.maximum)
        }
        let isOver = samples.count - stage >= settings.plannedIntervals
        return Finding(
            verdict: isOver ? .inconclusive : .needsMoreData, reason: isOver ? .deadline : .undecided,
            intervals: stage..<samples.count, failEvidence: 0, passEvidence: state.maximum)
    }

    /// For how many intervals a pass counts without another look.
    private static var freshIntervals: Int { 2 }

    /// Whether a window as long as the one that passed speaks for the release, too, and does not end in silence.
    ///
    /// It need not be a proof of its own: a pass is where the evidence has just sufficed, so that of windows of that
    /// length every second one of a healthy release falls short.
    private func bearsOut(_ samples: [Sample], _ newest: Range<Int>) -> Bool {
        let isSilent = !samples[newest].suffix(Self.freshIntervals).contains(where: \.hasCanary)
        guard !isSilent || settings.noData == .ok else { return false }
        var state = pass()
        for index in newest { state.add(samples[index]) }
        return state.leansToPass
    }

    /// What nobody bears out for as long as a decision may take has no answer.
    private func outlived(
        _ samples: [Sample], since end: Int, from stage: Int, _ newest: Range<Int>
    ) -> Finding {
        let planned = max(1, settings.plannedIntervals)
        let last = samples.indices.suffix(planned).clamped(to: stage..<samples.count)
        let isOver = samples.count - end >= planned && !bearsOut(samples, last)
        return Finding(
            verdict: isOver ? .inconclusive : .needsMoreData, reason: .outlived, intervals: newest, failEvidence: 0)
    }

    // MARK: Silence

    /// What a canary without requests means by itself; nil where it means nothing.
    func silence(of samples: [Sample], from stage: Int) -> Finding? {
        let least = max(1, settings.minimumIntervals)
        guard settings.noData != .wait, samples.count - stage >= least else { return nil }
        if settings.noData == .ok {
            if samples[stage...].contains(where: \.hasCanary) { return nil }
            return Finding(
                verdict: .pass, reason: .noRequests, intervals: stage..<samples.count, failEvidence: 0,
                since: stage + least)
        }
        var row = 0
        for index in stage..<samples.count {
            row = samples[index].hasCanary ? 0 : row + 1
            if row == least {
                return Finding(verdict: .fail, reason: .noRequests, intervals: stage..<index + 1, failEvidence: 0)
            }
        }
        return nil
    }

    // MARK: Trace

    /// Every statistic of every interval, whatever was decided on the way.
    func trace(_ samples: [Sample], stageFrom stage: Int) -> [SequentialTrace.Interval.Draft] {
        var (failing, passing) = (failure(stage), pass())
        return samples.indices.map { index in
            let start = index - index % max(1, horizon)
            if index == start { failing = failure(stage - start) }
            failing.add(samples[index])
            let isOfStage = index >= stage
            if isOfStage { passing.add(samples[index]) }
            let parts = failing.parts + (isOfStage ? passing.parts : [])
            return SequentialTrace.Interval.Draft(
                number: index + 1, failEvidence: failing.logValue,
                passEvidence: isOfStage ? passing.logValue : nil, parts: parts)
        }
    }
}
