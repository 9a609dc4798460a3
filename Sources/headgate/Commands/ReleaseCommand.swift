import Agent
import ArgumentParser
import Rollouts

/// States another release in a Rollout.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "State a release in the Rollout, for the agent to deliver.",
        discussion: """
            headgate release checkout --image app=ghcr.io/acme/checkout:v2.5.0
            Where the Rollout reads the image from another file, that file is edited.
            """)

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String

    @Option(help: "An image by its container, as container=reference; may be repeated.")
    var image: [String]

    @OptionGroup var steering: SteeringOptions

    func run() async throws {
        var images: [String: String] = [:]
        for text in image {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let isReference = parts.last.map { ImageReference($0).isWellFormed } ?? false
            guard parts.count == 2, isReference, images.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw CommandError(
                    "\"\(text)\" is no image of a container", hint: "write --image app=registry/name:tag, each once",
                    code: .usage)
            }
        }
        try await steering.say(.release(RolloutReference(name), images))
    }
}
