import Analysis
import Testing

@Suite("Expressions")
struct ExpressionTests {
    /// `text` is true, false, or an error whose message contains `error`.
    struct Case: CustomTestStringConvertible, Sendable {
        let result: Value
        let text: String
        let expected: Value?
        let error: String?

        init(_ text: String, _ expected: Value, with result: Value = .double(1)) {
            (self.text, self.expected, self.error, self.result) = (text, expected, nil, result)
        }

        init(_ text: String, error: String, with result: Value = .double(1)) {
            (self.text, self.expected, self.error, self.result) = (text, nil, error, result)
        }

        var testDescription: String { "\(result) | \(text)" }
    }

    private static let object = Value.map([
        .init("n", .double(3)), .init("ok", .bool(true)), .init("in", .string("word")),
        .init("rows", .array([.map([.init("c", .double(1))]), .map([.init("c", .double(2))])], of: .any)),
    ])

    static let values: [Case] = [
        Case("1 + 2 * 3", .int(7)), Case("(1 + 2) * 3", .int(9)), Case("7 / 2", .double(3.5)), Case("7 % 4", .int(3)),
        Case("2 ** 3 ** 2", .double(512)), Case("2 ^ 3", .double(8)), Case("-2 ** 2", .double(-4)),
        Case("- -3", .int(3)),
        Case("1_000 + 0x10 + 0b11 + 0o7", .int(1026)), Case("1e3 + .5", .double(1000.5)), Case("1. + 1", .double(2)),
        Case("1 < 2 < 3", .bool(true)), Case("3 > 2 > 2", .bool(false)), Case("1 == 1.0", .bool(true)),
        Case("'b' > 'a'", .bool(true)), Case("'a' + \"b\" + `c\\`", .string("abc\\")),
        Case("'\\x41\\u00e9\\n'", .string("Aé\n")),
        Case("true and not false", .bool(true)), Case("!true || true", .bool(true)),
        Case("false && true or true", .bool(true)),
        Case("2 in 1..3", .bool(true)), Case("5 not in [1, 2]", .bool(true)),
        Case("'n' in result", .bool(true), with: object),
        Case("'q' in result", .bool(false), with: object), Case("not (1 in [1])", .bool(false)),
        Case("true ? 1 : 2", .int(1)), Case("false ? 1 : true ? 2 : 3", .int(2)), Case("true ?: false", .bool(true)),
        Case("nil ?? 4", .int(4)), Case("result.a?.b.c ?? 4", .int(4), with: object),
        Case("result?.n", .double(3), with: object),
        Case("result?.rows?.[1].c", .double(2), with: object), Case("result.in", .string("word"), with: object),
        Case("result['n'] + result.rows[-1].c", .double(5), with: object),
        Case("[1, 2, 3][1:]", .array([.int(2), .int(3)], of: .int)), Case("[1, 2, 3][:-1][0]", .int(1)),
        Case("'hello'[1:3]", .string("el")), Case("[1, 2][5:]", .array([], of: .int)),
        Case("{'a': 1, b: 2, (string(3)): 4}['3']", .int(4)),
        Case("all(result.rows, .c > 0)", .bool(true), with: object),
        Case("any(result.rows, {.c > 1})", .bool(true), with: object),
        Case("none([1, 2], # > 2)", .bool(true)), Case("one([1, 2], # > 1)", .bool(true)),
        Case("filter([1, 2, 3], # > 1) | len()", .int(2)), Case("map([1, 2], # * 2) | sum()", .int(6)),
        Case("count([1, 2, 3], # > 1)", .int(2)), Case("count([true, false])", .int(1)),
        Case("sum([1, 2], # * 10)", .int(30)),
        Case("find([1, 2, 3], # > 1)", .int(2)), Case("findIndex([1, 2, 3], # > 1)", .int(1)),
        Case("findLast([1, 2, 3], # < 3)", .int(2)),
        Case("findLastIndex([1, 2, 3], # < 1)", .null), Case("reduce([1, 2, 3], #acc + #)", .int(6)),
        Case("reduce([1, 2], #acc + # * #index, 10)", .int(12)),
        Case("map([4, 5], #index)", .array([.int(0), .int(1)], of: .any)),
        Case("any([[1], [2]], any(#, # == 2))", .bool(true)),
        Case("groupBy([1, 2, 3], # % 2)[1] | len()", .int(2)), Case("sortBy([{'a': 2}, {'a': 1}], .a)[0].a", .int(1)),
        Case("sort([2, 3, 1], 'desc')[0]", .int(3)), Case("max(1, 2.5, [3])", .int(3)), Case("min([2.5, 1])", .int(1)),
        Case("max([])", .null),
        Case("mean([1, 2])", .double(1.5)), Case("median([3, 1, 2])", .double(2)), Case("median(1, 2)", .double(1.5)),
        Case("abs(-3)", .int(3)), Case("ceil(1.2)", .double(2)), Case("floor(-1.2)", .double(-2)),
        Case("round(2.5)", .double(3)), Case("round(-2.5)", .double(-3)),
        Case("len('héllo')", .int(5)), Case("len({'a': 1})", .int(1)), Case("get([1], 3)", .null),
        Case("get({'a': 1}, 'a')", .int(1)),
        Case("first([1, 2])", .int(1)), Case("last([1, 2])", .int(2)), Case("first([])", .null),
        Case("take([1, 2], 1) | len()", .int(1)),
        Case("reverse([1, 2])[0]", .int(2)), Case("uniq([1, 1.0, 2]) | len()", .int(2)),
        Case("concat([1], [2, 3]) | len()", .int(3)),
        Case("flatten([1, [2, [3]]]) | len()", .int(3)), Case("keys({'a': 1})[0]", .string("a")),
        Case("values({'a': 1})[0]", .int(1)),
        Case("toPairs({'a': 1})[0][1]", .int(1)), Case("fromPairs([['a', 1]]).a", .int(1)),
        Case("trim('  a ')", .string("a")), Case("trim('xax', 'x')", .string("a")),
        Case("trimPrefix('abc', 'ab')", .string("c")), Case("trimSuffix('abc', 'bc')", .string("a")),
        Case("upper('a') + lower('B')", .string("Ab")), Case("split('a,b,c', ',')[1]", .string("b")),
        Case("split('a,b,c', ',', 2)[1]", .string("b,c")),
        Case("splitAfter('a,b', ',')[0]", .string("a,")), Case("replace('aaa', 'a', 'b', 2)", .string("bba")),
        Case("repeat('ab', 2)", .string("abab")),
        Case("join(['a', 'b'], '-')", .string("a-b")), Case("indexOf('abc', 'c')", .int(2)),
        Case("lastIndexOf('aba', 'a')", .int(2)),
        Case("hasPrefix('abc', 'a') && hasSuffix('abc', 'c')", .bool(true)), Case("int('12') + int(1.9)", .int(13)),
        Case("float('1.5')", .double(1.5)), Case("string(1.0)", .string("1")),
        Case("type(nil) + type([]) + type(1.5)", .string("nilarrayfloat")),
        Case("bitand(6, 3) + bitshl(1, 3)", .int(10)), Case("bitushr(-1, 60)", .int(15)),
        Case("asFloat('1e3')", .double(1000)), Case("isNaN(asFloat('NaN'))", .bool(true)),
        Case("isInf(1/0)", .bool(true)), Case("isNaN(0)", .bool(false)),
        Case("default(result, 5)", .int(5), with: .nilPointer), Case("default(result, 5)", .double(1)),
        Case("isNil(5)", .bool(true), with: .null),
        Case("let x = result + 1; x * x", .double(4)), Case("let x = 1; let y = 2; x + y", .int(3)),
        Case("if result > 0 { 'yes' } else { 'no' }", .string("yes")),
        Case("if false {1} else if true {2} else {3}", .int(2)), Case("result > 5; result > 0", .bool(true)),
        Case("1 /* two */ + 1 // three", .int(2)),
        Case("'abc' matches '^a.c$'", .bool(true)), Case("'abc' not matches 'x'", .bool(true)),
        Case("'abc' contains 'bc' and 'abc' startsWith 'ab'", .bool(true)),
        Case("9223372036854775807 + 1 < 0", .bool(true)), Case("(-9223372036854775807 - 1) % -1", .int(0)),
        Case("result == nil", .bool(true), with: .null),
    ]

    @Test("values", arguments: values)
    func value(_ row: Case) throws {
        #expect(try Expression(parsing: row.text).evaluate(result: row.result) == row.expected)
    }

    static let errors: [Case] = [
        Case("", error: "unexpected token EOF"), Case("1 +", error: "unexpected token EOF"),
        Case("(1", error: "unexpected token EOF"), Case("1 2", error: "unexpected token Number(\"2\")"),
        Case("result ?? 0 > 1", error: "cannot be mixed"), Case("'abc", error: "literal not terminated"),
        Case("'\\q'", error: "invalid char escape"), Case("/* a", error: "unclosed comment"),
        Case("1abc", error: "bad number"), Case("99999999999999999999", error: "invalid integer literal"),
        Case("result @ 1", error: "unrecognized character: U+0040 '@'"),
        Case("#", error: "unexpected token Operator(\"#\")"),
        Case("results[0] >= 90", error: "unknown name results"), Case("nosuch(1)", error: "unknown name nosuch"),
        Case("now() > 1", error: "mismatched types time.Time and int"),
        Case("result.Name() == 'hi'", error: "has no method Name"),
        Case("not result", error: "invalid operation: not (mismatched type float64)"),
        Case("result % 2 == 1", error: "mismatched types float64 and int"),
        Case("result == '1'", error: "mismatched types float64 and string"),
        Case("len(result)", error: "invalid argument for len (type float64)"),
        Case("len()", error: "invalid number of arguments (expected 1, got 0)"),
        Case("len('a', 'b')", error: "invalid number of arguments (expected 1, got 2)"),
        Case("all(result, # > 1)", error: "takes only array (got float64)"),
        Case("all([1], #)", error: "predicate should return boolean (got int)"),
        Case("result ? 1 : 2", error: "non-bool expression"), Case("result.x", error: "type float64 has no field x"),
        Case("[1]['a']", error: "can only be selected using an integer"),
        Case("result[1:]", error: "cannot slice float64"),
        Case("1 % 0", error: "integer divide by zero"),
        Case("result.n > '3'", error: "invalid operation: float64 > string", with: object),
        Case("result.rows[9]", error: "index out of range: 9 (array length is 2)", with: object),
        Case("result.n && true", error: "not bool", with: object),
        Case("asInt(result)", error: "strconv.ParseInt: parsing \" 95\"", with: .string(" 95")),
        Case("int(true)", error: "invalid argument for int (type bool)"),
        Case("'a' in 'abc'", error: "mismatched types string and string"),
        Case("result in ['a']", error: "cannot use float64 as type string in array"),
        Case("1..3000000", error: "memory budget exceeded"),
        Case("repeat('a', 9223372036854775807)", error: "memory budget exceeded"),
        Case("let a = [1, 1]; let b = [a, a]; reduce(1..40, [#acc, #acc], b)", error: "steps"),
        Case("map(1..1000, map(1..1000, #))", error: "steps"),
        Case("all(1..1000, all(1..1000, # > 0))", error: "steps"),
        Case(String(repeating: "(", count: 500), error: "levels"),
        Case(String(repeating: "-", count: 9000), error: "levels"),
        Case("1" + String(repeating: "+1", count: 500), error: "levels"),
        Case(String(repeating: " ", count: 20_000), error: "longer than"),
        Case("result matches '['", error: "missing closing ]: `[`", with: .string("a")),
    ]

    @Test("errors", arguments: errors)
    func error(_ row: Case) throws {
        let error = #expect(throws: ExpressionError.self) {
            try Expression(parsing: row.text).evaluate(result: row.result)
        }
        #expect(error?.message.contains(row.error ?? "") == true, "\(error?.message ?? "")")
    }

    @Test("an error tells the column that it is about")
    func position() throws {
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: "true || nosuch").check() }
        #expect(error?.offset == 8)
        #expect(error?.description == "unknown name nosuch (column 9)")
        let syntax = #expect(throws: ExpressionError.self) { try Expression(parsing: "result > 0 AND result < 5") }
        #expect(syntax?.offset == 11)
    }

    /// Executed with expr 1.17.8 in Argo's environment: our own copy of the traps, for where the shared file is absent.
    @Test(
        "what Argo does with missing data",
        arguments: [
            (Value.double(.nan), "result >= 0.95", "", "Failed"), (.double(.nan), "", "result < 0.95", "Successful"),
            (.double(.nan), "isNaN(result)", "", "Successful"), (.double(.nan), "result != result", "", "Successful"),
            (.vector([]), "result[0] >= 0.95", "", "Error"),
            (.vector([]), "len(result) == 0 || result[0] >= 0.95", "", "Successful"),
            (.vector([]), "all(result, # > 0.9)", "", "Successful"),
            (.vector([]), "any(result, # > 0.9)", "", "Failed"),
            (.vector([]), "max(result) == 0", "", "Failed"), (.vector([]), "get(result,0) == nil", "", "Successful"),
            (.null, "result == nil", "", "Successful"), (.null, "(result ?? 2) > 1", "", "Successful"),
            (.null, "", "", "Successful"), (.nilPointer, "default(result, 0) < 0.05", "", "Successful"),
            (.vector([1]), "result && result[0] >= 0.9", "", "Error"), (.string("true"), "result == true", "", "Error"),
            (.double(1.5), "result in 0..5", "", "Failed"), (.double(2), "result in 1..3", "", "Successful"),
            (object, "result.n == '3'", "", "Failed"), (object, "result.n % 2 == 1", "", "Error"),
            (object, "default(result.missing, 0) == 0", "", "Failed"),
            (object, "result.missing?.deep == nil", "", "Successful"),
            (.bool(true), "true", "true", "Failed"), (.bool(true), "false", "false", "Inconclusive"),
        ])
    func argo(_ result: Value, _ success: String, _ failure: String, _ expected: String) {
        #expect(phase(result, success, failure).phase == expected)
    }

    @Test(
        "safe mode concludes nothing from missing data unless the condition asks about it",
        arguments: [
            (Value.double(.nan), "result >= 0.95", "", "NoData"), (.double(.nan), "", "result < 0.95", "NoData"),
            (.double(.nan), "!(result < 0.95)", "", "NoData"), (.double(.nan), "result != result", "", "NoData"),
            (.double(.nan), "isNaN(result) || result >= 0.95", "", "Successful"),
            (.double(.nan), "result >= 0.95 || isNaN(result)", "", "Successful"),
            (.double(.nan), "result >= 0.95", "isNaN(result)", "Failed"),
            (.double(.infinity), "result >= 0.95", "", "NoData"),
            (.vector([]), "result[0] >= 0.95", "", "NoData"),
            (.vector([]), "len(result) == 0 || result[0] >= 0.95", "", "Successful"),
            (.vector([]), "len(result) > 0 && result[0] >= 0.95", "", "NoData"),
            (.vector([]), "", "len(result) > 0 && result[0] > 0.05", "NoData"),
            (.vector([]), "all(result, # > 0.9)", "", "NoData"),
            (.vector([]), "len(filter(result, # > 0.05)) == 0", "", "NoData"),
            (.vector([]), "sum(result) == 0", "", "NoData"), (.vector([]), "max(result) < 1", "", "NoData"),
            (.vector([]), "", "", "NoData"),
            (.null, "result > 1", "", "NoData"), (.null, "result == nil || result > 1", "", "NoData"),
            (.null, "", "", "NoData"),
            (.nilPointer, "default(result, 0) < 0.05", "", "Successful"),
            (.vector([0.99, .nan]), "all(result, # > 0.9)", "", "NoData"),
            (.vector([0.1, .nan]), "all(result, # > 0.9)", "", "Failed"),
            (.vector([0.99, .nan]), "any(result, # > 0.9)", "", "Successful"),
            (.vector([0.99, .nan]), "min(result) > 0.9", "", "NoData"), (object, "result.missing > 1", "", "NoData"),
            (object, "", "result.missing > 1", "NoData"), (object, "result.n > 1", "result.missing > 1", "NoData"),
            (.double(0.99), "result >= 0.95", "", "Successful"), (.double(0.9), "result >= 0.95", "", "Failed"),
            (.double(0.9), "nosuch", "", "Error"), (.vector([]), "nosuch", "", "Error"),
            (.vector([1]), "result >= 0.95", "", "Error"),
        ])
    func safe(_ result: Value, _ success: String, _ failure: String, _ expected: String) {
        #expect(phase(result, success, failure, .safe).phase == expected)
    }
}
