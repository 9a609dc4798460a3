import Analysis
import Support
import Testing

@Suite("Templates of Go that are wrong")
struct GoTemplateErrorTests {
    private static func complaint(_ template: String) -> String {
        do {
            return "renders to \"\(try GoTemplate(parsing: template).render(GoTemplateTests.names))\""
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "what cannot be read is found with its place",
        arguments: [
            ("{{", "line 1, column 1: the braces are not closed (close them with }})"),
            ("a\n  {{ name", "line 2, column 3: the braces are not closed (close them with }})"),
            ("{{ }}", "line 1, column 4: there is no value in the braces"),
            ("{{ if }}a{{end}}", "line 1, column 7: there is no value in if"),
            (
                "{{ if 1 }}",
                "line 1, column 4: the template ends before the {{end}} of this if (write {{ end }} where it ends)"
            ),
            (
                "{{ if 1 }}{{else}}{{else}}{{end}}",
                "line 1, column 4: there is another {{else}} before the {{end}} of this if (write {{ end }} where it ends)"
            ),
            ("a{{ end }}", "line 1, column 5: {{end}} without what it belongs to"),
            ("{{ (name }}", "line 1, column 4: the parenthesis is not closed"),
            ("{{ name) }}", "line 1, column 8: a parenthesis is closed that was not opened"),
            ("{{ \"abc }}", "line 1, column 4: the text in quotes has no end on its line"),
            (
                #"{{ "\q" }}"#,
                #"line 1, column 4: "\q" has an escape that Go does not know (write a backslash as \\, or put the text in "#
                    + "backquotes)"
            ),
            ("{{ 1a }}", "line 1, column 4: 1a is no number that Go can read"),
            ("{{ 99999999999999999999 }}", "line 1, column 4: 99999999999999999999 is no number that Go can read"),
            ("{{ @ }}", "line 1, column 4: the character \"@\" means nothing in a template"),
            ("{{/* c */ }}", "line 1, column 10: a comment has its braces to itself (write }} right behind */)"),
            ("{{ name, 1 }}", "line 1, column 8: \",\" is unexpected: operands are divided by spaces"),
            ("{{ true.x }}", "line 1, column 8: \".x\" is unexpected: \"true\" has no fields"),
            ("{{ break }}", "line 1, column 4: {{break}} is not in a range"),
            (
                "{{ \"a\" | \"b\" }}",
                "line 1, column 10: a value cannot stand behind | (what follows is a function that takes the value before "
                    + "as its last argument)"
            ),
            ("{{ range $i, $e, $f := variables }}{{end}}", "line 1, column 14: a range has at most two variables"),
            ("{{ $x, $y := name }}", "line 1, column 4: only a range has two variables"),
            (
                "{{ define \"x\" }}a{{ end }}",
                "line 1, column 4: define is not supported: a query is one template (write the text where it belongs)"
            ),
        ])
    func unreadable(template: String, complaint: String) { #expect(Self.complaint(template) == complaint) }

    @Test(
        "what does not exist is answered with what does",
        arguments: [
            (
                "{{ namspace }}",
                "line 1, column 4: the function \"namspace\" does not exist (names that can stand here are ingress, "
                    + "interval, name, namespace, route, service, target, variables)"
            ),
            (
                "up{ns=\"{{ .namespace }}\"}",
                "line 1, column 11: a query has no data of its own, so .namespace is nothing (write namespace without the "
                    + "dot)"
            ),
            (
                "{{ .key }}",
                "line 1, column 4: a query has no data of its own, so .key is nothing (a variable is written variables.key)"
            ),
            (
                "{{ variables.nokey }}",
                "line 1, column 13: there is no variable \"nokey\" (templateVariables has code, key, path)"
            ),
            (
                "{{ variables.my-key }}",
                "line 1, column 16: the character \"-\" cannot stand in a name (a key with a dash is written index "
                    + "variables \"my-key\")"
            ),
            (
                "{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}",
                "line 1, column 39: the variable $x does not exist here (declare it before with {{ $x := … }}, outside of "
                    + "what ends with {{ end }})"
            ),
            ("{{ name.x }}", "line 1, column 8: string has no field x"),
        ])
    func unknown(template: String, complaint: String) { #expect(Self.complaint(template) == complaint) }

    @Test(
        "functions say what they do not take",
        arguments: [
            ("{{ name 1 }}", "line 1, column 9: name takes no arguments, not 1"),
            ("{{ len }}", "line 1, column 4: len takes 1 argument, not 0"),
            ("{{ slice \"a\" 1 1 1 1 }}", "line 1, column 4: slice takes 1 to 4 arguments, not 5"),
            ("{{ or }}", "line 1, column 4: or takes at least 1 argument, not 0"),
            ("{{ \"a\" \"b\" }}", "line 1, column 8: only a function takes arguments"),
            (
                "{{ eq 1 1.0 }}",
                "line 1, column 4: int and float64 cannot be compared (1 and 1.0 are of different kinds, and so are 1 and "
                    + "\"1\")"
            ),
            ("{{ lt true false }}", "line 1, column 4: bool has no order"),
            ("{{ index \"abc\" 5 }}", "line 1, column 4: there is no byte 5 in a text of 3"),
            ("{{ slice \"abc\" 2 1 }}", "line 1, column 4: the slice begins at 2, behind its end at 1"),
            ("{{ len 3 }}", "line 1, column 4: int has no length"),
            (
                "{{ range name }}{{ end }}",
                "line 1, column 10: range cannot go over string (it goes over variables, the map of what the metric gives "
                    + "the template)"
            ),
        ])
    func arguments(template: String, complaint: String) { #expect(Self.complaint(template) == complaint) }

    @Test(
        "what Go would complain of in the text itself is an error",
        arguments: [
            (
                "{{ . }}",
                "line 1, column 4: there is no value here (a query has no data of its own; names are written without a dot, "
                    + "such as {{ namespace }})"
            ),
            (
                "{{ printf \"%d\" name }}",
                "line 1, column 4: printf cannot write string with %d (%s writes a text, %d a whole number, %v anything)"
            ),
            ("{{ printf \"%s\" }}", "line 1, column 4: printf has no value for %s (give one for each % in the text)"),
            ("{{ printf \"a\" 1 }}", "line 1, column 4: printf has 1 value more than its text has places for"),
            (
                "{{ printf \"5%\" }}",
                "line 1, column 4: the text of printf ends inside a % (a percent sign is written %%)"
            ),
            ("{{ printf \"%9999d\" 1 }}", "line 1, column 4: a width of printf is at most 1000"),
        ])
    func complaints(template: String, complaint: String) { #expect(Self.complaint(template) == complaint) }

    @Test("size, depth and steps are bounded")
    func limits() throws {
        let deep = String(repeating: "{{ if 1 }}", count: 100_000)
        let nested = "{{ " + String(repeating: "(", count: 50_000) + "name"
        let loops = String(repeating: "{{ range 1000 }}", count: 3) + "x" + String(repeating: "{{ end }}", count: 3)
        for template in [String(repeating: "a", count: 64_001), String(deep.prefix(60_000)), nested, loops] {
            let error = #expect(throws: GoTemplateError.self) {
                try GoTemplate(parsing: template).render(GoTemplateTests.names)
            }
            #expect(template.hasPrefix("{{ (") || error?.code == .limit, "\(error?.description ?? "")")
        }
        let parentheses = "{{ " + String(repeating: "(", count: 61) + "1" + String(repeating: ")", count: 61) + " }}"
        let error = #expect(throws: GoTemplateError.self) { try GoTemplate(parsing: parentheses) }
        #expect(error?.message == "the template nests more than 60 deep")
        #expect(error?.offset == 63)
    }

    @Test("whatever stands in a template, reading it ends", arguments: 0..<40)
    func robustness(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = [
            "{{", "}}", "{{-", "-}}", " ", "\n", "if ", "else", "end", "range ", "with ", "$x", ":=", "=", ",", "|",
            "(", ")",
            "name", "variables", ".key", ".", "printf ", "\"%*[2]d%v\"", "1", "1e9", "-5", "nil", "/*", "*/", "`", "'",
            "\\",
            "\u{0}", "\r\n", "é", "eq ", "index ", "slice ", "0x", "_", "break", "len ",
        ]
        for _ in 0..<300 {
            let count = Int.random(in: 0..<30, using: &random)
            let template = (0..<count).map { _ in random.pick(pieces) }.joined()
            do {
                _ = try GoTemplate(parsing: template).render(GoTemplateTests.names)
            } catch {
                #expect(error.offset >= 0 && error.offset <= template.unicodeScalars.count)
                #expect(error.line >= 1 && error.column >= 1)
            }
        }
    }
}
