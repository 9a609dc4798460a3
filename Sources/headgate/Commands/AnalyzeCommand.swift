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

            Nothing is committed and nothing decided. --backtest judges every stage of the \
            past releases of a rollout, as `history` knows them, and says which of them \
            would have been stopped. Without any rollout yet, past releases are the times \
            of --at, or the versions that the label of --version-label has had in \
            Prometheus: a template then has them as the arguments version and previous, \
            and --total with --bad counts the series of each version against those of the \
            one before.

            A metric that states a count is decided when it has as many measurements, one \
            without goes on over the whole window. That is the last 10 minutes; of a past \
            release its first 30, or as many as it had until the next one began. Without a \
            rollout a template is checked first, as `check` does it.

            Exit codes: 0 passed; 5 failed; 7 not decided yet; 8 inconclusive; 3 the \
            analysis is wrong; 1 the metrics could not be asked. Over past releases 0, \
            whatever would have been stopped; 1 or 3 where none of them could be judged.
            """)

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String?

    @Flag(help: "Judge every stage of the rollout's past releases.")
    var backtest = false

    @Option(help: "With --backtest or --version-label: how many past releases. (default: 40)")
    var last: Int?

    @OptionGroup var subject: AnalysisSubjectOptions

    @Option(help: "How long each window is. (default: 10m, and 30m of a past release)")
    var window: LengthArgument?

    @Option(
        help: "When the window ends, such as 2026-08-01T12:00:00Z; without it now.", transform: TimeArgument.read)
    var until: Timestamp?

    @Option(
        help: "The beginning of a past release, such as 2026-08-01T12:00:00Z; may be repeated.",
        transform: TimeArgument.read)
    var at: [Timestamp] = []

    @Option(help: "The label whose values are the application's versions.")
    var versionLabel: String?

    @Option(help: "With --version-label and a template: a selector of series that have the label.")
    var series: String?

    @Option(help: "With --version-label: all requests, as a raw counter.")
    var total: String?

    @Option(help: "With --version-label: the bad ones among them, as a raw counter, too.")
    var bad: String?

    @Option(help: "With --version-label: how far back versions are looked for. (default: 30d)")
    var since: LengthArgument?

    @Flag(help: "Show every measurement, rule and query.")
    var explain = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last is at least 1") }
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
        if name != nil, !subject.files.isEmpty {
            throw ValidationError("-f is for applications without a rollout; --template names one of the repository")
        }
        try validateUses()
        try validateTimes()
    }

    /// Nothing is given that changes nothing.
    private func validateUses() throws {
        if last != nil, !backtest, versionLabel == nil {
            throw ValidationError("--last is for --backtest and --version-label; leave it out")
        }
        if versionLabel == nil {
            if since != nil { throw ValidationError("--since is for --version-label; leave it out") }
            if series != nil { throw ValidationError("--series is for --version-label; leave it out") }
            return
        }
        if total != nil, !subject.isEmpty {
            throw ValidationError("--total with --bad needs no template; leave them out, or --template and -f")
        }
        if total != nil, subject.compat != nil {
            throw ValidationError("--total with --bad is judged in one way only; leave --compat out")
        }
        if !at.isEmpty {
            throw ValidationError("--at and --version-label both say when releases began; keep one of them")
        }
        if let own = ["version", "previous"].first(where: { subject.values[$0] != nil }) {
            throw ValidationError("--version-label gives \(own) for each version; leave --arg \(own) out")
        }
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
        if let until, until > now {
            throw ValidationError("--until \(until.rfc3339) lies in the future; it is \(now.rfc3339)")
        }
        for time in at where time > now {
            throw ValidationError("--at \(time.rfc3339) lies in the future; it is \(now.rfc3339)")
        }
        for time in at where time + lengthOfPast > now {
            throw ValidationError(
                "the window of --at \(time.rfc3339) ends at \((time + lengthOfPast).rfc3339), which lies in the future; "
                    + "say a --window shorter than \(Span(lengthOfPast))")
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
        let end = until ?? Wiring.now()
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
        guard let name else { return try subject.trial(connection, in: subject.documents()) }
        let agent = try Wiring.agent(connection, isShadow: true, isLooking: true)
        let templates = subject.spec()
        let trial = try await Terminal.waiting(for: "reading the repository") {
            try await RolloutReference.resolving {
                try await agent.trial(of: RolloutReference(name), by: templates).1.following(subject.compat)
            }
        }
        if subject.compat != nil, trial.spec == nil {
            throw CommandError(
                "\(name) is judged by the built-in metrics, which have rules of their own", hint: "leave --compat out",
                code: .usage)
        }
        try subject.refuseUnknownArguments(of: trial)
        try subject.requireArguments(of: trial)
        return trial
    }

    /// The analyses of the stage that the rollout is at, as the next tick sees them.
    private func present(of name: String) async throws -> [TrialReport] {
        let agent = try Wiring.agent(connection, isShadow: true, isLooking: true, compat: subject.compat)
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

    func report(_ reading: AnalysisReading, _ span: Window, _ trial: AnalysisTrial) -> TrialReport {
        TrialReport(reading, of: span, questions: trial.inquiries(of: span).map(AnalysisQuestion.init))
    }

    /// How much of a past release is judged at most, where its stages are not known.
    var lengthOfPast: Duration { window?.length ?? .seconds(1800) }
}

extension AnalysisQuestion {
    init(_ inquiry: AnalysisInquiry) {
        self.init(
            analysis: inquiry.analysis, metric: inquiry.metric, rule: inquiry.rule,
            queries: inquiry.queries.map { .init(name: $0.name, text: $0.text) })
    }
}
