import Agent
import ArgumentParser
import Git
import Rollouts

/// One tick, or ticks until it is stopped.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one tick: pull, observe, decide, commit and push.",
        discussion: """
            As a CronJob runs it once a minute. With --watch it stays and ticks at that interval.
            Exit codes: 0 done, also where rollouts wait, are held or were rolled back; 1 the tick could not run.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Stay, and tick at this interval, such as 10s.", transform: interval)
    var watch: Span?

    @Flag(help: "Decide and report, and push nothing.")
    var shadow = false

    func run() async throws {
        let agent = try Wiring.agent(connection, isShadow: shadow)
        guard let watch else {
            report(try await agent.tick())
            return
        }
        while !Task.isCancelled {
            do {
                report(try await agent.tick())
            } catch {
                Terminal.error("Error: \(error)")
            }
            try await Task.sleep(for: watch.duration)
        }
    }

    private func report(_ tick: TickReport) {
        for problem in tick.problems { Terminal.error("\(problem)" + (problem.hint.map { "\nHint: \($0)" } ?? "")) }
        for rollout in tick.rollouts { Terminal.print(TickLine.text(rollout, isShadow: tick.isShadow)) }
        for remark in tick.remarks { Terminal.error(remark) }
    }
}

/// What a tick did about one rollout, on one line.
enum TickLine {
    static func text(_ report: RolloutReport, isShadow: Bool) -> String {
        let name = "\(report.id)"
        if let trouble = report.trouble { return "\(name): \(trouble)" }
        if let transition = report.decision?.transition {
            let subject = CommitMessage(of: transition, by: report.id).subject
            if case .pushed(let commit)? = report.outcome { return "\(commit.short) \(subject)" }
            if isShadow || report.isShadow { return "would commit: \(subject)" }
        }
        let remedy = report.remedy.map { "\n  Hint: \($0)" } ?? ""
        return "\(name): \(report.standing.map(StandingText.line) ?? "unknown")" + remedy
    }
}

@Sendable func interval(_ text: String) throws -> Span {
    guard let span = Span(text), span.duration > .zero else {
        throw ValidationError("\"\(text)\" is no duration; write 30s, 10m or 1h30m")
    }
    return span
}
