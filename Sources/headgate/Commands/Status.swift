import Agent
import ArgumentParser
import Report
import Rollouts

/// Where every rollout stands, or one of them in full.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show where every rollout stands and what it waits for.",
        discussion: """
            With a NAME one rollout is shown in full, from its release to what it waits for.
            With --exit-code: 0 all are Stable, 7 something is on its way, 8 somebody is needed.
            """)

    @Argument(help: "One rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String?

    @Option(help: "Stay, and look again at this interval, such as 5s.", transform: interval)
    var watch: Span?

    @Flag(help: "Tell by the exit code whether something moves or somebody is needed.")
    var exitCode = false

    @OptionGroup var see: SeeOptions

    func validate() throws {
        if watch != nil, exitCode { throw ValidationError("--watch does not end, so that it has no exit code") }
    }

    func run() async throws {
        let agent = try see.connected()
        guard let watch else {
            let report = try await Terminal.waiting(for: see.subject) { try await look(agent) }
            see.output.show(text(of: report), json(of: report))
            if exitCode { try end(with: report.urgency) }
            return
        }
        var former = ""
        while !Task.isCancelled {
            former = await show(agent, former)
            try await Task.sleep(for: watch.duration)
        }
    }

    /// Shows what has changed; what cannot be asked now is asked again.
    private func show(_ agent: ConnectedAgent, _ former: String) async -> String {
        do {
            let report = try await look(agent)
            guard see.output.output == .text else {
                let json = json(of: report).text
                Terminal.print(json)
                return json
            }
            let lines = text(of: report)
            if Terminal.isInteractive {
                Terminal.redraw(lines)
            } else if lines.joined() != former {
                Terminal.print(lines + [""])
            }
            return lines.joined()
        } catch {
            Terminal.error("Error: \(error)")
            return ""
        }
    }

    private func look(_ agent: ConnectedAgent) async throws -> StatusReport {
        var report = StatusReport(try await agent.look(), see)
        if let name {
            let id = try await RolloutReference.resolving { [report] in
                try RolloutReference(name).find(in: report.rollouts.map(\.id))
            }
            report.rollouts.removeAll { $0.id != id }
            report.promotions.removeAll { $0.source != id && $0.target != id }
        }
        return report
    }

    private func text(of report: StatusReport) -> [String] {
        let layout = Terminal.layout
        guard name != nil, let rollout = report.rollouts.first else { return report.table(layout) }
        return RolloutTree(rollout, now: report.now, isOffline: report.isOffline).lines(layout)
            + report.promotionTable(layout) + report.footer(layout)
    }

    private func json(of report: StatusReport) -> JSON { report.json }

    private func end(with urgency: RolloutStatus.Urgency) throws {
        switch urgency {
        case .settled: return
        case .moving: throw ExitCode(CommandError.Code.moving.rawValue)
        case .needed: throw ExitCode(CommandError.Code.needed.rawValue)
        }
    }
}
