import Agent
import ArgumentParser
import Rollouts

/// Where every rollout stands.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show where every rollout stands and what it waits for.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let report = try await Wiring.agent(connection, isShadow: true).look()
        for problem in report.problems { Terminal.error("\(problem)") }
        for rollout in report.rollouts {
            Terminal.print("\(rollout.id)  \(rollout.standing.map(StandingText.line) ?? rollout.trouble ?? "unknown")")
        }
    }
}
