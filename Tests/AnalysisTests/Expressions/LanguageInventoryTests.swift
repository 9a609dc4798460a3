@testable import Analysis
import Testing

/// Every builtin and every operator at least once, with the result that the documentation of expr-lang 1.17 gives or
/// that follows from Go's own libraries.
@Suite("The whole language")
struct LanguageInventoryTests {
    struct Row: CustomTestStringConvertible, Sendable {
        /// The builtin or the operator.
        let subject: String
        let text: String

        init(_ subject: String, _ text: String) {
            (self.subject, self.text) = (subject, text)
        }

        var testDescription: String { "\(subject): \(text)" }
    }

    /// Each text is true for the result `{"n": 3, "s": "abc", "list": [1, 2.5], "none": null}`, whose numbers are floats.
    static let result = Value.map([
        .init("n", .double(3)), .init("s", .string("abc")),
        .init("list", .array([.double(1), .double(2.5)], of: .any)), .init("none", .null),
    ])

    static let operators: [Row] = [
        Row("+", "1 + 2 == 3 && 'a' + 'b' == 'ab' && +2 == 2 && 1 + 0.5 == 1.5"),
        Row("-", "3 - 5 == -2 && -result.n == -3 && 1 - 0.5 == 0.5"),
        Row("*", "2 * 3 == 6 && 2 * 1.5 == 3"), Row("/", "7 / 2 == 3.5 && 1 / 0 > 1e308"),
        Row("%", "7 % 4 == 3 && -7 % 4 == -3"), Row("**", "2 ** 3 ** 2 == 512 && -2 ** 2 == -4"),
        Row("^", "2 ^ 0.5 > 1.41"),
        Row("==", "1 == 1.0 && nil == result.none && [1] == [1.0] && not (1 == '1' ?? true)"),
        Row("!=", "1 != 2 && 'a' != 'b'"), Row("<", "1 < 2 && 'a' < 'b' && 1 < 2 < 3 && not (1 < 3 < 2)"),
        Row(">", "3 > 2.5 > 1"), Row("<=", "1 <= 1 <= 2"), Row(">=", "2 >= 2 >= 1"),
        Row("and", "true and not false and 1 == 1"), Row("&&", "true && !false"), Row("or", "false or true"),
        Row("||", "false || true && true"), Row("not", "not false and not (1 > 2)"), Row("!", "!false"),
        Row("in", "2 in [1, 2] && 's' in result && 'x' in ['x'] && 2 in 1..3 && 2.5 in result.list"),
        Row("not in", "3 not in [1, 2] && 'q' not in result"), Row("..", "1..3 == [1, 2, 3] && 3..1 == []"),
        Row("matches", "result.s matches '^a.c$' && not ('b' matches 'a')"),
        Row("not matches", "'b' not matches 'a'"), Row("contains", "'abc' contains 'bc'"),
        Row("not contains", "'abc' not contains 'd'"), Row("startsWith", "'abc' startsWith 'ab'"),
        Row("endsWith", "'abc' endsWith 'bc' and 'abc' not endsWith 'b'"),
        Row("?:", "(true ? 1 : 2) == 1 && (false ? 1 : true ? 2 : 3) == 2"),
        Row("??", "(result.none ?? 4) == 4 && (nil ?? nil ?? 5) == 5"),
        Row("?.", "result.none?.deep.deeper == nil && result?.n == 3 && result.none?.[0] == nil"),
        Row("[]", "result['n'] == 3 && result.list[-1] == 2.5 && {'a': 1}['b'] == nil"),
        Row("[:]", "[1, 2, 3][1:] == [2, 3] && [1, 2, 3][:-1] == [1, 2] && 'hello'[1:3] == 'el' && [1][5:] == []"),
        Row("|", "-1 | abs() == 1"), Row("|", "'a b' | upper() | split(' ') == ['A', 'B']"),
        Row("let", "let x = 2; let y = x * x; y + x == 6"), Row(";", "1; 2; true"),
        Row("if", "if result.n > 2 { true } else { false }"),
        Row("if", "if 1 > 2 {false} else if 2 > 1 {1; true} else {false}"),
        Row("#", "map([1, 2], # * 2) == [2, 4] && map([1, 2], {#}) == [1, 2]"),
        Row(".field", "map([{'a': 1}, {'a': 2}], .a) == [1, 2] && all([{'a': {'b': 1}}], .a.b == 1)"),
        Row("#index", "map([5, 6], #index) == [0, 1]"), Row("#acc", "reduce([1, 2, 3], #acc + #) == 6"),
        Row("nested", "any([[1], [2, 3]], {any(#, {# == 3})}) && map([1, 2], map([10], # + 1)) == [[11], [11]]"),
        Row("$env", "$env['result'].n == 3 && $env.result.n == 3 && 'result' in $env && $env?.other == nil"),
        Row("$env", "get($env, 'result').n == 3 && len($env) == 7 && $env.asInt('4') == 4"),
        Row("::", "::len('ab') == 2"),
        Row("//", "true // and so on"), Row("/* */", "1 /* one */ == /* is */ 1"),
        Row("literals", "0x1F == 31 && 0b101 == 5 && 0o17 == 15 && 1_000 == 1000 && 010 == 10 && 0X_ff == 255"),
        Row("literals", "1e3 == 1000 && .5 == 0.5 && 1. == 1 && 1.5e-3 == 0.0015 && 2E+2 == 200"),
        Row("literals", #"'\x41\u00e9\u{1F600}\101\n' == "A\u00e9\U0001F600A\n" && 'it\'s' == "it's""#),
        Row("literals", #"`raw\n` == 'raw\\n' && `a``b` == 'a`b' && len(`\#n`) == 1"#),
        Row("literals", "[1, 'a', nil, true,][2] == nil && {a: 1, 'b': 2, 3: 3, (string(4)): 4,}['3'] == 3"),
        Row("literals", "{a: 1, a: 2}.a == 1 && {1.5: 'x'}['1.5'] == 'x' && result.none == nil"),
    ]

    static let builtins: [Row] = [
        Row("all", "all([1, 2], # > 0) && all([], # > 0)"), Row("none", "none([1, 2], # > 2) && none([], true)"),
        Row("any", "any([1, 2], # > 1) && not any([], true)"), Row("one", "one([1, 2], # > 1) && not one([], true)"),
        Row("filter", "filter(0..9, {# % 2 == 0}) == [0, 2, 4, 6, 8]"), Row("map", "map(1..3, # * #) == [1, 4, 9]"),
        Row("count", "count([1, 2, 3], # > 1) == 2 && count([true, false]) == 1"),
        Row("sum", "sum([1, 2.5]) == 3.5 && sum([1, 2], # * 10) == 30 && sum([]) == 0 && sum(result.list) == 3.5"),
        Row("find", "find([1, 2, 3, 4], # > 2) == 3 && find([1], # > 2) == nil"),
        Row("findIndex", "findIndex([1, 2, 3, 4], # > 2) == 2"),
        Row("findLast", "findLast([1, 2, 3, 4], # > 2) == 4"),
        Row("findLastIndex", "findLastIndex([1, 2, 3, 4], # > 2) == 3 && findLastIndex([1], # > 2) == nil"),
        Row("groupBy", "groupBy([1, 2, 3], # % 2)[1] == [1, 3] && groupBy(['a', 'bb'], len(#))[2][0] == 'bb'"),
        Row(
            "groupBy", "len(groupBy([1, 2, 3], # % 2)) == 2 && groupBy([1], 'k').k == [1] && groupBy([1], #)[5] == nil"),
        Row("sortBy", "sortBy([{'a': 2}, {'a': 1}], .a)[0].a == 1 && sortBy([1, 3, 2], -#, 'desc') == [1, 2, 3]"),
        Row("reduce", "reduce(1..9, #acc + #, 0) == 45 && reduce([1, 2], #acc + # * #index, 10) == 12"),
        Row("max", "max(5, 7) == 7 && max([1, 2.5], 2) == 2.5 && max([[1], [3]]) == 3 && max([]) == nil"),
        Row("min", "min(5, 7) == 5 && min([2.5, 1]) == 1"),
        Row("mean", "mean([1, 2, 3]) == 2 && mean([[1, 2], [3]]) == 2 && mean(1, [2, 3]) == 2 && mean([]) == 0"),
        Row("median", "median([3, 1, 2]) == 2 && median(1, 2) == 1.5 && median([[4], [1, 2]]) == 2"),
        Row("abs", "abs(-5) == 5 && abs(-1.5) == 1.5"), Row("ceil", "ceil(1.5) == 2 && ceil(2) == 2"),
        Row("floor", "floor(1.5) == 1 && floor(-1.5) == -2"), Row("round", "round(1.5) == 2 && round(-2.5) == -3"),
        Row("bitand", "bitand(0b1010, 0b1100) == 0b1000"), Row("bitor", "bitor(0b1010, 0b1100) == 0b1110"),
        Row("bitxor", "bitxor(0b1010, 0b1100) == 0b110"), Row("bitnand", "bitnand(0b1010, 0b1100) == 0b10"),
        Row("bitnot", "bitnot(0b1010) == -0b1011"),
        Row("bitshl", "bitshl(0b101101, 2) == 0b10110100 && bitshl(1, 64) == 0"),
        Row("bitshr", "bitshr(0b101101, 2) == 0b1011 && bitshr(-8, 70) == -1"),
        Row("bitushr", "bitushr(-0b101, 2) == 4611686018427387902"),
        Row("len", "len('h\u{e9}llo') == 5 && len([1, 2]) == 2 && len({'a': 1}) == 1 && len('') == 0"),
        Row(
            "get", "get([1, 2, 3], 1) == 2 && get([1], 5) == nil && get({'a': 1}, 'a') == 1 && get(result, 'q') == nil"),
        Row("first", "first([1, 2, 3]) == 1 && first([]) == nil"),
        Row("last", "last([1, 2, 3]) == 3 && last([]) == nil"),
        Row("take", "take([1, 2, 3, 4], 2) == [1, 2] && take([1], 9) == [1]"),
        Row("reverse", "reverse([3, 1, 4]) == [4, 1, 3]"),
        Row("sort", "sort([3, 1, 4]) == [1, 3, 4] && sort(['b', 'a']) == ['a', 'b']"),
        Row("sort", "sort([3, 1, 4], 'desc') == [4, 3, 1] && sort([]) == []"),
        Row("uniq", "uniq([1, 2, 3, 2, 1.0]) == [1, 2, 3]"),
        Row("concat", "concat([1, 2], [3], ['a']) == [1, 2, 3, 'a']"),
        Row("flatten", "flatten([1, 2, [3, [4]]]) == [1, 2, 3, 4]"),
        Row("keys", "keys({'name': 'John'}) == ['name'] && sort(keys(result))[0] == 'list'"),
        Row("values", "values({'age': 30}) == [30]"),
        Row("toPairs", "toPairs({'a': 1})[0][0] == 'a' && toPairs({'a': 1})[0][1] == 1 && len(toPairs(result)) == 4"),
        Row(
            "fromPairs",
            "fromPairs([['a', 1], ['b', 2]]).b == 2 && fromPairs([[1, 2]])[1] == 2 && 1 in fromPairs([[1, 2]])"),
        Row("trim", "trim('  Hello  ') == 'Hello' && trim('__Hello__', '_') == 'Hello'"),
        Row("trimPrefix", "trimPrefix('HelloWorld', 'Hello') == 'World' && trimPrefix(' a') == 'a'"),
        Row("trimSuffix", "trimSuffix('HelloWorld', 'World') == 'Hello' && trimSuffix('a ') == 'a'"),
        Row("upper", "upper('hello') == 'HELLO' && upper('stra\u{df}e') == 'STRA\u{df}E'"),
        Row("lower", "lower('HELLO') == 'hello'"),
        Row("split", "split('apple,orange,grape', ',') == ['apple', 'orange', 'grape']"),
        Row(
            "split",
            "split('a,b,c', ',', 2) == ['a', 'b,c'] && split('ab', '') == ['a', 'b'] && split('a', ',', 0) == []"),
        Row(
            "splitAfter",
            "splitAfter('a,b,c', ',') == ['a,', 'b,', 'c'] && splitAfter('a,b,c', ',', 2) == ['a,', 'b,c']"),
        Row(
            "replace",
            "replace('Hello World', 'World', 'Universe') == 'Hello Universe' && replace('aaa', 'a', 'b', 2) == 'bba'"),
        Row("replace", "replace('abc', '', '-') == '-a-b-c-' && replace('abc', '', '-', 2) == '-a-bc'"),
        Row("repeat", "repeat('Hi', 3) == 'HiHiHi' && repeat('a', 0) == ''"),
        Row("join", "join(['apple', 'orange'], ',') == 'apple,orange' && join(['a', 'b']) == 'ab'"),
        Row("indexOf", "indexOf('apple pie', 'pie') == 6 && indexOf('a', 'b') == -1"),
        Row("lastIndexOf", "lastIndexOf('apple pie apple', 'apple') == 10"),
        Row("hasPrefix", "hasPrefix('HelloWorld', 'Hello')"), Row("hasSuffix", "hasSuffix('HelloWorld', 'World')"),
        Row("int", "int('123') == 123 && int(1.9) == 1 && int(-1.9) == -1 && int(result.n) == 3"),
        Row("float", "float('123.45') == 123.45 && float(2) == 2"),
        Row(
            "string",
            "string(123) == '123' && string([1, 'a', nil]) == '[1 a <nil>]' && string({b: 1, a: 2}) == 'map[a:2 b:1]'"),
        Row("string", "string(1e6) == '1e+06' && string(123456.5) == '123456.5' && string(true) == 'true'"),
        Row("type", "type(42) == 'int' && type('hello') == 'string' && type(nil) == 'nil' && type([]) == 'array'"),
        Row("type", "type({}) == 'map' && type(1.5) == 'float' && type(true) == 'bool' && type(now()) == 'time.Time'"),
        Row("type", "type(duration('1s')) == 'time.Duration' && type(timezone('UTC')) == 'time.Location'"),
        Row("toJSON", #"toJSON({'name': 'J<', 'age': 30}) == "{\n  \"age\": 30,\n  \"name\": \"J\\u003c\"\n}""#),
        Row("toJSON", "toJSON([]) == '[]' && toJSON(1e21) == '1e+21' && toJSON(1e20) == '100000000000000000000'"),
        Row("fromJSON", #"fromJSON('{"name": "John", "age": 30}') == {'name': 'John', 'age': 30.0}"#),
        Row("toBase64", "toBase64('Hello World') == 'SGVsbG8gV29ybGQ=' && toBase64('') == ''"),
        Row("fromBase64", "fromBase64('SGVsbG8gV29ybGQ=') == 'Hello World' && fromBase64('QQ==') == 'A'"),
        Row("now", "now().Year() == 2026 && now() > date('2020-01-01') && now() - now() == duration('0s')"),
        Row("date", "date('2023-08-14').Unix() == 1691971200 && date('2023-08-14T10:20:30.5+02:00').Hour() == 10"),
        Row("duration", "duration('1h').Seconds() == 3600 && string(duration('90m')) == '1h30m0s'"),
        Row("timezone", "date('2023-08-14 00:00:00', '2006-01-02 15:04:05', 'UTC').In(timezone('UTC')).Day() == 14"),
        Row("asInt", "asInt('1') == 1 && asInt(1.9) == 1 && asInt('-7') == -7"),
        Row("asFloat", "asFloat('1e3') == 1000 && asFloat(2) == 2 && isInf(asFloat('-inf'))"),
        Row("isNaN", "isNaN(asFloat('NaN')) && not isNaN(1)"), Row("isInf", "isInf(1 / 0) && not isInf(-1)"),
        // Argo asks about the metric's result, whatever is between the parentheses.
        Row("isNil", "not isNil(nil)"), Row("default", "default(nil, 5).n == 3"),
    ]

    @Test("operators and literals", arguments: operators)
    func operation(_ row: Row) throws { try expectTrue(row) }

    @Test("builtins", arguments: builtins)
    func builtin(_ row: Row) throws { try expectTrue(row) }

    private func expectTrue(_ row: Row) throws {
        let now = Timestamp(milliseconds: 1_767_225_600_000)
        #expect(try Expression(parsing: row.text).evaluate(result: Self.result, now: now) == .bool(true))
    }

    @Test("no builtin is left out")
    func isWhole() {
        let named = Set(Self.builtins.map(\.subject))
        #expect(Builtin.allCases.filter { !named.contains($0.rawValue) } == [])
    }
}
