internal import Analysis
internal import Rollouts

/// Flagger's metrics: one check of all of them per interval.
extension AnalysisRunner {
    /// A background analysis counts failed checks from the first weight on, over all stages, and passes as long as its
    /// newest check does; an inline one counts its own, and ends with as many passes as are wanted.
    func checked(
        _ checks: AnalysisSpec.Checks, _ spec: AnalysisSpec, _ request: AnalysisRequest
    ) async throws -> JudgedPart {
        let asked = asked(checks)
        let isCompat = (spec.compat ?? subject.facts.compat) == .flagger
        let isBackground = request.id == .background
        let judge = FlaggerJudge(
            checks: asked.questions.map(\.question.check), threshold: checks.threshold,
            passesWanted: isBackground ? nil : checks.iterations ?? 1, mode: isCompat ? .compat : .safe)
        let began = isBackground ? min(request.servedSince, request.failuresFrom, request.from) : request.from
        let checked = await measured(judge, asked, request, from: began)
        let first = checked.judge.judge(at: checked.times, checked.measurements, stageFrom: checked.stage)
        // What was found may fail the release by itself; nothing passes it without the rest.
        if let trouble = asked.trouble, first.verdict != .fail { throw trouble }
        if let trouble = checked.trouble, first.verdict == .needsMoreData { throw trouble }
        if isBackground { return ongoing(first, checks, asked, from: began) }
        var part = part(first, as: first.verdict, asked, from: request.from)
        part.completedAt = first.endedAt
        guard first.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: checks.interval, delay: now - asked.until)
        else { return part }
        // The pass is old: the checks of as long a time that ends now must pass, too.
        let renewal = checked.judge.renewal(
            at: checked.times, checked.measurements, of: first, from: endedAt + checks.interval * 2)
        if let trouble = checked.trouble, renewal?.outcome.verdict != .fail { throw trouble }
        guard let (again, start) = renewal else { return part }
        part = self.part(again, as: again.verdict, asked, from: start)
        part.completedAt = again.verdict == .fail ? again.endedAt : endedAt
        return part
    }

    /// What is asked, of whom, and until when all of it is known.
    private struct Asked {
        var questions: [(question: FlaggerQuestion, source: any MetricSource)]
        var interval: Duration
        var until: Timestamp
        /// Why not everything can be asked.
        var trouble: (any Error)?
    }

    private func asked(_ checks: AnalysisSpec.Checks) -> Asked {
        let (questions, problem) = subject.flagger.usable(of: checks.metrics)
        var asked = Asked(questions: [], interval: checks.interval, until: now, trouble: problem)
        for question in questions {
            do {
                let source = try source(question.provider, interval: checks.interval)
                asked.questions.append((question, source))
                asked.until = min(asked.until, end(of: question.provider, source))
            } catch {
                asked.trouble = asked.trouble ?? error
            }
        }
        return asked
    }

    /// What the checks found, each from an interval after `from` on: it looks back, and what it sees has to lie behind
    /// that time.
    private struct Checked {
        var judge: FlaggerJudge
        var times: [Timestamp]
        var stage: Timestamp
        var measurements: [[Measurement]] = []
        /// Why not everything could be asked.
        var trouble: (any Error)?
    }

    private func measured(
        _ judge: FlaggerJudge, _ asked: Asked, _ request: AnalysisRequest, from: Timestamp
    ) async -> Checked {
        func times(until end: Timestamp) -> [Timestamp] {
            let first = max(from, end - asked.interval * (MeasurementGrid.maximumCount - 1))
            return MeasurementGrid(liveAt: first, initialDelay: asked.interval, interval: asked.interval).times(
                until: end)
        }
        var checked = Checked(
            judge: judge, times: times(until: asked.until), stage: request.from + asked.interval,
            trouble: asked.trouble)
        guard !checked.times.isEmpty else { return checked }
        for (index, (question, source)) in asked.questions.enumerated() {
            guard !source.traits.isRetroactive else {
                do throws(MetricFailure) {
                    let times = source.askable(checked.times)
                    checked.judge.checks[index].isAlwaysAsked = times.count == checked.times.count
                    checked.measurements.append(try await measurements(from: source, at: times))
                } catch {
                    checked.trouble = checked.trouble ?? error
                    checked.judge.checks[index].isAlwaysAsked = false
                    checked.measurements.append([])
                }
                continue
            }
            // The note has the stage's own. What nobody asked while it could be asked says nothing about the release.
            let ofStage = times(until: end(of: question.provider, source)).filter { $0 >= checked.stage }
            let claimed = ClaimedMetric(
                "check \(question.check.metric)", asking: question.provider, in: request.id,
                countsFailures: judge.mode == .compat)
            let known = await ledger.measurements(of: claimed, at: ofStage, from: source)
            checked.judge.checks[index].isAlwaysAsked = false
            checked.measurements.append(known.measurements)
            checked.trouble = checked.trouble ?? known.trouble
        }
        return checked
    }

    /// In parts, so that the answer to none of the questions is large, however long a rollout lasts.
    private func measurements(
        from source: any MetricSource, at times: [Timestamp]
    ) async throws(MetricFailure) -> [Measurement] {
        var measurements: [Measurement] = []
        let most = min(Self.mostAtOnce, source.traits.mostTimes ?? Self.mostAtOnce)
        for start in stride(from: 0, to: times.count, by: most) {
            let part = Array(times[start..<min(times.count, start + most)])
            measurements += try await source.measurements(at: part)
        }
        return measurements
    }

    private static let mostAtOnce = 1000

    /// A background analysis has no end: it passes as long as its newest check passed and is fresh, and not too many have
    /// failed.
    private func ongoing(
        _ outcome: FlaggerOutcome, _ checks: AnalysisSpec.Checks, _ asked: Asked, from: Timestamp
    ) -> JudgedPart {
        guard outcome.verdict == .needsMoreData, outcome.passedInStage >= checks.iterations ?? 1,
            let last = outcome.lastPassedInStage, last == outcome.lastCounted,
            Verdict.isFresh(decidedAt: last, now: now, interval: checks.interval, delay: now - asked.until)
        else { return part(outcome, as: outcome.verdict, asked, from: from) }
        return part(outcome, as: .pass, asked, from: from)
    }

    private func part(
        _ outcome: FlaggerOutcome, as verdict: Verdict, _ asked: Asked, from: Timestamp
    ) -> JudgedPart {
        let window = Window(start: from, end: max(from, asked.until))
        return JudgedPart(
            metrics: outcome.evidence(as: verdict, window: window), verdict: verdict, sentence: outcome.sentence,
            isHarmless: verdict == .pass)
    }
}
