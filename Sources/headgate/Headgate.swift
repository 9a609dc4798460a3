import ArgumentParser
import Logging

/// The program: an agent for clusters, and a tool for the people around it.
@main
struct Headgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headgate",
        abstract: "Progressive delivery through Git: every stage is a commit, a rollback is a revert.",
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "See", subcommands: [Status.self, PlanCommand.self, HistoryCommand.self, Explain.self]),
            CommandGroup(
                name: "Steer",
                subcommands: [
                    ReleaseCommand.self, Approve.self, HoldCommand.self, Resume.self, Retry.self, Abort.self,
                    WaitCommand.self,
                ]),
            CommandGroup(name: "Check", subcommands: [Check.self, AnalyzeCommand.self]),
            CommandGroup(name: "Try", subcommands: [EvalCommand.self, JudgeCommand.self]),
            CommandGroup(name: "Set up", subcommands: [Init.self, DoctorCommand.self, Run.self, EditCommand.self]),
        ])

    static func main() async {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = Environment["HEADGATE_LOG"].flatMap(Logger.Level.init(rawValue:)) ?? .warning
            return handler
        }
        let failure: any Error
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return
        } catch {
            failure = error
        }
        CommandError.end(with: failure, usage: { end(withUsage: failure) })
    }

    /// Leaves with the parser's words, and with this program's code for a command line that is wrong.
    private static func end(withUsage failure: any Error) -> Never {
        guard exitCode(for: failure) == .validationFailure else { exit(withError: failure) }
        Terminal.error(fullMessage(for: failure))
        exit(withError: ExitCode(CommandError.Code.usage.rawValue))
    }
}
