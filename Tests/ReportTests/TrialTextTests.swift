import Analysis
import Report
import Rollouts
import Testing

@Suite("What a person reads who tries a condition or a judge")
struct TrialTextTests {
    private static let marks: [(String, Int?, [String])] = [
        ("a > b", 4, ["a > b", "    ^"]), ("a > b", nil, ["a > b"]), ("a", 1, ["a", " ^"]), ("", 0, ["", "^"]),
        ("a and\n\tb > 1\nand c", 7, ["a and", "\tb > 1", "\t^", "and c"]),
        ("a\nb", 1, ["a", " ^", "b"]), ("a\nb", 2, ["a", "b", "^"]), ("über > x", 7, ["über > x", "       ^"]),
        ("a\nb", 99, ["a", "b", " ^"]), ("a", -5, ["a", "^"]),
    ]

    @Test("a mark stands under its place, in the line that it is in", arguments: marks)
    func caret(text: String, offset: Int?, lines: [String]) {
        #expect(ExpressionText.lines(of: text, caretAt: offset) == lines)
    }

    @Test("a condition is told with its value, or with its error where it is")
    func conditions() {
        let trial = ConditionTrial(success: "result > 1", failure: "reslt > 1")
        let report = ConditionReport(trial.report(on: .double(2)), mode: .safe)
        #expect(
            report.lines(Layout()) == [
                "Error", "could not evaluate failureCondition \"reslt > 1\": unknown name reslt", "",
                "success  result > 1", "         true", "", "failure  reslt > 1", "         ^",
                "         unknown name reslt",
                "         Hint: did you mean result?",
            ])
        #expect(report.json["success"]?["holds"] == true)
        #expect(report.json["failure"]?["offset"] == 0)
        #expect(report.json["failure"]?["holds"] == nil)
        #expect(report.json["compat"] == "safe")
        #expect(report.lines(Layout(palette: .coloured)).first == "\u{1B}[31mError\u{1B}[0m")
    }

    private static func report(_ samples: [IntervalSample], _ template: SequentialTemplate) throws -> JudgementReport {
        JudgementReport(
            try JudgeTrial(metrics: [
                MetricTrial(name: "errors", judge: .sequential(template), data: .counts(samples, hasBaseline: true))
            ]).report())
    }

    @Test("of many intervals the first ones, those around the decision and the last ones are shown")
    func abridged() throws {
        var samples = Array(
            repeating: IntervalSample(canaryBad: 1, canaryTotal: 50, baselineBad: 10, baselineTotal: 500), count: 60)
        for index in 30..<60 { samples[index].canaryBad = 10 }
        var template = SequentialTemplate()
        template.counting.panic = .off
        let report = try Self.report(samples, template)
        let lines = report.lines(Layout())
        let decided = try #require(lines.firstIndex { $0.hasSuffix("decided: worse") })
        #expect(lines[decided].contains(" 10 of 50  10 of 500 "))
        #expect(lines.count { $0.hasSuffix("…") } == 2)
        #expect(lines.count < 40)
        let numbers = lines.compactMap { Int($0.drop { $0 == " " }.prefix { $0.isNumber }) }
        #expect(numbers.starts(with: [1, 2, 3, 4, 5]) && numbers.suffix(5) == [56, 57, 58, 59, 60])
    }

    @Test("evidence that falls short of a limit does not look like it")
    func shortfall() throws {
        let samples = Array(
            repeating: IntervalSample(canaryBad: 5, canaryTotal: 100, baselineBad: 5, baselineTotal: 500), count: 40)
        for count in 1...40 {
            let report = try Self.report(Array(samples.prefix(count)), SequentialTemplate())
            let isDecided = report.report.verdict == .fail
            let last = try #require(report.lines(Layout()).last { $0.contains(" of 500") })
            let evidence = last.split(separator: " ").dropFirst(7).first.flatMap { Double($0) } ?? 0
            if !isDecided { #expect(evidence < 20, "\(last)") }
            if isDecided, last.contains("decided") { #expect(evidence >= 20, "\(last)") }
        }
    }

    @Test("an empty trial is told without a table's rows, and as JSON")
    func empty() throws {
        let report = try Self.report([], SequentialTemplate())
        #expect(report.lines(Layout()).contains("INTERVAL  CANARY  BASELINE  AGAINST  FOR"))
        #expect(try report.json["metrics"]?[0]?["intervals"] == [])
        #expect(try report.json["verdict"] == "needsMoreData")
    }

    @Test("what encodes itself is JSON whose numbers are text where JSON has none for them")
    func encoding() throws {
        struct Numbers: Encodable {
            var b = [1, 0.5, -0.0, .nan, .infinity, -.infinity]
            var a = "x/y"
        }
        #expect(try JSON(encoding: Numbers()).text == #"{"a":"x/y","b":[1,0.5,-0,"NaN","+Inf","-Inf"]}"#)
    }
}
