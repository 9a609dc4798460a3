import Testing
import YAML

@Suite("Edits inside a text that is a document itself")
struct InnerEditTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: FieldPath
        let inner: FieldPath
        let value: YAMLScalar
        let before: String
        let after: String

        init(
            _ name: String, _ path: FieldPath, _ inner: FieldPath, _ value: YAMLScalar, _ before: String,
            _ after: String
        ) {
            testDescription = name
            self.path = path
            self.inner = inner
            self.value = value
            self.before = before
            self.after = after
        }
    }

    static let cases = [
        Case("single quotes", "a", "x", 25, "a: '{\"x\": 0, \"y\": 100}' # c\n", "a: '{\"x\": 25, \"y\": 100}' # c\n"),
        Case("the same number before it", "a", "x", 9, "a: '{\"y\": 10, \"x\": 10}'\n", "a: '{\"y\": 10, \"x\": 9}'\n"),
        Case(
            "the same digits within another", "a", "x", 7, "a: '{\"y\": 100, \"x\": 0}'\n",
            "a: '{\"y\": 100, \"x\": 7}'\n"),
        Case(
            "doubled quotes", "a", "x", 5, "a: '{\"note\": \"it''s\", \"x\": 1}'\n",
            "a: '{\"note\": \"it''s\", \"x\": 5}'\n"),
        Case(
            "double quotes with escapes", "a", "x", 5, #"a: "{\"y\":\t1, \"x\": 1}""# + "\n",
            #"a: "{\"y\":\t1, \"x\": 5}""# + "\n"),
        Case(
            "an escape that has the same digit", "a", "x", 5, #"a: "{\"\x79\": 7, \"x\": 7}""#,
            #"a: "{\"\x79\": 7, \"x\": 5}""#),
        Case(
            "folded single quotes", "a", "x", 5, "a: '{\"y\": 1,\n\n   \"x\":\n     1}'\n",
            "a: '{\"y\": 1,\n\n   \"x\":\n     5}'\n"),
        Case("a literal block", "a", "x", 5, "a: |\n  {\n    \"x\": 1 }\nb: 1\n", "a: |\n  {\n    \"x\": 5 }\nb: 1\n"),
        Case(
            "a block whose header has the number", "a", "x", 5, "a: |2-\n    {\"x\": 2,\n  \"y\": 2}\nb: 1\n",
            "a: |2-\n    {\"x\": 5,\n  \"y\": 2}\nb: 1\n"),
        Case(
            "a folded block", "a", "x", 5, "a: >-\n  {\"y\": 1,\n  \"x\": 1}\n\nb: 1\n",
            "a: >-\n  {\"y\": 1,\n  \"x\": 5}\n\nb: 1\n"),
        Case("text in JSON", "a", "x", "7", #"a: "{\"x\": \"10\"}""#, #"a: "{\"x\": \"7\"}""#),
        Case(
            "text in a block", "a", "0.v", "i:v2", "a: |-\n  - op: replace\n    v: i:v1 # c\n",
            "a: |-\n  - op: replace\n    v: i:v2 # c\n"),
        Case("a member more", "a", "x", 5, "a: '{\"y\": 1}'\n", "a: '{\"y\": 1, \"x\": 5}'\n"),
    ]

    @Test(arguments: cases)
    func `one value changes, and every other byte of the text stays`(example: Case) throws {
        var editor = YAMLEditor(try YAMLStream(parsing: example.before, file: "a.yaml"))
        try editor.set(example.inner, to: example.value, insideTextAt: example.path)
        #expect(editor.text == example.after)
    }

    @Test func `a text that is no document is refused where it stands`() throws {
        var editor = YAMLEditor(try YAMLStream(parsing: "b: 1\na: '{\"x\": '\n", file: "a.yaml"))
        let error = #expect(throws: YAMLError.self) { try editor.set("x", to: 1, insideTextAt: "a") }
        #expect(error?.description.hasPrefix("a.yaml:2:4: in the text at a: ") == true, "\(error?.description ?? "")")
        #expect(editor.text == "b: 1\na: '{\"x\": '\n")
        #expect(throws: YAMLError.self) { try editor.set("x", to: 1, insideTextAt: "b") }
    }

    @Test func `a value goes, and the rest stays`() throws {
        var editor = YAMLEditor(try YAMLStream(parsing: "a: '{\"y\": 1, \"x\": 5}'\n", file: "a.yaml"))
        try editor.remove("x", insideTextAt: "a")
        #expect(editor.text == "a: '{\"y\": 1}'\n")
    }
}
