@testable import Analysis
import Testing

/// Where the language follows Go's types in ways that nobody would guess.
@Suite("Values behave as Go's do")
struct GoSemanticsTests {
    private static let object = Value.map([
        .init("n", .double(3)), .init("s", .string("ab")), .init("list", .array([.string("x")], of: .any)),
        .init("none", .null), .init("flag", .bool(true)), .init("map", .map([])),
    ])

    private static let comparisons: [(Value, String, Bool)] = [
        (Value.vector([1, 2]), "result == [1.0, 2.0]", true), (.vector([1, 2]), "result == [1, 2]", false),
        (.vector([1, 2]), "map(result, #) == [1, 2]", true), (.vector([1]), "result == 1..1", false),
        (object, "{'a': 1} == {'a': 1}", true), (object, "{'a': 1} == {'a': 1.0}", false),
        (object, "toPairs({'a': 1}) == [['a', 1]]", false), (object, "[1, 2] == 1..2", true),
        (object, "['a'] == split('a', ',')", true), (object, "[[1]] == [[1.0]]", true),
        (object, "groupBy([1], #)[2] == nil", true), (object, "groupBy([1], 1.0)[1] == nil", true),
        (object, "(groupBy([1], #)[2] ?? [9]) == [9]", true), (object, "concat([]) == nil", true),
        (object, "{'a': 0/0.0} == {'a': 0/0.0}", false), (object, "[nil] == [result.none]", true),
    ]

    @Test(
        "arrays whose elements have two known types are never equal, and maps are compared strictly",
        arguments: comparisons)
    func equality(_ result: Value, _ text: String, _ expected: Bool) throws {
        #expect(try Expression(parsing: text).evaluate(result: result) == .bool(expected))
    }

    @Test(
        "text is bytes to an index, a slice and a predicate, and characters to len",
        arguments: [
            ("result.s[0] == 97", true), ("first(result.s) == 97", true), ("all(result.s, # > 96)", true),
            ("'\u{e9}x'[2:] == 'x'", true), ("len('\u{e9}x') == 2", true), ("get(result.s, -1) == 98", true),
            ("indexOf('\u{e9}x', 'x') == 2", true),
        ])
    func bytes(_ text: String, _ expected: Bool) throws {
        #expect(try Expression(parsing: text).evaluate(result: Self.object) == .bool(expected))
    }

    @Test(
        "a chain ends with an index in brackets, but not with parentheses",
        arguments: [
            ("result.none?.a.b.c", nil), ("result?.none?.a", nil), ("(result.none?.a).b", nil),
            ("result.none?.a[0]", "cannot fetch 0 from <nil>"), ("result.none.a", "cannot fetch a from <nil>"),
            ("result.none?.[0].b", nil), ("result.none?.a()", nil), ("result.n?.a", "cannot fetch a from float64"),
        ] as [(String, String?)])
    func chains(_ text: String, _ wanted: String?) throws {
        let expression = try Expression(parsing: text)
        do throws(ExpressionError) {
            let value = try expression.evaluate(result: Self.object)
            #expect(value == .null)
            #expect(wanted == nil)
        } catch {
            #expect(error.message == wanted)
        }
    }

    /// The messages are those of the library, or of Go's reflection behind it.
    private static let failures: [(String, String)] = [
        ("result.n && true", "interface conversion: interface {} is float64, not bool"),
        ("not result.none", "interface conversion: interface {} is nil, not bool"),
        ("result.n ? 1 : 2", "interface conversion: interface {} is float64, not bool"),
        ("true && result.n", "expected bool, but got float64"), ("[1]", "expected bool, but got []int"),
        ("asInt(result.n)", "expected bool, but got int64"),
        ("result", "expected bool, but got map[string]interface {}"),
        ("upper(result.n)", "interface conversion: interface {} is float64, not string"),
        ("result.n[0]", "cannot fetch 0 from float64"),
        ("result.s['a']", "invalid operation: int(string)"),
        ("result.list[5]", "index out of range: 5 (array length is 1)"),
        ("result.list[-5]", "index out of range: -4 (array length is 1)"),
        ("result.map[result.n]", "reflect.Value.MapIndex: value of type float64 is not assignable to type string"),
        ("result.n in result.map", "reflect.Value.MapIndex: value of type float64 is not assignable to type string"),
        ("result.s in result.s", "operator \"in\" not defined on string"),
        ("result.n > 'a'", "invalid operation: float64 > string"), ("-result.s", "invalid operation: - string"),
        ("result.s + 1", "invalid operation: string + int"), ("result.n % 2", "invalid operation: float64 % int"),
        ("result.none .. 3", "invalid operation: int(<nil>)"), ("result.s ** 2", "invalid operation: float(string)"),
        ("all(result.none, true)", "reflect: call of reflect.Value.Len on zero Value"),
        ("all(result.n, true)", "reflect: call of reflect.Value.Len on float64 Value"),
        ("count([1])", "interface conversion: interface {} is int, not bool"),
        ("sum(['a'])", "invalid operation: string + int"), ("max([1, 'a'])", "invalid argument for max (type string)"),
        ("mean([nil])", "invalid argument for mean (type <nil>)"),
        ("len(result.n)", "invalid argument for len (type float64)"),
        ("sort([1, 'a'])", "invalid operation: string < int"),
        ("sort([1], 'up')", "invalid order up, expected asc or desc"),
        ("sortBy([1], #, 'up')", "unknown order, use asc or desc"),
        ("join([1, 'a'])", "interface conversion: interface {} is int, not string"),
        ("join([1])", "invalid argument for join (type []int)"),
        ("join(result.n)", "invalid argument for join (type float64)"),
        ("keys(result.n)", "cannot get keys from float64"),
        ("take([1], -1)", "reflect.Value.Slice: slice index out of bounds"),
        ("take(result.s, 1)", "cannot take from string"),
        ("fromPairs([[1]])", "invalid pair length [1]"), ("flatten(result.none)", "cannot flatten invalid"),
        ("repeat('a', -1)", "invalid argument for repeat (expected positive integer, got -1)"),
        ("bitand(result.n, 1)", "cannot use float64 as argument (type int) to call bitand"),
        ("bitshl(1, -1)", "invalid operation: negative shift count -1 (type int)"),
        ("isNaN(len('a'))", "interface conversion: interface {} is int, not float64"),
        ("isNaN(result.s)", "interface conversion: interface {} is string, not float64"),
        ("asInt(result.list)", "asInt() not supported on []interface {} [x]"),
        ("asInt(nil)", "asInt() not supported on <nil> <nil>"),
        ("asInt('9223372036854775808')", "strconv.ParseInt: parsing \"9223372036854775808\": value out of range"),
        ("asFloat('1e400')", "strconv.ParseFloat: parsing \"1e400\": value out of range"),
        ("asFloat(' 1')", "strconv.ParseFloat: parsing \" 1\": invalid syntax"),
        ("int('1.5')", "invalid operation: int(1.5)"),
        ("float(result.list)", "invalid operation: float([]interface {})"),
        ("1 % 0", "runtime error: integer divide by zero"),
        ("{(result.n): 1}", "interface conversion: interface {} is float64, not string"),
        ("filter([1], # > 1)[0]", "reflect: slice index out of range"),
        ("groupBy([1], [1])", "cannot use []int as a key for groupBy: type is not comparable"),
        ("result.Name()", "invalid operation: cannot call nil"),
        ("result.n.Name()", "cannot fetch Name from float64"), ("result.map.x.y()", "cannot fetch y from <nil>"),
        ("let f = result.n; f(1)", "invalid operation: cannot call non-function of type float64"),
        ("fromJSON('{')", "unexpected end of JSON input"), ("toJSON(0/0.0)", "json: unsupported value: NaN"),
        ("toJSON(groupBy([1], #))", "json: unsupported type: map[interface {}][]interface {}"),
        ("fromBase64('A')", "illegal base64 data at input byte 1"),
        ("fromBase64('A?==')", "illegal base64 data at input byte 1"),
        ("duration('1d')", "time: unknown unit \"d\" in duration \"1d\""), ("date('soon')", "invalid date soon"),
        ("date('x', '2006')", "parsing time \"x\" as \"2006\": cannot parse \"x\" as \"2006\""),
        ("duration('1s') * result.s", "invalid operation: time.Duration * string"),
    ]

    @Test("what fails only when it is evaluated", arguments: failures)
    func messages(_ text: String, _ message: String) throws {
        let expression = try Expression(parsing: text)
        let error = #expect(throws: ExpressionError.self) { try expression.holds(result: Self.object) }
        #expect(error?.message == message)
    }

    private static let printed: [(Double, String, String)] = [
        (1, "1", "1"), (1e6, "1e+06", "1000000"), (999_999, "999999", "999999"),
        (123_456_789, "1.23456789e+08", "123456789"), (1e20, "1e+20", "100000000000000000000"),
        (1e21, "1e+21", "1e+21"), (0.0001, "0.0001", "0.0001"), (0.00001, "1e-05", "0.00001"),
        (2.5e-7, "2.5e-07", "2.5e-7"), (1e-6, "1e-06", "0.000001"), (-1.5, "-1.5", "-1.5"), (-0.0, "-0", "-0"),
        (.leastNonzeroMagnitude, "5e-324", "5e-324"), (100_000, "100000", "100000"),
        (1.25e10, "1.25e+10", "12500000000"),
    ]

    @Test("numbers as Go prints and reads them", arguments: printed)
    func numbers(_ number: Double, _ general: String, _ json: String) {
        #expect(GoNumber.general(number) == general)
        #expect(GoNumber.json(number) == json)
    }

    @Test(
        "texts that are numbers to Go",
        arguments: [
            ("0x1p4", 16), ("1_000", 1000), ("inf", .infinity), ("-Infinity", -.infinity), ("1e-400", 0), (".5", 0.5),
            ("5.", 5), ("1E5", 100_000), ("0x1", nil), (".", nil), ("1e", nil), ("0x", nil), (" 1", nil), ("0b1", nil),
            ("-nan", nil), ("1__0", nil), ("_1", nil), ("1_", nil), ("", nil), ("+", nil), ("1e400", nil),
            ("1.2.3", nil),
        ] as [(String, Double?)])
    func readsNumbers(_ text: String, _ expected: Double?) {
        #expect(GoNumber.float(text) == expected)
    }
}
