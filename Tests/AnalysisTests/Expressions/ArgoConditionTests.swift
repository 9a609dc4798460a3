import Analysis
import Testing

/// What Argo Rollouts answers, row by row: from its own tests, and executed with expr 1.17.8 in its environment.
@Suite("Argo Rollouts' answers")
struct ArgoConditionTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let result: Value
        let success: String
        let failure: String
        let phase: String
        /// The whole message, or none to look at.
        let message: String?

        init(
            _ result: Value, _ success: String = "", failure: String = "", _ phase: String, message: String? = nil
        ) {
            (self.result, self.success, self.failure) = (result, success, failure)
            (self.phase, self.message) = (phase, message)
        }

        var testDescription: String { "\(result) | \(success) | \(failure)" }
    }

    private static let nothing = "metric result is nil or empty: no data returned from the metric provider"
    private static let object = Value.map([.init("n", .double(3)), .init("ok", .bool(true))])
    private static let apdex = Value.map([
        .init(
            "service_apdex",
            .map([
                .init("label", .null),
                .init("values", .map([.init("values", .array([.double(2), .double(2)], of: .any))])),
            ]))
    ])
    private static let web = Value.map([
        .init("a", .double(1)), .init("b", .bool(true)),
        .init("c", .array([.double(1), .double(2), .double(3), .double(4)], of: .any)), .init("d", .null),
    ])

    static let phases: [Row] = [
        Row(.bool(true), "true", failure: "true", "Failed"), Row(.bool(true), "true", failure: "false", "Successful"),
        Row(.bool(true), "false", failure: "false", "Inconclusive"),
        Row(.bool(true), failure: "false", "Successful"),
        Row(.bool(true), "false", "Failed"), Row(.bool(true), "", "Successful"),
        Row(
            .bool(true), "a == true", failure: "true", "Error",
            message: "could not evaluate successCondition \"a == true\": unknown name a"),
        Row(
            .bool(true), "true", failure: "invalidVar == true", "Error",
            message: "could not evaluate failureCondition \"invalidVar == true\": unknown name invalidVar"),
        Row(
            .null, "result[0] >= 0.95", "Error",
            message: "could not evaluate successCondition \"result[0] >= 0.95\": \(nothing)"),
        Row(
            .vector([]), "result[0] >= 0.95", "Error",
            message: "could not evaluate successCondition \"result[0] >= 0.95\": \(nothing)"),
        Row(.null, "result >", "Error", message: "could not evaluate successCondition \"result >\": \(nothing)"),
    ]

    static let conditions: [Row] = [
        Row(.bool(true), "result == true", "Successful"), Row(.bool(true), "result == false", "Failed"),
        Row(
            .bool(true), "1", "Error", message: "could not evaluate successCondition \"1\": expected bool, but got int"),
        Row(.bool(true), "result.Name() == 'hi'", "Error"),
        Row(apdex, "all(result.service_apdex.values.values, {# > 1})", "Successful"),
        Row(apdex, "all(result.service_apdex.values.values, {asFloat(.value) >= 9900})", "Error"),
        Row(.vector([2, 2]), "2 in result", "Successful"), Row(.double(5), "result > 1", "Successful"),
        Row(.string("1.1"), "asInt(result) == 1.1", "Error"), Row(.string("1"), "asInt(result) == 1", "Successful"),
        Row(.int(1), "asInt(result) == 1", "Successful"), Row(.double(1.123), "asInt(result) == 1", "Successful"),
        Row(.string("NotANum"), "asFloat(result) == 1.1", "Error"),
        Row(
            .string("1.1"), "asFloat(result) == \"1.1\"", "Error",
            message: "could not evaluate successCondition \"asFloat(result) == \"1.1\"\": "
                + "invalid operation: == (mismatched types float64 and string)"),
        Row(.string("1.1"), "asFloat(result) == 1.1", "Successful"),
        Row(.string("1.1"), "asFloat(result) <= 1.1", "Successful"),
        Row(.double(1.1), "asFloat(result) >= 1.1", "Successful"), Row(.int(1), "asFloat(result) >= 1", "Successful"),
    ]

    static let providers: [Row] = [
        Row(.double(10), "result == 10", failure: "result != 10", "Successful"),
        Row(.double(.nan), "result >= 0.9", failure: "result < 0.9", "Inconclusive"),
        Row(.double(.nan), "result >= 0.9 || isNaN(result)", failure: "result < 0.9", "Successful"),
        Row(.double(.nan), "result >= 0.9", "Failed"), Row(.double(.infinity), "result >= 0.9", "Successful"),
        Row(.double(.infinity), "result >= 0.9", failure: "isInf(result)", "Failed"),
        Row(.vector([10, 11]), "10 in result", failure: "len(result) != 2", "Successful"),
        Row(web, "result.a > 0 && result.b && all(result.c, {# < 5}) && result.d == nil", "Successful"),
        Row(web, "result.a >= 2", failure: "result.a <= 0", "Inconclusive"),
        Row(.double(0), "result > 0", failure: "result <= 0", "Failed"),
        Row(.double(1.1), "result > 0", failure: "result <= 0", "Successful"),
        Row(.string("1"), "asInt(result) > 0", failure: "asInt(result) <= 0", "Successful"),
        Row(.string("0"), "asInt(result) > 0", failure: "asInt(result) <= 0", "Failed"),
        Row(.string("1.2"), "asFloat(result) > 1.1", "Successful"),
        Row(.string("true"), "result == \"true\"", "Successful"),
        Row(.bool(true), "result", "Successful"), Row(.bool(false), "result", "Failed"),
        Row(web, "any(result.c, {# > 3})", "Successful"), Row(web, "any(result.c, {# > 4})", "Failed"),
    ]

    static let missing: [Row] = [
        Row(.double(.nan), "result >= 0.95", "Failed"), Row(.double(.nan), "result < 0.95", "Failed"),
        Row(.double(.nan), "result == result", "Failed"), Row(.double(.nan), "result != result", "Successful"),
        Row(.double(.nan), "!(result < 0.95)", "Successful"),
        Row(.double(.nan), failure: "result < 0.95", "Successful"),
        Row(.double(.nan), "result >= 0.95", failure: "result < 0.95", "Inconclusive"),
        Row(.double(.nan), "isNaN(result)", "Successful"),
        Row(.double(.nan), "default(result,0) < 0.05", "Failed"), Row(.double(.nan), "isNil(result)", "Failed"),
        Row(.double(.nan), "asInt(result) == 0", "Failed"), Row(.vector([.nan]), "isNaN(result)", "Error"),
        Row(.vector([.nan]), "isNaN(result[0])", "Successful"), Row(.double(-.infinity), "isInf(result)", "Successful"),
        Row(.vector([]), "len(result) == 0 || result[0] >= 0.95", "Successful"),
        Row(.vector([]), "len(result) > 0 && result[0] >= 0.95", "Failed"),
        Row(.vector([]), failure: "len(result) > 0 && result[0] > 0.05", "Successful"),
        Row(.vector([]), failure: "result[0] > 0.05", "Error"),
        Row(
            .vector([]), "len(result) > 0 && result[0] >= 0.9", failure: "len(result) > 0 && result[0] < 0.5",
            "Inconclusive"),
        Row(.vector([]), "all(result, # > 0.9)", "Successful"), Row(.vector([]), "none(result, # > 0.9)", "Successful"),
        Row(.vector([]), "any(result, # > 0.9)", "Failed"), Row(.vector([]), "isNil(result)", "Failed"),
        Row(.vector([]), "default(result,0) == 0", "Failed"), Row(.vector([]), "first(result) == nil", "Successful"),
        Row(.vector([]), "get(result,0) == nil", "Successful"),
        Row(.vector([]), "(get(result,0) ?? 1) == 1", "Successful"),
        Row(.vector([]), "sum(result) == 0", "Successful"), Row(.vector([]), "mean(result) == 0", "Successful"),
        Row(.vector([]), "max(result) == 0", "Failed"), Row(.null, "result == nil", "Successful"),
        Row(.null, "result > 0", "Error"),
        Row(.null, "result != nil && result > 1", "Error"), Row(.null, "(result ?? 2) > 1", "Successful"),
        Row(.null, "result ?? 0 > 1", "Error"), Row(.null, "", "Successful"),
        Row(.nilPointer, "default(result, 0) < 0.05", "Successful"), Row(.nilPointer, "isNil(result)", "Successful"),
        Row(.nilPointer, "result == nil", "Successful"),
        Row(
            .nilPointer, "result > 1", "Error",
            message: "could not evaluate successCondition \"result > 1\": \(nothing)"),
    ]

    static let arithmetic: [Row] = [
        Row(.double(5), "result == 5", "Successful"), Row(.double(7), "result / 2 == 3.5", "Successful"),
        Row(.double(7), "result % 2 == 1", "Error"), Row(.double(7), "asInt(result) % 2 == 1", "Successful"),
        Row(.double(2), "1 < result < 3", "Successful"), Row(.double(2), "result in 1..3", "Successful"),
        Row(.double(2), "result in [1,2,3]", "Successful"), Row(.double(1.5), "result in 0..5", "Failed"),
        Row(.double(1), "0.0/0 > 1", "Failed"), Row(.double(1), "1/0 > 1", "Successful"),
        Row(.double(1), "0.1+0.2 == 0.3", "Failed"),
        Row(.double(1), "2**3 == 8 && 2^3 == 8 && round(1.5) == 2", "Successful"),
        Row(.string("2"), "int(result) == 2", "Successful"), Row(.string("2.5"), "float(result) == 2.5", "Successful"),
        Row(.string("2.5"), "int(result) == 2", "Error"), Row(.bool(true), "asInt(result) > 0", "Error"),
        Row(.string("95%"), "asInt(result) > 0", "Error"), Row(.string(" 95"), "asInt(result) > 0", "Error"),
        Row(.string("1e3"), "asInt(result) > 0", "Error"), Row(.string("1e3"), "asFloat(result) == 1000", "Successful"),
        Row(.string("NaN"), "isNaN(asFloat(result))", "Successful"), Row(.double(1e300), "asInt(result) > 0", "Failed"),
        Row(.string("true"), "result", "Error"), Row(.string("true"), "result == true", "Error"),
        Row(.double(1), "result == '1'", "Error"), Row(.double(1), "result[0] > 1", "Error"),
        Row(.double(1), "len(result) > 0", "Error"),
        Row(.vector([1, 2]), "result >= 0.95", "Error"), Row(.vector([1, 2]), "result[-1] == 2", "Successful"),
        Row(
            .vector([1, 2]), "result[2] > 0", "Error",
            message: "could not evaluate successCondition \"result[2] > 0\": index out of range: 2 (array length is 2)"),
        Row(.vector([1]), "result && result[0] >= 0.9", "Error"), Row(object, "result.n == '3'", "Failed"),
        Row(object, "result.n > '3'", "Error"), Row(object, "result.n % 2 == 1", "Error"),
        Row(object, "result.ok == 1", "Failed"),
        Row(object, "default(result.missing, 0) == 0", "Failed"), Row(object, "isNil(result.missing)", "Failed"),
        Row(
            .vector([95]), "results[0] >= 90.000000", "Error",
            message: "could not evaluate successCondition \"results[0] >= 90.000000\": unknown name results"),
        Row(.vector([0.95]), "result > 0 AND result < 5", "Error"),
        Row(.double(0.01), "max(result) < 0.05", "Successful"),
        Row(.string("It worked!"), "result == 'It worked!'", "Successful"),
        Row(.map([.init("major", .string("1"))]), "result.major == '1'", "Successful"),
    ]

    @Test("answers", arguments: phases + conditions + providers + missing + arithmetic)
    func row(_ row: Row) {
        let outcome = phase(row.result, row.success, row.failure)
        #expect(outcome.phase == row.phase)
        if let message = row.message { #expect(outcome.message == message) }
    }
}
