import Agent
import ArgumentParser

/// Ends a hold.
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End a hold: take a stated one out, or accept what the agent stopped at.")

    @Argument(help: "The rollout; none with --all.")
    var name: String?

    @Option(help: "The key, taken as it is; without it the one that applies now, as status shows it.")
    var key: String?

    @Flag(help: "End the hold of every rollout, in .headgate/config.yaml.")
    var all = false

    @OptionGroup var steering: SteeringOptions

    func validate() throws {
        if all == (name != nil) { throw ValidationError("name one rollout, or say --all") }
        if all, key != nil { throw ValidationError("a key belongs to one rollout") }
    }

    func run() async throws {
        if let name {
            try await steering.say(.key(.resume, RolloutReference(name), key))
        } else {
            try await steering.say(.holdAll(reason: nil))
        }
    }
}
