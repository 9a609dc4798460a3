import Agent
import Analysis
import Report
import Rollouts

/// Past releases, judged again.
extension AnalyzeCommand {
    private var most: Int { last ?? 40 }

    /// Every stage of a rollout's releases, as its branch has them.
    func releases(_ trial: AnalysisTrial) async throws -> BacktestReport {
        let agent = try Wiring.agent(connection, isShadow: true, isOffline: true)
        let reference = RolloutReference(name ?? "")
        let (id, changes) = try await RolloutReference.resolving { try await agent.stateChanges(of: reference) }
        let history = HistoryReport(now: Wiring.now(), id: id, events: changes.map(HistoryEvent.init))
        let records = history.releases.filter { !$0.stageWindows.isEmpty }.prefix(most)
        var releases: [BacktestReport.Release] = []
        for record in records {
            var release = BacktestReport.Release(
                name: record.release.values.title, began: record.began ?? record.stageWindows[0].start,
                ending: record.outcome)
            for stage in record.stageWindows where release.stopped == nil {
                let span = Window(start: stage.start, end: stage.end)
                let reading = await Terminal.waiting(for: "judging \(release.name) at \(stage.stage)") {
                    await trial.reading(of: span, servedSince: stage.servedSince)
                }
                release.stages.append(.init(key: stage.stage, trial: report(reading, span, trial)))
            }
            releases.append(release)
        }
        return BacktestReport(releases, absence: absence(of: id, among: history.releases.count))
    }

    private func absence(of id: RolloutID, among releases: Int) -> BacktestReport.Absence {
        guard releases > 0 else {
            return .init(
                "the branch \(connection.branch) has no release of \(id)",
                hint: "check --branch; before its first release, judge times by --template and --at")
        }
        return .init(
            "the branch \(connection.branch) has \(Readable.plural(releases, "release")) of \(id), and none had a stage "
                + "with traffic", hint: "headgate history \(id.name) shows what became of them")
    }

    /// The times of `--at`.
    func times(_ trial: AnalysisTrial) async -> BacktestReport {
        var releases: [BacktestReport.Release] = []
        for time in at {
            let span = Window(start: time, end: time + lengthOfPast)
            let reading = await Terminal.waiting(for: "judging \(time.rfc3339)") {
                await trial.reading(of: span, isPast: true)
            }
            releases.append(
                .init(
                    name: name ?? trial.spec?.title ?? "", began: time,
                    stages: [.init(trial: report(reading, span, trial))]))
        }
        return BacktestReport(releases)
    }

    /// The versions that a label has had.
    func versions(by label: String) async throws -> BacktestReport {
        try refuseCounters()
        let search = VersionTrial(try Wiring.standardStore(connection), label: label)
        let documents = try subject.isEmpty ? RepositoryDocuments(templatesIn: []) : subject.documents()
        let found = try await versions(by: search)
        var releases: [BacktestReport.Release] = []
        for version in found.releases.suffix(most) {
            let span = found.window(of: version, length: lengthOfPast)
            releases.append(
                .init(
                    name: "\(version.previous ?? "?") → \(version.version)", began: version.first,
                    stages: [.init(trial: try await judged(version, by: search, in: span, documents))]))
        }
        return BacktestReport(releases, absence: found.problem.map { .init($0.message, hint: $0.hint) })
    }

    private func versions(by search: VersionTrial) async throws -> VersionSearch {
        let end = until ?? Wiring.now()
        let span = Window(start: end - (since?.length ?? .seconds(30 * 86_400)), end: end)
        return try await Terminal.waiting(for: "looking for versions") {
            if let bad {
                try await naming("--bad") { try await search.probe(bad, at: end) }
            }
            return try await naming(series == nil ? "--total" : "--series") {
                try await search.search(
                    of: series ?? total ?? "", in: span, newest: most, judging: lengthOfPast)
            }
        }
    }

    private func judged(
        _ version: VersionSpan, by search: VersionTrial, in span: Window, _ documents: RepositoryDocuments
    ) async throws -> TrialReport {
        let task = "judging \(version.version)"
        if let bad, let total {
            let reading = await Terminal.waiting(for: task) {
                await search.reading(of: version, bad: bad, total: total, window: span, settings: .init())
            }
            let inquiry = search.inquiry(about: version, bad: bad, total: total)
            return TrialReport(reading, of: span, questions: [AnalysisQuestion(inquiry)])
        }
        let trial = try subject.trial(
            connection, in: documents, further: ["version": version.version, "previous": version.previous ?? ""])
        let reading = await Terminal.waiting(for: task) { await trial.reading(of: span, isPast: true) }
        return report(reading, span, trial)
    }

    // MARK: Mistakes in queries

    /// Increments are taken of raw counters, and of nothing else.
    private func refuseCounters() throws {
        for (option, query) in [("--total", total), ("--bad", bad)] {
            guard let query, let refusal = VersionTrial.refusal(of: query) else { continue }
            throw CommandError("\(option): \(refusal.message)", hint: refusal.hint, code: .findings)
        }
    }

    /// What a store refuses is an analysis that is wrong, whichever option says it.
    private func naming<Answer>(_ option: String, _ ask: () async throws -> Answer) async throws -> Answer {
        do {
            return try await ask()
        } catch let failure as MetricFailure where failure.code == .configuration {
            throw CommandError("\(option): \(failure.message)", hint: failure.hint, code: .findings)
        }
    }
}
