import Agent
import Analysis
import ArgumentParser
import Git
import Report
import Rollouts

/// The releases of one rollout as the branch has had them.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show the releases of a rollout, each on one line.",
        discussion: """
            Read from the states that the branch has had, so that squashed and cherry-picked commits count alike.
            Newest first; times are UTC. The cluster is not asked.
            With --release: where that release was stated, by whom, and how it came out, rollout by rollout.
            """)

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String?

    @Option(help: "One release's way through all rollouts: a version, an image, or the start of a digest.")
    var release: String?

    @Flag(help: "Show every commit of each release.")
    var whole = false

    @Option(help: "How many releases.")
    var limit = 20

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1") }
        if name == nil, release == nil { throw ValidationError("name a rollout, or a release by --release") }
    }

    func run() async throws {
        let agent = try Wiring.agent(connection, isShadow: true, isOffline: true)
        if let release { return try await show(release, agent) }
        let name = name ?? ""
        let (id, changes) = try await Terminal.waiting(for: "reading the branch's history") {
            try await RolloutReference.resolving { try await agent.stateChanges(of: RolloutReference(name)) }
        }
        let report = HistoryReport(now: Wiring.now(), id: id, events: changes.map(HistoryEvent.init), limit: limit)
        output.show(report.lines(Terminal.layout, isWhole: whole), report.json)
    }
}

extension HistoryCommand {
    private func show(_ release: String, _ agent: Agent) async throws {
        let pasts = try await Terminal.waiting(for: "reading the branch's history") {
            try await agent.pasts(of: name.map(RolloutReference.init))
        }
        let report = ReleaseWayReport(
            now: Wiring.now(), release: release, pasts: pasts.map(ReleaseWayReport.Past.init))
        output.show(report.lines(Terminal.layout, isWhole: whole), report.json)
    }
}

extension ReleaseWayReport.Past {
    init(_ past: RolloutPast) {
        let statements = past.statements.reversed().compactMap { statement -> ReleaseWayReport.Statement? in
            guard let release = statement.release else { return nil }
            return .init(
                commit: statement.commit.id.domain, time: Timestamp(seconds: Double(statement.commit.committer.time)),
                author: CommitMessage.oneLine(statement.commit.author.name),
                subject: CommitMessage.oneLine(statement.commit.subject), release: release,
                promotion: statement.promotion.map(CommitMessage.oneLine))
        }
        self.init(id: past.id, events: past.changes.map(HistoryEvent.init), statements: statements)
    }
}

extension HistoryEvent {
    init(_ change: StateChange) {
        let kind: Kind =
            switch change.reading {
            case .state: .step
            case .absent: .removed
            case .unreadable: .foreign
            }
        self.init(
            commit: change.commit.id.domain, time: Timestamp(seconds: Double(change.commit.committer.time)),
            author: change.commit.author.name, subject: change.commit.subject, state: change.reading.state, kind: kind)
    }
}
