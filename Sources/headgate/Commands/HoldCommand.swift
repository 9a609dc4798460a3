import Agent
import ArgumentParser

/// Stops one rollout or all of them where they are; a release that fails is still taken back.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Stop a rollout, or all of them, where they are.",
        discussion: "A held rollout does not advance. One that fails is still taken back.")

    @Argument(help: "The rollout; none with --all.")
    var name: String?

    @Option(help: "Why, for whoever reads status.")
    var reason: String

    @Flag(help: "Hold every rollout of the repository, in .headgate/config.yaml.")
    var all = false

    @OptionGroup var steering: SteeringOptions

    func validate() throws {
        if reason.isEmpty { throw ValidationError("a hold has a reason") }
        if all == (name != nil) { throw ValidationError("name one rollout, or say --all") }
    }

    func run() async throws {
        if let name {
            try await steering.say(.hold(RolloutReference(name), reason: reason))
        } else {
            try await steering.say(.holdAll(reason: reason))
        }
    }
}
