import Analysis
import Testing

@Suite("JSON text becomes a value")
struct JSONReaderTests {
    private static let texts: [(String, Value)] = [
        (
            #" {"a": [1, -2.5e3, true, null], "b": {}} "#,
            Value.map([
                .init("a", .array([.double(1), .double(-2500), .bool(true), .null], of: .any)), .init("b", .map([])),
            ])
        ),
        (#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800x""#, .string("\"\\/\u{08}\u{0C}\n\r\té😀\u{FFFD}x")),
        (#"{"a": 1, "a": 2}"#, .map([.init("a", .double(2))])), ("0", .double(0)), ("-0", .double(-0.0)),
        ("[]", .array([], of: .any)),
        ("1e-999", .double(0)),
    ]

    @Test("values", arguments: texts)
    func values(_ text: String, _ expected: Value) throws {
        #expect(try JSONReader.value(text) == expected)
    }

    /// The messages are those of Go's encoding/json.
    private static let wrongTexts: [(String, Int, String)] = [
        ("", 0, "unexpected end of JSON input"), ("{", 1, "unexpected end of JSON input"),
        ("[1,", 3, "unexpected end of JSON input"),
        ("x", 0, "invalid character 'x' looking for beginning of value"),
        ("trux", 3, "invalid character 'x' in literal true (expecting 'e')"),
        ("1 2", 2, "invalid character '2' after top-level value"),
        ("01", 1, "invalid character '1' after top-level value"),
        ("1.x", 2, "invalid character 'x' after decimal point in numeric literal"),
        ("-x", 1, "invalid character 'x' in numeric literal"),
        ("1ex", 2, "invalid character 'x' in exponent of numeric literal"), ("\"a", 2, "unexpected end of JSON input"),
        (#""\q""#, 2, "invalid character 'q' in string escape code"),
        ("\"\u{01}\"", 1, #"invalid character '\x01' in string literal"#),
        ("{a:1}", 1, "invalid character 'a' looking for beginning of object key string"),
        (#"{"a" 1}"#, 5, "invalid character '1' after object key"),
        (#"{"a":1,}"#, 7, "invalid character '}' looking for beginning of object key string"),
        ("[1,]", 3, "invalid character ']' looking for beginning of value"),
        ("[1 2]", 3, "invalid character '2' after array element"),
        (#"{"a":1 "b"}"#, 7, #"invalid character '"' after object key:value pair"#),
        (#""\u12""#, 5, #"invalid character '"' in \u hexadecimal character escape"#),
        ("NaN", 0, "invalid character 'N' looking for beginning of value"),
        ("1e999", 0, "json: cannot unmarshal number 1e999 into Go value of type float64"),
        ("é", 0, "invalid character 'Ã' looking for beginning of value"),
    ]

    @Test("texts that are none", arguments: wrongTexts)
    func errors(_ text: String, _ offset: Int, _ message: String) {
        let error = #expect(throws: JSONReader.Problem.self) { try JSONReader.value(text) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }

    @Test("a document as deep as a stack is refused, and a wide one is not")
    func depth() throws {
        #expect(throws: JSONReader.Problem.self) { try JSONReader.value(String(repeating: "[", count: 100_000)) }
        #expect(throws: Never.self) { try JSONReader.value("[" + String(repeating: "1,", count: 100_000) + "1]") }
    }
}
