import Analysis
import Glibc
import Support
import Testing

@Suite("Expressions never trap")
struct ExpressionRobustnessTests {
    private static let words = [
        "result", "1", "0", "-1", "9223372036854775807", "2.5", "1e308", "'a'", "''", "true", "nil", "#", ".x", "(",
        ")", "[", "]", "{", "}", ",", ":", ";", "?", "??",
        "?.", "|", "+", "-", "*", "/", "%", "**", "<", ">=", "==", "!=", "in", "not", "and", "||", "..", "matches",
        "contains", "let", "x", "=", "if", "else", "len",
        "all", "any", "filter", "map", "sum", "max", "mean", "get", "first", "take", "split", "replace", "repeat",
        "join", "bitshl", "bitushr", "asInt", "asFloat", "isNaN",
        "int", "string", "sort", "sortBy", "groupBy", "reduce", "#acc", "flatten", "uniq", "trim", "[1:2]", "[-1]",
        "'['", "'a+'", "default", "\"", "`", "\\", "é", "\u{0}",
    ]

    private static let results: [Value] = [
        .null, .nilPointer, .bool(true), .int(.min), .double(.nan), .double(.infinity), .double(1e300),
        .string("é\u{0301}\n"), .vector([]), .vector([1, .nan]),
        .array([.null, .string("a"), .array([], of: .any)], of: .any), .map([]),
        .map([.init("x", .null), .init("x", .int(1))]),
    ]

    @Test("random words")
    func words() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<6000 {
            let count = Int.random(in: 1...12, using: &random)
            let text = (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" }.joined(separator: " ")
            evaluate(text, &random)
        }
    }

    @Test("random valid shapes")
    func shapes() {
        var random = SplitMix64(seed: 2)
        var understood = 0
        for _ in 0..<3000 where evaluate(Self.shape(Int.random(in: 1...4, using: &random), &random), &random) {
            understood += 1
        }
        #expect(understood > 100)
    }

    @Test("random bytes")
    func bytes() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            evaluate(String(decoding: bytes, as: UTF8.self), &random)
        }
    }

    /// True where the text is an expression and has a value.
    @discardableResult
    private func evaluate(_ text: String, _ random: inout SplitMix64) -> Bool {
        guard let expression = try? Expression(parsing: text) else { return false }
        let result = Self.results.randomElement(using: &random) ?? .null
        _ = Conditions(success: expression, failure: expression).outcome(of: result, mode: .safe)
        return (try? expression.evaluate(result: result)).map { !$0.description.isEmpty } ?? false
    }

    private static func shape(_ depth: Int, _ random: inout SplitMix64) -> String {
        let leaves = [
            "result", "1", "2.5", "-3", "'a'", "true", "nil", "[1, 2, 3]", "{'x': 1}", "9223372036854775807", "1/0",
        ]
        guard depth > 0 else { return leaves.randomElement(using: &random) ?? "1" }
        func next() -> String { shape(depth - 1, &random) }
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            return
                "(\(next()) \(["+", "-", "*", "/", "%", "**", "<", "==", "in", "and", "??", ".."].randomElement(using: &random) ?? "+") \(next()))"
        case 1: return "(\(next()) ? \(next()) : \(next()))"
        case 2:
            return
                "\(["len", "max", "sum", "mean", "abs", "round", "first", "string", "asInt", "sort", "reverse", "keys", "type"].randomElement(using: &random) ?? "len")(\(next()))"
        case 3: return "[\(next()), \(next())][\(next())]"
        case 4:
            return
                "\(["all", "any", "map", "filter", "count", "sortBy", "groupBy", "reduce"].randomElement(using: &random) ?? "map")([\(next())], # == \(next()))"
        case 5: return "-(\(next()))"
        case 6: return "(\(next()))[\(next()):]"
        default: return next()
        }
    }
}
