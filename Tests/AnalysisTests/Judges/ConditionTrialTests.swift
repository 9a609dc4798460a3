import Analysis
import Testing

@Suite("Trying conditions on one result")
struct ConditionTrialTests {
    @Test(
        "results as text",
        arguments: [
            ("[0.97]", Value.vector([0.97])), ("[]", .vector([])), ("[1, NaN, -Inf]", .vector([1, .nan, -.infinity])),
            ("NaN", .double(.nan)), ("+Inf", .double(.infinity)), ("Infinity", .double(.infinity)),
            ("-Infinity", .double(-.infinity)), ("[1, \"a\"]", .array([.double(1), .string("a")], of: .any)),
            ("{\"a\": NaN}", .map([.init("a", .double(.nan))])), ("null", .null), (" true ", .bool(true)),
            ("[[1]]", .array([.array([.double(1)], of: .any)], of: .any)),
        ])
    func results(_ text: String, _ expected: Value) throws {
        #expect(try ConditionTrial.result(parsing: text) == expected)
    }

    @Test("null may stand for a number that is absent")
    func pointer() throws {
        let trial = ConditionTrial(success: "default(result, 0) < 0.05", mode: .argo)
        let absent = try ConditionTrial.result(parsing: "null", nullIsPointer: true)
        #expect(trial.report(on: absent).phase == .successful)
        let error = #expect(throws: JSONReader.Problem.self) { try ConditionTrial.result(parsing: "[1, Nope]") }
        #expect(error?.offset == 4)
    }

    @Test("each condition's answer, or its error with the place of it")
    func readings() throws {
        let report = ConditionTrial(success: "result > 1", failure: "true || nosuch", mode: .argo).report(
            on: .double(2))
        #expect(report.phase == .error)
        #expect(report.message == "could not evaluate failureCondition \"true || nosuch\": unknown name nosuch")
        #expect(report.success?.answer == .holds(true))
        #expect(report.failure?.error?.offset == 8)
        let syntax = ConditionTrial(success: "result >> 1").report(on: .double(2))
        #expect(syntax.success?.error?.code == .syntax)
        #expect(syntax.failure == nil)
        #expect(syntax.phase == .error)
    }

    @Test("without conditions a result is enough, and in safe mode it must say something")
    func nothing() {
        #expect(ConditionTrial(mode: .argo).report(on: .null).phase == .successful)
        #expect(ConditionTrial().report(on: .null).phase == .noData)
        #expect(ConditionTrial().report(on: .double(1)).phase == .successful)
        let report = ConditionTrial(failure: "result < 0.95").report(on: .double(.nan))
        #expect(report.phase == .noData)
        #expect(report.message == "NaN says nothing in a comparison")
    }

    @Test("the time is the caller's")
    func time() {
        let trial = ConditionTrial(success: "now().Hour() < 12", now: Timestamp(milliseconds: 1_767_225_600_000))
        #expect(trial.report(on: .double(1)).phase == .successful)
        let timeless = ConditionTrial(success: "now().Hour() < 12").report(on: .double(1))
        #expect(timeless.phase == .error)
        #expect(timeless.message?.hasSuffix("now() is not known here") == true)
    }

    @Test(
        "what is written wrong has a hint",
        arguments: [
            ("result >= 0.95", Value.vector([0.97]), "write result[0] in the place of result"),
            ("result[0] => 0.95", .vector([0.97]), "write >="), ("reslt >= 1", .double(2), "did you mean result?"),
            (
                "result[0] >", .vector([1]),
                "conditions are in Argo's expression language, such as result[0] >= 0.95"
            ),
            ("result[0] >= 0.95", .double(0.97), "write result in the place of result[0]"),
            ("result[0] >= 0.95", .string("0.97"), nil), ("result[0] = 0.95", .vector([1]), "write == to compare"),
            ("result[0] >= 0,95", .vector([1]), "write numbers with a point, such as 0.95"),
            ("result[0] >= 95%", .vector([1]), "write a share in the place of percent, such as 0.95"),
            (
                "result[0] >= {{args.bar}}", .vector([1]),
                "write a value in the place of {{…}}: arguments are not known here"
            ),
        ] as [(String, Value, String?)])
    func hints(_ condition: String, _ result: Value, _ hint: String?) {
        let reading = ConditionTrial(success: condition).report(on: result).success
        #expect(reading?.error != nil)
        #expect(reading?.error?.hint == hint)
    }
}
