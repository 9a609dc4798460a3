import ArgumentParser

/// A cluster that is not there: served for tests, or played through in the demo.
@main
struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headgate-simulator",
        abstract: "A simulated Kubernetes cluster with GitOps sync, rollouts and traffic, for the demo and the tests.",
        subcommands: [Serve.self, ServeForge.self, Demo.self, DemoByReview.self], defaultSubcommand: Serve.self)
}
