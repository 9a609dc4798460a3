@testable import Analysis
import Testing

@Suite("The bar that a condition states")
struct RateBarTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let condition: String
        let role: ConditionReading.Role
        /// `good >= 0.95 n 100`; nil where there is none.
        let expected: String?
        var isPercent: Bool?

        init(_ condition: String, _ expected: String?, percent: Bool? = nil) {
            (self.condition, role, self.expected, isPercent) = (condition, .success, expected, percent)
        }

        init(failing condition: String, _ expected: String?) {
            (self.condition, role, self.expected) = (condition, .failure, expected)
        }

        var testDescription: String { "\(role) \(condition)" }
    }

    @Test(
        "simple comparisons",
        arguments: [
            Row("result[0] >= 0.95", "good >= 0.95 n 100"), Row("result > 0.99", "good > 0.99 n 500"),
            Row("0.999 <= result", "good >= 0.999 n 5000"), Row("result >= 95", "good >= 0.95 n 100"),
            Row("result <= 0.05", "bad <= 0.95 n 100"), Row("result.errors < 5", "bad < 0.95 n 100"),
            Row(failing: "result[0] < 0.95", "good >= 0.95 n 100"),
            Row(failing: "result[0] > 0.05", "bad <= 0.95 n 100"),
            Row(failing: "result[0] >= 5", "bad < 0.95 n 100"),
            Row("result < 0.5", "bad < 0.995 n 1000", percent: true),
            Row("len(result) > 0 && result[0] >= 0.95", "good >= 0.95 n 100"),
            Row("isNaN(result) || result >= 0.95", "good >= 0.95 n 100"),
            Row("all(result, # >= 0.95)", "good >= 0.95 n 100"),
            Row("max(result) < 0.05", "bad < 0.95 n 100"), Row("default(result, 0) < 0.05", "bad < 0.95 n 100"),
            Row("result.ok && result.successPercent >= 0.90", "good >= 0.9 n 50"),
            // More than one comparison, or none with a share.
            Row("result[0] >= 0.95 && result[0] < 0.99", nil), Row("!(result > 0.05)", nil), Row("result == 0.95", nil),
            Row("result.total < 20 || result.errors / result.total < 0.02", nil), Row("result >= 1", nil),
            Row("result > 0", nil), Row("result < 500", nil), Row("result * 100 >= 95", nil),
            Row("none(result, # > 0.05)", nil),
            Row("result > -0.5", nil), Row("result.a > result.b", nil), Row("result ? true : false", nil),
            Row("len(result) > 0.5", nil), Row("true", nil), Row("result in [0.95]", nil),
        ])
    func bars(_ row: Row) throws {
        let bar = RateBar(try Expression(parsing: row.condition), row.role, isPercent: row.isPercent)
        let text = bar.map { bar in
            "\(bar.measuresGood ? "good" : "bad") \(bar.measuresGood ? ">" : "<")\(bar.isInclusive ? "=" : "") "
                + "\(Readable.number(bar.successRate)) n \(Int(bar.leastRequests))"
        }
        #expect(text == row.expected)
    }

    @Test("a share that is the bar itself passes where the condition says so")
    func edges() throws {
        func bar(_ text: String, _ role: ConditionReading.Role = .success) throws -> RateBar {
            try #require(RateBar(try Expression(parsing: text), role))
        }
        #expect(try bar("result >= 0.95").passes(good: 57, bad: 3))
        #expect(try !bar("result > 0.95").passes(good: 57, bad: 3))
        #expect(try bar("result <= 5").passes(good: 57, bad: 3))
        #expect(try !bar("result < 0.05").passes(good: 57, bad: 3))
        #expect(try bar("result < 0.95", .failure).passes(good: 57, bad: 3))
        #expect(try !bar("result <= 0.95", .failure).passes(good: 57, bad: 3))
        #expect(try !bar("result >= 0.95").passes(good: 56, bad: 3))
        #expect(try bar("result >= 95").errorRate(measured: 97) == 0.030000000000000027)
        #expect(try bar("result <= 0.05").errorRate(measured: 0.03) == 0.03)
        #expect(try bar("result >= 0.95").errorRate(measured: 1.5) == 0)
    }
}
