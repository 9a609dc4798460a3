import Agent
import Analysis
import ArgumentParser
import FoundationEssentials
import Report
import Rollouts

/// Any analysis, now or over the past, deciding nothing.
struct AnalyzeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Run an analysis now, over a past window, or over all past releases.",
        discussion: """
            headgate analyze checkout
            headgate analyze checkout --backtest --last 40
            headgate analyze --template success-rate --arg service=checkout --window 30m
            headgate analyze -f success-rate.yaml --arg service=checkout --at 2026-11-03T10:00:00Z
            headgate analyze --total 'http_requests_total{app="checkout"}' \\
              --bad 'http_requests_total{app="checkout",code=~"5.."}' --version-label version

            Nothing is committed and nothing decided. --backtest judges every stage of the past releases of a
            rollout, as `history` knows them, and says which of them would have been stopped. Without any rollout
            yet, past releases are the times of --at, or the versions that the label of --version-label has had
            in Prometheus: a template then has them as the arguments version and previous, and --total with --bad
            counts the series of each version against those of the one before.

            Exit codes: 0 passed; 5 failed; 7 not decided yet; 8 inconclusive; 3 the analysis is wrong; 1 the \
            metrics could not be asked. Over past releases 0, whatever would have been stopped; 1 or 3 where none \
            of them could be judged.
            """)

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String?

    @Flag(help: "Judge every stage of the rollout's past releases.")
    var backtest = false

    @Option(help: "How many past releases.")
    var last = 40

    @OptionGroup var subject: AnalysisSubjectOptions

    @Option(help: "How long each window is.")
    var window: LengthArgument?

    @Option(help: "When the window ends (RFC 3339); without it now.")
    var until: TimeArgument?

    @Option(help: "The beginning of a past release (RFC 3339); may be repeated.")
    var at: [TimeArgument] = []

    @Option(help: "The label whose values are the application's versions.")
    var versionLabel: String?

    @Option(help: "With --version-label and a template: a selector of series that have the label.")
    var series: String?

    @Option(help: "With --version-label: all requests, as a raw counter.")
    var total: String?

    @Option(help: "With --version-label: the bad ones among them.")
    var bad: String?

    @Option(help: "With --version-label: how far back versions are looked for.")
    var since = LengthArgument(.seconds(30 * 86_400))

    @Flag(help: "Show every measurement, rule and query.")
    var explain = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if last < 1 { throw ValidationError("--last is at least 1") }
        if backtest, name == nil { throw ValidationError("--backtest needs the name of a rollout") }
        if (total == nil) != (bad == nil) { throw ValidationError("--total and --bad belong together") }
        if total != nil, versionLabel == nil { throw ValidationError("--total and --bad need --version-label") }
        if versionLabel != nil, total == nil, series == nil {
            throw ValidationError("--version-label needs --total with --bad, or a template and --series")
        }
        if versionLabel != nil, name != nil {
            throw ValidationError("--version-label is for applications without a rollout; leave \(name ?? "it") out")
        }
        if name == nil, total == nil, subject.isEmpty {
            throw ValidationError("say what to analyze: a rollout, --template, -f, or --total with --bad")
        }
        if name != nil, subject.file != nil {
            throw ValidationError("-f is for applications without a rollout; --template names one of the repository")
        }
        try validateTimes()
    }

    /// The past is what there are measurements of.
    private func validateTimes() throws {
        if backtest, window != nil || until != nil || !at.isEmpty {
            throw ValidationError("--backtest has its windows from the branch; leave --window, --until and --at out")
        }
        if !at.isEmpty, until != nil {
            throw ValidationError("--at says where windows begin; leave --until out, and say --window")
        }
        let now = Wiring.now()
        if let until, until.time > now {
            throw ValidationError("--until \(until.time.rfc3339) lies in the future; it is \(now.rfc3339)")
        }
        for time in at.map(\.time) where time > now {
            throw ValidationError("--at \(time.rfc3339) lies in the future; it is \(now.rfc3339)")
        }
        let length = window?.length ?? Self.usualLength
        for time in at.map(\.time) where time + length > now {
            throw ValidationError(
                "the window of --at \(time.rfc3339) ends at \((time + length).rfc3339), which lies in the future; say a "
                    + "--window shorter than \(Span(length))")
        }
    }

    func run() async throws {
        if let label = versionLabel { return try conclude(with: try await versions(by: label)) }
        let trial = try await trial()
        if backtest { return try conclude(with: try await releases(trial)) }
        if !at.isEmpty { return try conclude(with: await times(trial)) }
        if let name, window == nil, until == nil, subject.isEmpty {
            let present = try await present(of: name)
            if !present.isEmpty { return try conclude(with: present) }
        }
        let end = until?.time ?? Wiring.now()
        let span = Window(start: end - (window?.length ?? .seconds(600)), end: end)
        let reading = await Terminal.waiting(for: "asking the metrics") {
            await trial.reading(of: span, measures: until == nil)
        }
        try conclude(with: [report(reading, span, trial)])
    }

    private func conclude(with reports: [TrialReport]) throws {
        output.show(
            reports.flatMap { $0.lines(Terminal.layout, isWhole: explain) },
            reports.count == 1 ? reports[0].json : .array(reports.map(\.json)))
        try CommandError.Code.end(with: reports.map(\.reading.verdict))
    }

    /// What would have been stopped is what was asked, and no error.
    private func conclude(with report: BacktestReport) throws {
        output.show(report.lines(Terminal.layout, isWhole: explain), report.json)
        guard report.unjudged == report.releases.count else { return }
        let verdicts = report.releases.flatMap(\.stages).map(\.trial.reading.verdict)
        try CommandError.Code.end(with: verdicts.contains(.error) ? [.error] : [.unknown])
    }

    // MARK: What is judged

    private func trial() async throws -> AnalysisTrial {
        guard let name else { return try subject.trial(connection) }
        let agent = try Wiring.agent(connection, isShadow: true, isLooking: true)
        let templates = try subject.spec()
        let trial = try await Terminal.waiting(for: "reading the repository") {
            try await RolloutReference.resolving {
                try await agent.trial(of: RolloutReference(name), by: templates).1
            }
        }
        try subject.refuseUnknownArguments(of: trial)
        return trial
    }

    /// The analyses of the stage that the rollout is at, as the next tick sees them.
    private func present(of name: String) async throws -> [TrialReport] {
        let agent = try Wiring.agent(connection, isShadow: true, isLooking: true)
        let preview = try await Terminal.waiting(for: "asking the repository, the cluster and the metrics") {
            try await RolloutReference.resolving { try await agent.preview(of: RolloutReference(name)) }
        }
        let questions = preview.report.inquiries
        return (preview.report.observation?.analyses ?? []).map { reading in
            // What could not be judged has no window of its own.
            let now = Wiring.now()
            let window = reading.evidence.first?.window ?? Window(start: now, end: now)
            return TrialReport(
                reading, of: window,
                questions: questions.filter { $0.analysis == reading.id }.map(AnalysisQuestion.init))
        }
    }

    // MARK: Past releases

    private func releases(_ trial: AnalysisTrial) async throws -> BacktestReport {
        let agent = try Wiring.agent(connection, isShadow: true, isOffline: true)
        let reference = RolloutReference(name ?? "")
        let (id, changes) = try await RolloutReference.resolving { try await agent.stateChanges(of: reference) }
        let history = HistoryReport(now: Wiring.now(), id: id, events: changes.map(HistoryEvent.init))
        let records = history.releases.filter { !$0.stageWindows.isEmpty }.prefix(last)
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
        return BacktestReport(releases)
    }

    private func times(_ trial: AnalysisTrial) async -> BacktestReport {
        var releases: [BacktestReport.Release] = []
        for time in at.map(\.time) {
            let span = Window(start: time, end: time + (window?.length ?? Self.usualLength))
            let reading = await Terminal.waiting(for: "judging \(time.rfc3339)") { await trial.reading(of: span) }
            releases.append(
                .init(name: time.rfc3339, began: time, stages: [.init(trial: report(reading, span, trial))]))
        }
        return BacktestReport(releases)
    }

    private func versions(by label: String) async throws -> BacktestReport {
        let store = try Wiring.standardStore(connection)
        let search = VersionTrial(store, label: label)
        let end = until?.time ?? Wiring.now()
        let selector = series ?? total ?? ""
        let found = try await Terminal.waiting(for: "looking for versions") {
            try await search.releases(of: selector, in: Window(start: end - since.length, end: end))
        }
        var releases: [BacktestReport.Release] = []
        for version in found.suffix(last) {
            let stop = min(version.last, version.first + (window?.length ?? Self.usualLength))
            let span = Window(start: version.first, end: stop)
            let reading: AnalysisReading
            var questions: [AnalysisQuestion] = []
            if let bad, let total {
                reading = await Terminal.waiting(for: "judging \(version.version)") {
                    await search.reading(of: version, bad: bad, total: total, window: span, settings: .init())
                }
            } else {
                let trial = try subject.trial(
                    connection, further: ["version": version.version, "previous": version.previous ?? ""])
                reading = await Terminal.waiting(for: "judging \(version.version)") { await trial.reading(of: span) }
                questions = trial.inquiries(of: span).map(AnalysisQuestion.init)
            }
            releases.append(
                .init(
                    name: "\(version.previous ?? "?") → \(version.version)", began: version.first,
                    stages: [.init(trial: TrialReport(reading, of: span, questions: questions))]))
        }
        return BacktestReport(releases)
    }

    private func report(_ reading: AnalysisReading, _ span: Window, _ trial: AnalysisTrial) -> TrialReport {
        TrialReport(reading, of: span, questions: trial.inquiries(of: span).map(AnalysisQuestion.init))
    }

    private static let usualLength = Duration.seconds(1800)
}

extension AnalysisQuestion {
    init(_ inquiry: AnalysisInquiry) {
        self.init(
            analysis: inquiry.analysis, metric: inquiry.metric, rule: inquiry.rule,
            queries: inquiry.queries.map { .init(name: $0.name, text: $0.text) })
    }
}
