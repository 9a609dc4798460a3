import Agent
import ArgumentParser
import Git
import Rollouts

/// Everything that a tick needs, looked at from where it runs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine the repository, the forge, the cluster, the metrics and the agent's rights; change nothing.",
        discussion: """
            ✔ is right, ! is worth knowing, ✖ has to be mended. Run it where the agent runs, with the agent's credentials.
            Exit codes: 0 nothing to mend; 1 could not run; 3 something to mend.
            """)

    @Option(name: .shortAndLong, help: "text or json.")
    var output = Check.Output.text

    @Option(help: "For how long one look may take, such as 15s.", transform: interval)
    var deadline = Span(.seconds(15))

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        var limits = RemoteLimits()
        (limits.connect, limits.silence, limits.total) = (deadline.duration, deadline.duration, deadline.duration * 4)
        let connected = try Wiring.connected(connection, isShadow: true, limits: limits)
        let warnings = Wiring.clusterWarnings(connection).map {
            Examination("cluster", .warning, $0, hint: "give the cluster's certificate-authority in the kubeconfig")
        }
        let doctor = Doctor(agent: connected.agent, forge: connected.forge.standing, deadline: deadline.duration)
        let found = await doctor.examine() + warnings
        switch output {
        case .text: for examination in found { Terminal.print(examination.text) }
        case .json: Terminal.print(JSON.object([.init(name: "checks", value: .array(found.map(\.json)))]).text)
        }
        if found.contains(where: { $0.state == .failed }) { throw ExitCode(CommandError.Code.findings.rawValue) }
    }
}
