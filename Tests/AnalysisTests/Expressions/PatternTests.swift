@testable import Analysis
import Testing

@Suite("Regular expressions in RE2's syntax")
struct PatternTests {
    @Test(
        "what matches",
        arguments: [
            ("", "", true), ("a", "xay", true), ("^a$", "a", true), ("^a$", "ab", false), ("a|b", "b", true),
            ("a.c", "abc", true),
            ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true), ("(?i)ABC", "xabcx", true), ("(?i:A)b", "ab", true),
            ("(?i:A)b", "aB", false),
            ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false), ("a*b+c?", "bb", true), ("a{2,3}", "aa", true),
            ("^a{2}$", "aaa", false),
            ("^a{2,}$", "aaaa", true), ("a{,2}", "a{,2}", true), ("[a-c]+", "xxb", true), ("^[^a-c]+$", "xyz", true),
            ("[]a]", "]", true),
            ("[a-]", "-", true), ("[[:digit:]]{3}", "a123", true), ("[[:^digit:]]", "1", false),
            (#"\d+\.\d*"#, "1.", true), (#"^\w+$"#, "a_1", true),
            (#"^\s$"#, "\t", true), (#"[\d\-]"#, "-", true), (#"[^\D]"#, "5", true), (#"\bfoo\b"#, "a foo b", true),
            (#"\bfoo\b"#, "afoo", false),
            (#"\x41\x{42}"#, "AB", true), ("(?P<name>a)(?:b)", "ab", true), ("(a|ab)(c|bcd)(d*)", "abcd", true),
            ("é.", "éx", true), ("(|a)+", "", true),
            ("(a*)*", "b", true), ("x*?y", "xxy", true), (#"\A\d+\z"#, "42", true),
            (#"^\pL+$"#, "éß", true), (#"\p{Lu}"#, "a", false), (#"^\P{Nd}$"#, "x", true), (#"^\p{^L}$"#, "1", true),
            (#"^[\pN_]+$"#, "1_٢", true), (#"^[^\pL]$"#, "é", false), (#"^\Qa.b*\E+$"#, "a.b**", true),
            (#"\Q.\E"#, "x", false),
            (#"^\101\0?$"#, "A", true), ("^(?<n>a)$", "a", true), ("(?U)a+", "a", true),
            ("(?im-s:^A.$)", "x\naB", true),
        ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Pattern(pattern, at: 0).occurs(in: text) == expected)
    }

    @Test(
        "what is no pattern",
        arguments: [
            ("[", "missing closing ]: `[`"), ("(a", "missing closing ): `(a`"), ("a)", "unexpected ): `a)`"),
            ("*", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator"), ("a{1001}", "invalid repeat count: `{1001}`"),
            ("[b-a]", "invalid character class range: `b-a`"),
            (#"\q"#, #"invalid escape sequence: `\q`"#), (#"\p{Greek}"#, "invalid character class range"),
            (#"a\C"#, "invalid escape"),
            (#"\1"#, "invalid escape sequence"), (#"\p"#, "invalid character class range"),
            ("a\\", "trailing backslash"),
            ("(?=a)", "invalid or unsupported Perl syntax"), (#"(a)\1"#, "invalid escape sequence"),
            ("((a{1000}){1000}){1000}", "expression too large"),
            (String(repeating: "(", count: 300), "nests too deeply"), ("[[:no:]]", "invalid character class range"),
        ])
    func errors(_ pattern: String, _ message: String) {
        let error = #expect(throws: ExpressionError.self) { try Pattern(pattern, at: 3) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.offset == 3)
    }

    @Test("what would take a backtracking engine years is done at once")
    func isLinear() throws {
        let text = String(repeating: "a", count: 2000) + "b"
        #expect(try !Pattern("^(a+)+$", at: 0).occurs(in: text))
        #expect(try !Pattern("(a|a)*(a|a)*c", at: 0).occurs(in: text))
    }
}
