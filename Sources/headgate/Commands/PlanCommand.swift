import Agent
import ArgumentParser
import Report
import Rollouts

/// What the next tick would commit for one rollout, and what comes after it.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what the next tick would commit, and the commits ahead.",
        discussion: "Nothing is committed. The times ahead are the earliest ones that the pauses allow.")

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String

    @OptionGroup var see: SeeOptions

    func run() async throws {
        let agent = try see.agent()
        let preview = try await Terminal.waiting(for: see.subject) {
            try await RolloutReference.resolving { try await agent.preview(of: RolloutReference(name)) }
        }
        let report = PlanReport(
            now: Wiring.now(), status: RolloutStatus(preview.report), isOffline: see.offline, message: preview.message,
            changes: preview.changes.map { .init(path: $0.path, old: $0.old, new: $0.new) }, problem: preview.problem)
        see.output.show(report.lines(Terminal.layout), report.json)
    }
}
