import Agent
import ArgumentParser
import Rollouts

/// Waits for a rollout, for scripts and pipelines.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until a rollout has come to a point.",
        discussion: "Exit codes: 0 reached; 1 could not look; 4 timed out; 5 ended Held or RolledBack.")

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String

    @Option(name: .customLong("for"), help: "stable, started, or weight=25.", transform: parseGoal)
    var goal: WaitGoal = .stable

    @Option(help: "For how long, such as 30m.", transform: interval)
    var timeout = Span(.seconds(1800))

    @Option(name: .customLong("interval"), help: "How often to look, such as 10s.", transform: interval)
    var every = Span(.seconds(10))

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let connected = try Wiring.connected(connection, isShadow: true, isLooking: true)
        let waiting = Waiting(
            reference: RolloutReference(name), goal: goal, interval: every.duration, timeout: timeout.duration)
        let outcome = try await waiting.run(on: ContinuousClock(), look: { try await connected.look() }) { report in
            // The last standing is the error's own message.
            if goal.progress(of: report) != .ended { Terminal.print(TickLine.text(report, isShadow: false)) }
        }
        switch outcome {
        case .reached: return
        case .ended(let report):
            throw CommandError(
                "\(report.id.name) is \(report.standing.map(StandingText.line) ?? "unknown")",
                hint: report.remedy, code: .notStable)
        case .timedOut(let report):
            let now = report?.standing.map(StandingText.line) ?? "unknown"
            throw CommandError(
                "\(name) has not come to it within \(timeout); it is \(now)", hint: "headgate status", code: .timedOut)
        }
    }
}

@Sendable private func parseGoal(_ text: String) throws -> WaitGoal {
    guard let goal = WaitGoal(text) else {
        throw ValidationError("\"\(text)\" is nothing to wait for; write stable, started or weight=25")
    }
    return goal
}
