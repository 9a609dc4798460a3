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
            """)

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String

    @Flag(help: "Show every commit of each release.")
    var whole = false

    @Option(help: "How many releases.")
    var limit = 20

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let agent = try Wiring.agent(connection, isShadow: true, isOffline: true)
        let (id, changes) = try await Terminal.waiting(for: "reading the branch's history") {
            try await RolloutReference.resolving { try await agent.stateChanges(of: RolloutReference(name)) }
        }
        let report = HistoryReport(now: Wiring.now(), id: id, events: changes.map(HistoryEvent.init), limit: limit)
        output.show(report.lines(Terminal.layout, isWhole: whole), report.json)
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
