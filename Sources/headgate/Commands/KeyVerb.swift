import Agent
import ArgumentParser

/// The verbs that state a key: each is one line in the Rollout's own file, committed under the person's name.
protocol KeyVerb: AsyncParsableCommand {
    static var verb: SteeringVerb { get }
    var target: KeyTarget { get }
}

/// Of which rollout, and which key.
struct KeyTarget: ParsableArguments {
    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String

    @Option(help: "The key, taken as it is; without it the one that applies now, as status shows it.")
    var key: String?

    @OptionGroup var steering: SteeringOptions
}

extension KeyVerb {
    func run() async throws {
        try await target.steering.say(.key(Self.verb, RolloutReference(target.name), target.key))
    }
}

/// Lets a rollout go on that waits for an approval.
struct Approve: KeyVerb {
    static let verb = SteeringVerb.approve
    static let configuration = CommandConfiguration(abstract: "Approve the stage that waits for it.")
    @OptionGroup var target: KeyTarget
}

/// Starts a rejected release anew.
struct Retry: KeyVerb {
    static let verb = SteeringVerb.retry
    static let configuration = CommandConfiguration(abstract: "Try a rejected release again, from the beginning.")
    @OptionGroup var target: KeyTarget
}

/// Takes a release back.
struct Abort: KeyVerb {
    static let verb = SteeringVerb.abort
    static let configuration = CommandConfiguration(
        abstract: "Take the release back that is under way; it counts as rejected.")
    @OptionGroup var target: KeyTarget
}
