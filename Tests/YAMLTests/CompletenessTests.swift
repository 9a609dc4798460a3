import Testing
import YAML

/// The corners of YAML that an editor of other people's files meets.
@Suite("Every style and every corner")
struct CompletenessTests {
    private static func set(_ name: String, _ path: FieldPath, _ value: YAMLScalar, _ before: String, _ after: String)
        -> EditCase
    {
        EditCase(name: name, path: path, edit: .set(value), before: before, after: after)
    }

    private static func insert(_ name: String, _ path: FieldPath, _ tree: YAMLTree, _ before: String, _ after: String)
        -> EditCase
    {
        EditCase(name: name, path: path, edit: .insert(tree, at: nil), before: before, after: after)
    }

    private static func remove(_ name: String, _ path: FieldPath, _ before: String, _ after: String) -> EditCase {
        EditCase(name: name, path: path, edit: .remove, before: before, after: after)
    }

    static let cases: [EditCase] = [
        // Block scalars.
        set("literal, stripped", "a", "z", "a: |-\n  x\nb: 1\n", "a: |-\n  z\nb: 1\n"),
        set("literal, kept", "a", "z\n\n", "a: |+\n  x\n\nb: 1\n", "a: |+\n  z\n\nb: 1\n"),
        set("literal with an indentation indicator", "a", " z\n", "a: |2\n   x\nb: 1\n", "a: |2\n   z\nb: 1\n"),
        set("indicators in the other order", "a", " z", "a: |-2\n   x\nb: 1\n", "a: |-2\n   z\nb: 1\n"),
        set("folded, stripped", "a", "z", "a: >-\n  x\n  y\nb: 1\n", "a: >-\n  z\nb: 1\n"),
        set("a literal in a list", "0", "z\n", "- |\n x\n- y\n", "- |\n z\n- y\n"),
        set("a literal at the end without a line break", "a", "z", "a: |-\n  x", "a: |-\n  z"),
        set("a literal with CRLF", "a", "p\nq\n", "a: |\r\n  x\r\nb: 1\r\n", "a: |\r\n  p\r\n  q\r\nb: 1\r\n"),
        // Quotes.
        set("a double-quoted text over lines", "a", "z", "a: \"x\n  y\"\nb: 1\n", "a: \"z\"\nb: 1\n"),
        set("a single-quoted text over lines", "a", "z", "a: 'x\n\n  y'\nb: 1\n", "a: 'z'\nb: 1\n"),
        set("an escape in double quotes", "a", "é\u{7}", "a: \"x\\ty\"\n", "a: \"é\\x07\"\n"),
        set("a text with a break out of single quotes", "a", "x\ny", "a: 'x'\n", "a: \"x\\ny\"\n"),
        // Tags and anchors.
        set("a tag of one's own", "a", "z", "a: !mine x\n", "a: !mine z\n"),
        set("a verbatim tag", "a", "z", "a: !<tag:yaml.org,2002:str> x\n", "a: !<tag:yaml.org,2002:str> z\n"),
        set("tag and anchor", "a", "z", "a: !!str &q x # c\n", "a: !!str &q z # c\n"),
        // Streams.
        set("after a directive", "a", 2, "%YAML 1.1\n---\na: 1\n", "%YAML 1.1\n---\na: 2\n"),
        set("on the line of the marker", .root, "z", "--- x\n...\n", "--- z\n...\n"),
        set("with a byte order mark", "a", 2, "\u{FEFF}a: 1\n", "\u{FEFF}a: 2\n"),
        // Explicit keys.
        set("a key with a question mark", "k", 2, "? k\n: 1\n", "? k\n: 2\n"),
        set("a quoted key", "a b", 2, "\"a b\": 1\n", "\"a b\": 2\n"),
        // Empty values.
        set("an empty value in flow", "a.b", 1, "a: {b: , c: 1}\n", "a: {b: 1, c: 1}\n"),
        set("an empty value before a comment line", "a.b", 1, "a:\n  b:\n  # c\n", "a:\n  b: 1\n  # c\n"),
        set("an empty value with an anchor", "a", 1, "a: &x\nb: 2\n", "a: &x 1\nb: 2\n"),
        // Siblings.
        insert("indented dashes", "b.-", "z", "b:\n    - x\n    - y\n", "b:\n    - x\n    - y\n    - z\n"),
        insert("dashes below their key", "b.-", ["k": ["v"]], "b:\n- k:\n  - u\n", "b:\n- k:\n  - u\n- k:\n  - v\n"),
        insert(
            "a list where lists are indented", "c", ["v"], "a:\n  b:\n    - u\n",
            "a:\n  b:\n    - u\nc:\n  - v\n"),
        insert("flow siblings", "a.-", ["k": 2], "a: [{k: 1}]\n", "a: [{k: 1}, {k: 2}]\n"),
        insert("flow with inner blanks", "a.c", 2, "a: { b: 1 }\n", "a: { b: 1, c: 2 }\n"),
        insert("flow with a trailing comma", "a.c", 2, "a: {b: 1,}\n", "a: {b: 1, c: 2,}\n"),
        insert("flow over lines with a trailing comma", "a.-", "z", "a: [\n  x,\n]\n", "a: [\n  x,\n  z,\n]\n"),
        insert("before the end of a document", "b", 1, "a: 1\n...\n---\nc: 1\n", "a: 1\nb: 1\n...\n---\nc: 1\n"),
        insert("an item after a block scalar", "a.-", "z", "a:\n- |\n  x\nb: 1\n", "a:\n- |\n  x\n- z\nb: 1\n"),
        insert("a key that is the merge sign", "<<", 1, "a: 1\n", "a: 1\n\"<<\": 1\n"),
        remove("an entry with an empty value", "b", "a: 1\nb:\nc: 2\n", "a: 1\nc: 2\n"),
        remove("an item that is a list", "0", "- - x\n  - y\n- z\n", "- z\n"),
        remove("with CRLF", "b", "a: 1\r\nb: 2\r\nc: 3\r\n", "a: 1\r\nc: 3\r\n"),
        remove("a key with a question mark", "k", "a: 1\n? k\n: 1\nb: 2\n", "a: 1\nb: 2\n"),
    ]

    @Test(arguments: cases) func `the rest of the file stays as it is`(_ edit: EditCase) throws {
        #expect(try edit.run() == edit.after)
    }

    /// Texts that a reader of YAML 1.1, of YAML 1.2 or of Go would take for something else, or for syntax.
    static let delicate = [
        "on", "Off", "YES", "no", "y", "N", "true", "False", "null", "Null", "NULL", "~", "", " ", "0o17", "017",
        "0x1F",
        "0b11", "1_000", "1:30", "190:20:30", ".5", "5.", "-.5", "+1", "1e3", "1E+3", ".inf", "-.Inf", ".NaN",
        "2026-11-21",
        "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "=", "<<", "-", "- a", "?", "? a", ":", "a:", "a: b",
        "a #b", "#a", "&a", "*a", "!a", "|", ">", "'a", "\"a", "%a", "@a", "`a", "{a", "}a", "[a", "]a", ",a", "---",
        "...",
        "--- a", " a", "a ", "\ta", "a\t", "a\nb", "\n", "a\r", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{0}",
    ]

    @Test(arguments: [
        "a: x\n", "a: 'x'\n", "a: \"x\"\n", "a: [x]\n", "a: {k: x}\n", "- x\n", "a: |\n  x\n", "a: >-\n  x\n", "a:\n",
    ])
    func `a text stays a text for every reader, and is the same text again`(_ file: String) throws {
        let path: FieldPath = file.contains("[") ? "a.0" : file.contains("{") ? "a.k" : file.hasPrefix("-") ? "0" : "a"
        for text in Self.delicate {
            var editor = YAMLEditor(try YAMLStream(parsing: file, file: "a.yaml"))
            try editor.set(path, to: .string(text))
            let node = try editor.stream.documents[0].place(at: path).node
            #expect(node.string == text, "\(text.debugDescription) in \(editor.text.debugDescription)")
            if case .scalar(_, .plain) = node.content {
                Issue.record("\(text.debugDescription) is written plain: \(editor.text.debugDescription)")
            }
        }
    }

    @Test func `a value that returns is written as it was, whatever that was`() throws {
        let text = "\r\nname: |+\r\n  x\r\n\r\n\r\n\u{85}--- # next\r\nspec: 1\r\n"
        let stream = try YAMLStream(parsing: text, file: "a.yaml")
        let former = try #require(stream.documents[0].root["name"]?.typed)
        var editor = YAMLEditor(stream)
        for value in ["new", "two\nlines\n", nil] as [YAMLScalar] {
            guard (try? editor.set("name", to: value)) != nil else { continue }
            try editor.set("name", to: former)
            #expect(editor.text == text)
        }
    }

    @Test func `a duplicate key is refused, and both places are named`() throws {
        var editor = YAMLEditor(try YAMLStream(parsing: "a:\n  b: 1\n  c: 1\n  b: 2\n", file: "a.yaml"))
        let error = #expect(throws: YAMLError.self) { try editor.set("a.c", to: 2) }
        #expect(error?.description == "a.yaml:4:3: the key \"b\" is already used at line 2, column 3")
        let many = (0..<40).map { "k\($0): 1\n" }.joined()
        let stream = try YAMLStream(parsing: many + "k3: 2\n\"k39\": 3\n", file: "a.yaml")
        #expect(
            stream.documents[0].problems.map(\.description) == [
                "a.yaml:41:1: the key \"k3\" is already used at line 4, column 1",
                "a.yaml:42:1: the key \"k39\" is already used at line 40, column 1",
            ])
    }

    @Test func `keys that differ only in how a character is spelled are one key`() throws {
        let stream = try YAMLStream(parsing: "é: 1\ne\u{301}: 2\n\"\\xe9\": 3\n", file: "a.yaml")
        #expect(stream.documents[0].problems.map(\.position.line) == [2, 3])
        #expect(stream.documents[0].root["e\u{301}"]?.int == 1)
    }

    @Test func `an edit that would make a file too large is refused`() throws {
        let limits = YAMLLimits(size: 20)
        var editor = YAMLEditor(try YAMLStream(parsing: "a: 1\nb: 2\n", file: "a.yaml", limits: limits), limits: limits)
        let error = #expect(throws: YAMLError.self) {
            try editor.set("a", to: .string(String(repeating: "x", count: 30)))
        }
        #expect(error?.message.contains("more than 20") == true)
        #expect(editor.text == "a: 1\nb: 2\n")
    }
}
