import Analysis
import ArgumentParser
import Report

/// Conditions of an analysis template, tried on one result.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Try the conditions of an analysis template on one result.",
        discussion: """
            headgate eval --success 'result[0] >= 0.95' --result '[0.97]'
            headgate eval --success 'result.ok > 9' --failure 'len(result.errors) > 0' --result @answer.json
            headgate eval --success 'isNaN(result) || result < 5' --result NaN --compat argo

            The result is JSON, in which numbers may also be NaN, +Inf and -Inf. A list \
            of nothing but numbers is an answer of Prometheus: [0.97] of one series, \
            [] of none. The phase is Successful, Failed, Inconclusive or Error, as in \
            Argo; without --compat argo it may also be NoData, where the data says too \
            little to conclude anything. Whatever the phase, the exit code is 0.
            """)

    @Option(parsing: .unconditional, help: "The successCondition.")
    var success = ""

    @Option(parsing: .unconditional, help: "The failureCondition.")
    var failure = ""

    @Option(parsing: .unconditional, help: "The result as JSON, @FILE for the content of a file, - for standard input.")
    var result: String

    @Option(help: "argo: exactly what Argo Rollouts answers; safe: nothing is concluded from data that says nothing.")
    var compat = Compatibility.safe

    @Flag(help: "Take the result null for the absent number of Argo's Datadog provider, which has a type.")
    var typedNull = false

    @Option(help: "What now() gives, such as 2026-08-01T12:00:00Z; without it the present time.", transform: time)
    var now: Timestamp?

    @OptionGroup var output: OutputOptions

    enum Compatibility: String, CaseIterable, ExpressibleByArgument {
        case safe, argo

        var mode: Expression.Mode { self == .argo ? .argo : .safe }
    }

    func run() throws {
        let (text, source) = try given()
        let value: Value
        do throws(JSONReader.Problem) {
            value = try ConditionTrial.result(parsing: text, nullIsPointer: typedNull)
        } catch {
            throw Self.error(error, in: text, of: source)
        }
        let trial = ConditionTrial(success: success, failure: failure, mode: compat.mode, now: now ?? Wiring.now())
        let report = ConditionReport(trial.report(on: value), mode: compat.mode)
        output.show(report.lines(Terminal.layout), report.json)
    }

    /// The text of the result, and where it comes from.
    private func given() throws -> (text: String, source: String) {
        guard result == "-" || result.hasPrefix("@") else { return (result, "--result") }
        let file = result == "-" ? "-" : String(result.dropFirst())
        let source = file == "-" ? "standard input" : file
        var bytes = try InputText.bytes(of: file)
        while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError("\(source) is not UTF-8 text", hint: "the result is JSON")
        }
        return (text, source)
    }

    /// The place is shown where the result is short enough to be seen as a whole.
    private static func error(_ problem: JSONReader.Problem, in text: String, of source: String) -> CommandError {
        let before = String(decoding: text.utf8.prefix(problem.offset), as: UTF8.self)
        let line = before.unicodeScalars.count { $0 == "\n" } + 1
        let lineStart = before.unicodeScalars.lastIndex(of: "\n")
        let column = lineStart.map { before.unicodeScalars[$0...].count } ?? before.unicodeScalars.count + 1
        var causes = [problem.message]
        if text.utf8.count <= 200 {
            let shown = ExpressionText.lines(of: text, caretAt: before.unicodeScalars.count)
            causes = [([problem.message] + shown).joined(separator: "\n  ")]
        }
        let isFile = source != "--result"
        return CommandError(
            isFile ? "\(source):\(line):\(column) is no JSON" : "the result is no JSON", causes: causes,
            hint: "a text has double quotes, and an answer without data is null or []", code: isFile ? .failed : .usage)
    }

    private static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: text) else {
            throw ValidationError("\(text) is no time; write one like 2026-08-01T12:00:00Z")
        }
        return time
    }
}
