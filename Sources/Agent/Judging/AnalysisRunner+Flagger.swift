internal import Analysis
internal import Rollouts

/// Flagger's metrics: one check of all of them per interval.
extension AnalysisRunner {
    /// A background analysis counts failed checks from the first weight on, over all stages, and passes as long as its
    /// newest check does; an inline one counts its own, and ends with as many passes as are wanted.
    func checked(
        _ checks: AnalysisSpec.Checks, _ spec: AnalysisSpec, _ request: AnalysisRequest
    ) async throws -> JudgedPart {
        let asked = try asked(checks)
        let isCompat = (spec.compat ?? subject.facts.compat) == .flagger
        let isBackground = request.id == .background
        let judge = FlaggerJudge(
            checks: asked.questions.map(\.question.check), threshold: checks.threshold,
            passesWanted: isBackground ? nil : checks.iterations ?? 1, mode: isCompat ? .compat : .safe)
        if isBackground {
            let began = min(request.servedSince, request.failuresFrom, request.from)
            let outcome = try await outcome(of: judge, asked, request, from: began, stageFrom: request.from)
            return ongoing(outcome, checks, asked, from: began)
        }
        let first = try await outcome(of: judge, asked, request, from: request.from, stageFrom: request.from)
        var part = part(first, as: first.verdict, asked, from: request.from)
        part.completedAt = first.endedAt
        guard first.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: checks.interval, delay: now - asked.until)
        else { return part }
        // The pass is old: the checks of as long a time that ends now must pass, too.
        let from = newestWindow(
            from: request.from, to: endedAt, until: asked.until, interval: checks.interval)
        let again = try await outcome(of: judge, asked, request, from: from, stageFrom: from)
        part = self.part(again, as: again.verdict, asked, from: from)
        part.completedAt = endedAt
        return part
    }

    /// A rollout that lasts for more checks than this is judged by the newest: no source is asked for more at once.
    private static let mostChecks = 1000

    /// What is asked, of whom, and until when all of it is known.
    private struct Asked {
        var questions: [(question: FlaggerQuestion, source: any MetricSource)]
        var interval: Duration
        var until: Timestamp
        /// Why not everything can be asked.
        var trouble: (any Error)?
    }

    private func asked(_ checks: AnalysisSpec.Checks) throws -> Asked {
        var asked = Asked(questions: [], interval: checks.interval, until: now)
        for question in try subject.flagger.questions(of: checks.metrics) {
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

    /// The checks from an interval after `from` on: each looks back, and what it sees has to lie behind that time.
    ///
    /// - Throws: why something could not be asked, unless the rest of it fails the release by itself.
    private func outcome(
        of judge: FlaggerJudge, _ asked: Asked, _ request: AnalysisRequest, from: Timestamp, stageFrom: Timestamp
    ) async throws -> FlaggerOutcome {
        func times(until end: Timestamp) -> [Timestamp] {
            let first = max(from, end - asked.interval * Self.mostChecks)
            return MeasurementGrid(liveAt: first, initialDelay: asked.interval, interval: asked.interval).times(
                until: end)
        }
        var due = times(until: asked.until)
        guard !due.isEmpty else { return judge.judge(at: [], []) }
        var (judge, trouble) = (judge, asked.trouble)
        judge.checks = []
        var measurements: [[Measurement]] = []
        for (question, source) in asked.questions {
            guard !source.traits.isRetroactive else {
                do throws(MetricFailure) {
                    measurements.append(due.isEmpty ? [] : try await source.measurements(at: due))
                    judge.checks.append(question.check)
                } catch { trouble = trouble ?? error }
                continue
            }
            // The note has the stage's own. What nobody asked while it could be asked is no check: it says nothing about
            // the release.
            let ofStage = times(until: end(of: question.provider, source)).filter { $0 >= stageFrom + asked.interval }
            let claimed = ClaimedMetric(
                "check \(question.check.metric)", asking: question.provider, in: request.id,
                countsFailures: judge.mode == .compat)
            let known = await ledger.measurements(of: claimed, at: ofStage, from: source)
            let measured = Set(known.measurements.map(\.time))
            due.removeAll { !measured.contains($0) }
            measurements.append(known.measurements)
            judge.checks.append(question.check)
            trouble = trouble ?? known.trouble
        }
        let outcome = judge.judge(at: due, measurements, stageFrom: stageFrom + asked.interval)
        if let trouble, outcome.verdict != .fail { throw trouble }
        return outcome
    }

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
