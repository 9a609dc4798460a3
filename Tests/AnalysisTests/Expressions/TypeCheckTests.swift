import Analysis
import Testing

/// Found before anything is evaluated, with the place in the expression that is counted from 0.
@Suite("What is wrong with an expression for every value of a type")
struct TypeCheckTests {
    private static let list = Value.array([.double(1)], of: .any)
    private static let object = Value.map([.init("n", .double(1))])

    private static let wrongTypes: [(Value, String, Int, String)] = [
        (Value.double(1), "true || nosuch", 8, "unknown name nosuch"),
        (.double(1), "1 + reslt", 4, "unknown name reslt"),
        (.double(1), "result > 'a'", 7, "invalid operation: > (mismatched types float64 and string)"),
        (.double(1), "result == 'a' or true", 7, "invalid operation: == (mismatched types float64 and string)"),
        (.double(1), "not result", 0, "invalid operation: not (mismatched type float64)"),
        (.double(1), "-'a'", 0, "invalid operation: - (mismatched type string)"),
        (.double(1), "nil > 1", 4, "invalid operation: > (mismatched types unknown and int)"),
        (.double(1), "result % 2", 7, "invalid operation: % (mismatched types float64 and int)"),
        (.double(1), "1.5..2", 3, "invalid operation: .. (mismatched types float64 and int)"),
        (.double(1), "'a' matches 1", 4, "invalid operation: matches (mismatched types string and int)"),
        (.double(1), "result matches '['", 7, "error parsing regexp: missing closing ]: `[`"),
        (.double(1), "1 in 2", 2, "invalid operation: in (mismatched types int and int)"),
        (.double(1), "'a' in [1, 2]", 4, "cannot use string as type int in array"),
        (object, "1 in result", 2, "cannot use int as type string in map key"),
        (.vector([1]), "result >= 0.95", 7, "invalid operation: >= (mismatched types []float64 and float64)"),
        (list, "result >= 0.95", 7, "invalid operation: >= (mismatched types []interface {} and float64)"),
        (.vector([1]), "result['a']", 7, "array elements can only be selected using an integer (got string)"),
        (.vector([1]), "result.a", 7, "array elements can only be selected using an integer (got string)"),
        (.vector([1]), "result[0].a", 10, "type float64 has no field a"),
        (.vector([1]), "result[0] == 'a'", 10, "invalid operation: == (mismatched types float64 and string)"),
        (.vector([1]), "all(result, # == 'a')", 14, "invalid operation: == (mismatched types float64 and string)"),
        (.vector([1]), "all(result, #)", 12, "predicate should return boolean (got float64)"),
        (.vector([1]), "all(result, nil)", 12, "predicate should has one input and one output param"),
        (.double(1), "all(result, true)", 4, "builtin all takes only array (got float64)"),
        (object, "filter(result, true)", 7, "builtin filter takes only array (got map[string]interface {})"),
        (.vector([1]), "filter(result, #index > 0)", 15, "unknown pointer #index"),
        (.vector([1]), "map(result, #acc)", 12, "unknown pointer #acc"),
        (object, "result[nil]", 7, "cannot use unknown to get an element from map[string]interface {}"),
        (object, "result[1]", 7, "cannot use int to get an element from map[string]interface {}"),
        (.double(1), "result[0]", 6, "type float64[int] is undefined"),
        (.double(1), "result.x", 7, "type float64 has no field x"),
        (.bool(true), "result.Name() == 'hi'", 7, "type bool has no method Name"),
        (.double(1), "(nil).x", 6, "type nil has no field x"),
        (.double(1), "result[1:]", 6, "cannot slice float64"),
        (.vector([]), "result['a':]", 7, "non-integer slice index string"),
        (.double(1), "result ? 1 : 2", 0, "non-bool expression (type float64) used as condition"),
        (.double(1), "let result = 1; 2", 4, "cannot redeclare result"),
        (.double(1), "let len = 1; 2", 4, "cannot redeclare builtin len"),
        (.double(1), "let a = 1; let a = 2; a", 15, "cannot redeclare variable a"),
        (.double(1), "result(1)", 0, "float64 is not callable"), (.double(1), "$env.other", 5, "unknown name other"),
        (.double(1), "len()", 0, "invalid number of arguments (expected 1, got 0)"),
        (.double(1), "len(result)", 0, "invalid argument for len (type float64)"),
        (.double(1), "len(nil)", 0, "invalid argument for len (type %!s(<nil>))"),
        (.double(1), "1 + abs('a')", 4, "invalid argument for abs (type string)"),
        (.double(1), "max()", 0, "not enough arguments to call max"),
        (.double(1), "max(1, 'a')", 0, "invalid argument for max (type string)"),
        (.double(1), "upper(1)", 6, "cannot use int as argument (type string) to call upper "),
        (.double(1), "upper(nil)", 6, "cannot use nil as argument (type string) to call upper"),
        (.double(1), "upper('a', 'b')", 0, "too many arguments to call upper"),
        (.double(1), "indexOf('a')", 0, "not enough arguments to call indexOf"),
        (.double(1), "first(result)", 0, "cannot get first element from float64"),
        (.double(1), "take([1], 1.5)", 0, "cannot take float64 elements"),
        (.double(1), "keys([1])", 0, "cannot get keys from []interface {}"),
        (.double(1), "concat(1)", 0, "cannot concat int"),
        (.double(1), "get(result, 0)", 4, "type float64 does not support indexing"),
        (.vector([]), "get(result, 'a')", 12, "non-integer slice index string"),
        (.vector([1]), "isNaN(result)", 6, "cannot use []float64 as argument (type float64) to call isNaN "),
        (.vector([1]), "join(result)", 5, "cannot use []float64 as argument (type []string) to call join "),
        (.double(1), "now(1)", 0, "invalid number of arguments (expected 0, got 1)"),
        (.double(1), "date()", 0, "invalid number of arguments (expected at least 1, got 0)"),
        (.double(1), "now() > 1", 6, "invalid operation: > (mismatched types time.Time and int)"),
        (.double(1), "duration('1s') / 2", 15, "invalid operation: / (mismatched types time.Duration and int)"),
        (.double(1), "now().Month() == 8", 14, "invalid operation: == (mismatched types time.Month and int)"),
        (.double(1), "now().Add(1)", 10, "cannot use int as argument (type time.Duration) to call Add "),
        (.double(1), "now().Hour(1)", 6, "too many arguments to call Hour"),
        (.double(1), "now().Year == 1", 6, "Year is a method: call it, as in .Year()"),
        (.double(1), "now().Nope()", 6, "type time.Time has no method Nope"),
        (.double(1), "len > 1", 0, "len is a function: call it, as in len(…)"),
    ]

    @Test("wrong types", arguments: wrongTypes)
    func errors(_ result: Value, _ text: String, _ offset: Int, _ message: String) throws {
        let expression = try Expression(parsing: text)
        let error = #expect(throws: ExpressionError.self) { try expression.evaluate(result: result) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
        #expect([.type, .unknownName, .syntax].contains(error?.code))
    }

    private static let wrongTexts: [(String, Int, String)] = [
        ("", 0, "unexpected token EOF"), ("1 +", 3, "unexpected token EOF"),
        ("1 2", 2, "unexpected token Number(\"2\")"),
        ("result > 0 AND result < 5", 11, "unexpected token Identifier(\"AND\")"), ("(1", 2, "unexpected token EOF"),
        ("a ''", 2, "unexpected token String"), ("a 'b'", 2, "unexpected token String(\"b\")"),
        ("a)", 1, "unexpected token Bracket(\")\")"),
        ("#", 0, "unexpected token Operator(\"#\")"), ("1 not 2", 6, "unexpected token Number(\"2\")"),
        ("a <& b", 2, "unexpected token Operator(\"<&\")"),
        (
            "result ?? 0 > 1", 12,
            "Operator (>) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses."
        ),
        ("'abc", 0, "literal not terminated"), ("`abc", 0, "literal not terminated"),
        ("'a\nb'", 0, "literal not terminated"),
        ("'\\q'", 0, "invalid char escape"), ("'\\\"'", 0, "invalid char escape"),
        ("'\\u{}'", 0, "invalid char escape"), ("'\\08'", 0, "invalid char escape"),
        ("/* a", 0, "unclosed comment"), ("1 + 1abc", 4, "bad number syntax: \"1a\""),
        ("0x1g", 0, "bad number syntax: \"0x1g\""),
        ("0b", 0, "invalid binary literal: strconv.ParseInt: parsing \"0b\": invalid syntax"),
        ("0o8", 0, "bad number syntax: \"0o8\""),
        ("1e400", 0, "invalid float literal: strconv.ParseFloat: parsing \"1e400\": value out of range"),
        (
            "9223372036854775808", 0,
            "invalid integer literal: strconv.ParseInt: parsing \"9223372036854775808\": value out of range"
        ),
        ("1 @ 2", 2, "unrecognized character: U+0040 '@'"), ("a.1", 1, "unexpected token Number(\".1\")"),
        ("a.'b'", 2, "expected name"),
        ("all(a)", 5, "expected at least 2 arguments"), ("a | all()", 8, "expected at least 1 arguments"),
        ("all(a, 1, 2)", 10, "unexpected token Number(\"2\")"),
        ("all(a, 1; 2)", 8, "wrap predicate with brackets { and }"),
        (
            "{[1]: 2}", 1,
            "a map key must be a quoted string, a number, a identifier, or an expression enclosed in parentheses (unexpected token Bracket(\"[\"))"
        ),
        ("if true { 1 }", 13, "unexpected token EOF"), ("let x = 1", 9, "unexpected token EOF"),
        ("let 1 = 2; 3", 4, "unexpected token Number(\"1\")"),
    ]

    @Test("texts that are no expression", arguments: wrongTexts)
    func syntax(_ text: String, _ offset: Int, _ message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
        #expect(error?.code == .syntax)
    }

    @Test(
        "a name that is nearly one of the known ones is guessed",
        arguments: [
            ("reslt > 1", "did you mean result?"), ("results[0] > 1", "did you mean result?"), ("lenght(result)", nil),
            ("isNan(result)", "did you mean isNaN?"), ("let total = 1; totl", "did you mean total?"), ("x > 1", nil),
            ("fliter(result, true)", "did you mean filter?"),
        ] as [(String, String?)])
    func hints(_ text: String, _ hint: String?) throws {
        let expression = try Expression(parsing: text)
        let error = #expect(throws: ExpressionError.self) { try expression.check() }
        #expect(error?.hint == hint)
    }

    @Test("the check of a condition asks for a truth, that of an expression does not")
    func conditions() throws {
        try Expression(parsing: "result + 1").check()
        try Expression(parsing: "result.ok").checkCondition()
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: "len(result)").checkCondition() }
        #expect(error?.message == "expected bool, but got int")
    }
}
