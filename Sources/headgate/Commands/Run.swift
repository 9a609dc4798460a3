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

    @Option(
        help: "How long a tick may observe; what has not answered by then is left to the next one.",
        transform: interval)
    var deadline: Span = Span(.seconds(240))

    func run() async throws {
        // A cluster that nobody could ever reach is a mistake of the deployment, not an outage.
        if let mistake = Wiring.clusterMistake(connection) { throw mistake }
        let connected = try Wiring.connected(
            connection, isShadow: shadow, deadline: deadline.duration, forgePace: watch == nil ? .zero : Self.forgePace)
        let agent = connected.agent
        guard let watch else {
            show(lines(of: try await agent.tick()))
            return
        }
        var former: [Line] = []
        while !Task.isCancelled {
            connected.beginRun()
            do {
                let present = lines(of: try await agent.tick())
                // What has not changed since the last tick is not said again.
                show(present.filter { !former.contains($0) })
                former = present
            } catch {
                Terminal.error("Error: \(error)")
            }
            try await Task.sleep(for: watch.duration)
        }
    }

    /// How long a pull request is taken to be as it was while nothing else changes: a tick asks for little more than Git.
    private static let forgePace = Duration.seconds(20)

    private enum Line: Equatable {
        case done(String)
        case problem(String)
    }

    private func lines(of tick: TickReport) -> [Line] {
        tick.problems.map { .problem("\($0)" + ($0.hint.map { "\nHint: \($0)" } ?? "")) }
            + tick.rollouts.map { .done(TickLine.text($0, isShadow: tick.isShadow)) }
            + tick.promotions.map { .done(PromotionLineText.text($0, isShadow: tick.isShadow)) }
            + tick.remarks.map { .problem($0) }
    }

    private func show(_ lines: [Line]) {
        for line in lines {
            switch line {
            case .done(let text): Terminal.print(text)
            case .problem(let text): Terminal.error(text)
            }
        }
    }
}

/// What a tick did about one rollout, on one line.
enum TickLine {
    static func text(_ report: RolloutReport, isShadow: Bool) -> String {
        let name = "\(report.id)"
        if let trouble = report.trouble { return "\(name): \(trouble)" }
        if let transition = report.decision?.transition {
            let subject = CommitMessage(of: transition, by: report.id).subject
            let named = "\(report.id.name): "
            let act = subject.hasPrefix(named) ? String(subject.dropFirst(named.count)) : subject
            if case .pushed(let commit)? = report.outcome { return "\(name): \(commit.short) \(act)" }
            if isShadow || report.isShadow { return "\(name): would commit: \(act)" }
        }
        let remedy = report.remedy.map { "\n  Hint: \($0)" } ?? ""
        return "\(name): \(report.standing.map(StandingText.line) ?? "unknown")" + remedy
    }
}

/// What a tick did about one step of a promotion, on one line.
enum PromotionLineText {
    static func text(_ report: PromotionReport, isShadow: Bool) -> String {
        let step = "\(report.step.promotion): \(report.step.source) → \(report.step.target)"
        for case .state(let line) in report.decision.effects {
            let subject = CommitMessage(of: line).subject
            if case .pushed(let commit)? = report.outcome { return "\(commit.short) \(subject)" }
            if isShadow || report.isShadow { return "would commit: \(subject)" }
        }
        let remedy = PromotionText.remedy(report.standing, of: report.step.promotion, in: report.step.file)
        return "\(step): \(PromotionText.line(report.standing))" + (remedy.map { "\n  Hint: \($0)" } ?? "")
    }
}

@Sendable func interval(_ text: String) throws -> Span {
    guard let span = Span(text), span.duration > .zero else {
        throw ValidationError("\"\(text)\" is no duration; write 30s, 10m or 1h30m")
    }
    return span
}
