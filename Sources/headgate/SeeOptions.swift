import Agent
import ArgumentParser
import Report
import Rollouts

/// What every command that only looks has in common.
struct SeeOptions: ParsableArguments {
    @Flag(help: "Ask neither the cluster nor the metrics: say what Git alone says.")
    var offline = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func agent() throws -> Agent { try connected().agent }

    func connected() throws -> ConnectedAgent {
        try Wiring.connected(connection, isShadow: true, isOffline: offline, isLooking: true)
    }

    /// What is being waited for, in words for a person who watches.
    var subject: String { offline ? "reading the repository" : "asking the repository, the cluster and the metrics" }
}

/// For whom the output is.
struct OutputOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @Option(name: [.short, .customLong("output")], help: "text for people, json for scripts.")
    var output = Format.text

    /// Prints one report in the form that was asked for.
    func show(_ text: @autoclosure () -> [String], _ json: @autoclosure () -> JSON) {
        switch output {
        case .text: Terminal.print(text())
        case .json: Terminal.print(json().indented)
        }
    }
}

extension RolloutReference {
    /// A name that means none or several is a mistake on the command line.
    static func resolving<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let refusal as SteeringRefusal {
            throw CommandError(refusal.message, hint: refusal.hint, code: .usage)
        }
    }
}
