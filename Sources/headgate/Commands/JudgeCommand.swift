import Analysis
import ArgumentParser
import Report
import Trials

/// A judge, tried on numbers that somebody has at hand.
struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Try a judge on numbers of a JSON, YAML or CSV file.",
        discussion: """
            The numbers say which judge is meant, unless the file or --judge does. \
            Values are compared:

              canary: [232, 241, null]
              baseline: [210, 215, 208]
              judge: {compare: {margin: 0.05}}

            Bad and all requests of each interval are for the sequential judge or, \
            without a baseline, for the confident one, which needs a bar:

              interval: 1m
              canary: {bad: [2, 0, 5], total: [60, 62, 61]}
              baseline: {bad: [3, 4, 2], total: [540, 551, 547]}
              judge: {sequential: {noun: errors, tolerateRatio: 1.5}}

            So are requests by buckets: those up to each bound, and those above all:

              bounds: [0.1, 0.5, 1]
              canary: {buckets: [[50, 8, 2, 0], [49, 9, 1, 1]]}
              baseline: {buckets: [[480, 52, 9, 1], [475, 60, 8, 2]]}

            As a table, with the settings in a file or on the command line:

              canaryBad,canaryTotal,baselineBad,baselineTotal
              2,60,3,540
              0,62,4,551

              headgate judge counts.csv --set tolerateRatio=1.5 --set noun=timeouts

            The columns of values are canary,baseline; those of buckets are named \
            like canary 0.1 and canary +Inf. Several metrics stand in a list, and \
            score makes one verdict of those that are compared:

              score: {pass: 95, marginal: 75}
              metrics:
              - name: latency
                canary: [232, 241]
                baseline: [210, 215]
                judge: {compare: {mode: kayenta, groups: [time]}}

            docs/judges.md has every field and every setting. Whatever the verdict, \
            the exit code is 0.
            """)

    @Argument(help: "The file; - is standard input.")
    var file: String

    @Option(help: "json, yaml or csv; without it by the ending of the file's name.")
    var format: TrialFormat?

    @Option(help: "The judge, where the numbers leave it open; kayenta and pipecd compare as these do.")
    var judge: JudgeChoice?

    @Option(help: "A file with settings, which come before those of FILE: judge, interval, noData and so on.")
    var settings: String?

    @Option(
        help: "One setting, such as tolerateRatio=1.5 or interval=30s, which comes before all others; may be repeated.")
    var set: [String] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if settings == "-", file == "-" { throw ValidationError("standard input is either the file or its settings") }
        guard format == nil, TrialFormat(file: file) == nil else { return }
        throw ValidationError(
            file == "-"
                ? "standard input has no name: say --format json, yaml or csv"
                : "the name of \(file) does not say how it is written: say --format json, yaml or csv")
    }

    func run() throws {
        var reader = TrialReader()
        reader.choice = judge
        reader.settings = try settings.map { TrialSource(try InputText.bytes(of: $0), file: $0) }
        reader.assignments = set
        let source = TrialSource(try InputText.bytes(of: file), file: file)
        let trial: JudgeTrial
        do throws(TrialError) {
            trial = try reader.read(source, as: format ?? TrialFormat(file: file) ?? .yaml)
        } catch {
            throw Self.error(error)
        }
        let report = JudgementReport(try trial.report())
        switch output.output {
        case .text: Terminal.print(report.lines(Terminal.layout))
        case .json: Terminal.print(try report.json.indented)
        }
    }

    private static func error(_ error: TrialError) -> CommandError {
        let code: CommandError.Code = error.isOfCommandLine ? .usage : .failed
        let lines = error.lines
        if lines.count == 1 { return CommandError(lines[0].text, hint: lines[0].hint, code: code) }
        return CommandError(
            "\(lines.count) things are wrong",
            causes: lines.map { line in line.text + (line.hint.map { " (\($0))" } ?? "") }, code: code)
    }
}

extension TrialFormat: ExpressibleByArgument {}
extension JudgeChoice: ExpressibleByArgument {}
