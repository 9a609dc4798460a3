@testable import Analysis
import Glibc
import Support
import Testing

@Suite("Expressions never trap")
struct ExpressionRobustnessTests {
    private static let words =
        [
            "result", "1", "0", "-1", "9223372036854775807", "2.5", "1e308", "'a'", "''", "true", "nil", "#", ".x", "(",
            ")", "[", "]", "{", "}", ",", ":", ";", "?", "??",
            "?.", "|", "+", "-", "*", "/", "%", "**", "<", ">=", "==", "!=", "in", "not", "and", "||", "..", "matches",
            "contains", "let", "x", "=", "if", "else", "len",
            "all", "any", "filter", "map", "sum", "max", "mean", "get", "first", "take", "split", "replace", "repeat",
            "join", "bitshl", "bitushr", "asInt", "asFloat", "isNaN",
            "int", "string", "sort", "sortBy", "groupBy", "reduce", "#acc", "flatten", "uniq", "trim", "[1:2]", "[-1]",
            "'['", "'a+'", "default", "\"", "`", "\\", "é", "\u{0}", "$env", "::", "\\u{", "1e", "0x", "now()",
            ".Unix()",
            "duration('1h')", "date('2023-08-14')", "'2006-01-02'", ".Format", ".AddDate(1, 2, 3)", "'\\Qa\\E'",
            "'\\pL'",
        ] + Builtin.allCases.map { $0.rawValue + "(" }

    private static let results: [Value] = [
        .null, .nilPointer, .bool(true), .int(.min), .double(.nan), .double(.infinity), .double(1e300),
        .string("é\u{0301}\n"), .vector([]), .vector([1, .nan]),
        .array([.null, .string("a"), .array([], of: .any)], of: .any), .map([]),
        .map([.init("x", .null), .init("x", .int(1))]), LanguageInventoryTests.result,
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

    @Test("valid expressions, changed here and there")
    func mutations() {
        var random = SplitMix64(seed: 4)
        let texts = (LanguageInventoryTests.operators + LanguageInventoryTests.builtins).map(\.text)
        var understood = 0
        for _ in 0..<6000 {
            var scalars = Array((texts.randomElement(using: &random) ?? "").unicodeScalars)
            let donor = Array((texts.randomElement(using: &random) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&scalars, donor, &random) }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            if evaluate(String(view), &random) { understood += 1 }
        }
        #expect(understood > 300)
    }

    private static func mutate(
        _ scalars: inout [Unicode.Scalar], _ donor: [Unicode.Scalar], _ random: inout SplitMix64
    ) {
        let position = Int.random(in: 0...scalars.count, using: &random)
        let end = min(scalars.count, position + Int.random(in: 0...6, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: scalars.removeSubrange(position..<end)
        case 1: scalars.insert(contentsOf: Array(scalars[position..<end]), at: position)
        case 2:
            let start = Int.random(in: 0...donor.count, using: &random)
            let stop = min(donor.count, start + Int.random(in: 0...20, using: &random))
            scalars.replaceSubrange(position..<end, with: donor[start..<stop])
        default:
            scalars.insert(
                ["9", "(", "]", "-", "'", ".", "#", "?", "e"].randomElement(using: &random) ?? "9", at: position)
        }
    }

    /// Each is about the result `"aaaa…"` of 100,000 letters, and would take minutes or gigabytes.
    @Test(
        "what would run long is refused",
        arguments: [
            "len(1..1000000000)", "len(-9223372036854775807..9223372036854775807)", "len(repeat('a', 1000000000)) > 0",
            "len(repeat(result, 1000)) > 0", "all(1..1000, all(1..1000, all(1..1000, # > 0)))",
            "len(map(1..900, map(1..900, #))) > 0", "let a = 1..1000; len(map(a, a)) + len(map(a, map(a, a)))",
            "reduce(1..100000, concat([#acc], [#acc]))", "reduce(1..100000, [#acc, #acc])",
            "len(reduce(1..1000, #acc + result, ''))",
            "result contains repeat('a', 99999) + 'b'", "indexOf(result, repeat('a', 50000) + 'b')",
            "lastIndexOf(result, 'b' + repeat('a', 50000))", "len(split(result, repeat('a', 30000) + 'b'))",
            "len(replace(result, '', result))", "len(replace(result, 'a', result))",
            "len(join(split(result, ''), result))",
            "result matches 'a{1,900}b'",
            "all(1..1000, not (result matches '^a+b$'))", "all(1..100000, string(#) in map(1..1000, string(#)))",
            "len(uniq(map(1..100000, #)))", "len(flatten(map(1..1000, 1..1000)))",
            "len(sort(concat(1..400000, 1..400000, 1..400000)))",
            "len(fromJSON(repeat('[', 100000)))", "reduce(1..5000, toJSON([#acc]))",
            "len(toJSON(map(1..1000, 1..1000)))",
        ])
    func budgets(_ text: String) throws {
        let result = Value.string(String(repeating: "a", count: 100_000))
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text).evaluate(result: result) }
        #expect(error?.code == .limit || error?.message == "exceeded max depth", "\(error?.message ?? "")")
    }

    @Test("as deep as is allowed is not too deep for the stack")
    func depth() throws {
        for (open, close) in [
            ("[", "]"), ("(", ")"), ("-", ""), ("map([1], ", ")"), ("true ? 1 : ", ""), ("{a: ", "}"),
        ] {
            let levels = { (count: Int) in
                String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            }
            var deepest = 0
            for count in stride(from: 1, through: 200, by: 1) {
                guard let expression = try? Expression(parsing: levels(count)) else { break }
                _ = try? expression.evaluate(result: .null)
                deepest = count
            }
            #expect(deepest > 30 && deepest < 200, "\(open)")
        }
        #expect(throws: Never.self) {
            try Expression(parsing: "1" + String(repeating: " + 1", count: 100)).evaluate(result: .null)
        }
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
        let now = Timestamp(milliseconds: Int64.random(in: -1 << 50...1 << 50, using: &random))
        _ = Conditions(success: expression, failure: expression).outcome(of: result, mode: .safe, now: now)
        return (try? expression.evaluate(result: result, now: now)).map { !($0.description + $0.goText).isEmpty }
            ?? false
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
