import Rollouts
import Testing

@Suite("JSON")
struct JSONTests {
    @Test(
        "A complete text becomes the value it states",
        arguments: [
            ("null", JSON.null), ("true", true), (" false\n", false), ("0", 0), ("-12", -12),
            ("1.50", .number("1.50")), ("1E+3", .number("1E+3")), ("-0.0e-2", .number("-0.0e-2")),
            (#""""#, ""), (#""a/b""#, "a/b"), (#""ü 漢 🚀""#, "ü 漢 🚀"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u00e9\u6f22""#, "é漢"), (#""\uD83D\uDE80!""#, "🚀!"), (#""\u0000""#, "\0"),
            ("[]", []), ("[ 1 , [ ] , {} ]", [1, [], .object([])]),
            (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [nil]]]),
        ] as [(String, JSON)])
    func parses(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(
        "A wrong text is refused with the place",
        arguments: [
            ("", "line 1, column 1: a value was expected, the text ends"),
            ("nul", "line 1, column 1: a value was expected"),
            ("[1,\n  2,\n  x]", "line 3, column 3: a value was expected"),
            ("[1 2]", "line 1, column 4: ',' or ']' was expected"),
            ("[1,]", "line 1, column 4: a value was expected"),
            ("{a: 1}", "line 1, column 2: a member name in quotes was expected"),
            (#"{"a" 1}"#, "line 1, column 6: ':' was expected"),
            (#"{"a":1,"#, "line 1, column 8: a member name in quotes was expected"),
            (#"{"a":1,"b":2,"a":3}"#, "line 1, column 14: the member 'a' appears twice"),
            ("01", "line 1, column 2: text after the end of the value"),
            ("-", "line 1, column 2: a digit was expected"),
            ("1.", "line 1, column 3: a digit was expected"),
            ("1e", "line 1, column 3: a digit was expected"),
            ("+1", "line 1, column 1: a value was expected"),
            ("NaN", "line 1, column 1: a value was expected"),
            ("\"abc", "line 1, column 5: the string has no end"),
            ("\"a\\", "line 1, column 4: the string has no end"),
            ("\"a\nb\"", "line 1, column 3: a control character must be escaped"),
            (#""\x""#, "line 1, column 3: not an escape that JSON knows"),
            (#""\u12g4""#, "line 1, column 6: four hexadecimal digits were expected"),
            (#""\uD83D""#, "line 1, column 4: half of a surrogate pair"),
            (#""\uD83DA""#, "line 1, column 4: half of a surrogate pair"),
            (#""\uD83D\uD83D""#, "line 1, column 4: half of a surrogate pair"),
            (#""\uDE80""#, "line 1, column 4: half of a surrogate pair"),
            ("<html>", "line 1, column 1: a value was expected"),
            ("1 1", "line 1, column 3: text after the end of the value"),
        ])
    func refuses(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.description == message)
    }

    @Test func `A string that is not UTF-8 is refused, not repaired`() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x5C, 0x6E, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        }
    }

    @Test func `Depth and size are bounded`() throws {
        let deep = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        _ = try JSON(parsing: deep(200))
        let error = #expect(throws: JSONError.self) { try JSON(parsing: deep(201)) }
        #expect(error?.description == "line 1, column 201: more than 200 levels of nesting")
        #expect(throws: JSONError.self) { try JSON(parsing: deep(1_000_000)) }

        let long = #expect(throws: JSONError.self) { try JSON(parsing: Array("[1, 2]".utf8), sizeLimit: 5) }
        #expect(long?.message == "the text has 6 bytes, allowed are 5")
    }

    @Test func `A repeated name is found in a long object too`() throws {
        let members = (0..<100).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSON(parsing: "{\(members)}").members?.count == 100)
        #expect(throws: JSONError.self) { try JSON(parsing: "{\(members),\"m99\":0}") }
        #expect(throws: JSONError.self) { try JSON(parsing: "{\(members),\"m3\":0}") }
    }

    @Test func `Values are reached by name and index`() throws {
        let json = try JSON(parsing: #"{"spec":{"replicas":3,"ratio":0.5,"paused":false,"args":["a","b"],"x":null}}"#)
        let spec = try #require(json["spec"])
        #expect(spec["replicas"]?.int == 3)
        #expect(spec["ratio"]?.double == 0.5)
        #expect(spec["paused"]?.bool == false)
        #expect(spec["args"]?[1]?.string == "b")
        #expect(spec["args"]?[2] == nil)
        #expect(spec["args"]?[-1] == nil)
        #expect(spec["x"]?.isNull == true)
        #expect(spec["y"] == nil)
        #expect(spec["replicas"]?["x"] == nil)
        #expect(spec["args"]?.array?.count == 2)
        #expect(spec.members?.map(\.name) == ["replicas", "ratio", "paused", "args", "x"])
        #expect(spec["replicas"]?.string == nil)
    }

    @Test(
        "A whole number is an integer however it is written",
        arguments: [("3", 3), ("3.0", 3), ("3e2", 300), ("9007199254740993", 9_007_199_254_740_993), ("-0", 0)])
    func wholeNumbers(text: String, value: Int) {
        #expect(JSON.number(text).int == value)
    }

    @Test("What is not a whole number in range is no integer", arguments: ["3.5", "1e99", "9223372036854775808.5"])
    func notWhole(text: String) {
        #expect(JSON.number(text).int == nil)
    }

    @Test(
        "The canonical text sorts members by bytes and keeps numbers as they are",
        arguments: [
            (#"{ "b" : 1.50, "a" : [ true , null ] }"#, #"{"a":[true,null],"b":1.50}"#),
            (#"{"é":1,"z":2,"Z":3,"":4}"#, #"{"":4,"Z":3,"z":2,"é":1}"#),
            (#""\u001f\u0007\/\u00e9\u2028""#, "\"\\u001f\\u0007/é\u{2028}\""),
            (#"{"a":{"d":1,"c":"\n\t\"\\"}}"#, #"{"a":{"c":"\n\t\"\\","d":1}}"#),
        ])
    func canonical(text: String, canonical: String) throws {
        let json = try JSON(parsing: text)
        #expect(json.canonical == canonical)
        #expect(try JSON(parsing: canonical).canonical == canonical)
    }

    @Test func `The plain text keeps the order of members`() throws {
        #expect(try JSON(parsing: #"{"b": 1, "a": "x"}"#).text == #"{"b":1,"a":"x"}"#)
    }
}
