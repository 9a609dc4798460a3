import Testing
import YAML

/// One edit, its file before and after.
struct EditCase: Sendable, CustomTestStringConvertible {
    enum Edit: Sendable {
        case set(YAMLScalar)
        case insert(YAMLTree, at: Int?)
        case remove
        case replace(YAMLTree)
        case synchronise(YAMLTree)
    }

    let name: String
    let path: FieldPath
    let edit: Edit
    let before: String
    let after: String
    var testDescription: String { name }

    func run() throws -> String {
        var editor = YAMLEditor(try YAMLStream(parsing: before, file: "a.yaml"))
        switch edit {
        case .set(let scalar): try editor.set(path, to: scalar)
        case .insert(let tree, let position): try editor.insert(path, tree, at: position)
        case .remove: try editor.remove(path)
        case .replace(let tree): try editor.replace(path, with: tree)
        case .synchronise(let tree): try editor.synchronise(path, with: tree)
        }
        return editor.text
    }
}

@Suite("Edits")
struct EditTests {
    private static func set(_ name: String, _ path: FieldPath, _ value: YAMLScalar, _ before: String, _ after: String)
        -> EditCase
    {
        EditCase(name: name, path: path, edit: .set(value), before: before, after: after)
    }

    static let scalars: [EditCase] = [
        set("plain", "a.b", "y2", "a:\n  b: y1 # c\n", "a:\n  b: y2 # c\n"),
        set("number", "a", 25, "a:   5   # five\n", "a:   25   # five\n"),
        set("single quotes stay", "a", "it's", "a: 'x'\n", "a: 'it''s'\n"),
        set("double quotes stay", "a", "y\"z", "a: \"x\"\n", "a: \"y\\\"z\"\n"),
        set("number into quotes", "a", 6, "a: \"5\"\n", "a: 6\n"),
        set("text stays quoted", "a", "6", "a: \"5\"\n", "a: \"6\"\n"),
        set("a boolean word is quoted", "a", "on", "a: x\n", "a: \"on\"\n"),
        set("an exponent is quoted", "a", "1e3", "a: x\n", "a: \"1e3\"\n"),
        set("a version of two parts is quoted", "a", "1.10", "a: x\n", "a: \"1.10\"\n"),
        set("an octal digest is quoted", "a", "0123456", "a: x\n", "a: \"0123456\"\n"),
        set("a date is quoted", "a", "2026-11-21", "a: x\n", "a: \"2026-11-21\"\n"),
        set("a comment sign is quoted", "a", "x # y", "a: x\n", "a: \"x # y\"\n"),
        set("a word with spaces", "a", "x y", "a: x\n", "a: x y\n"),
        set("comma in flow", "a.0", "x, y", "a: [b, c]\n", "a: [\"x, y\", c]\n"),
        set("an image in flow", "a.b", "ghcr.io/x:v2", "a: {b: ghcr.io/x:v1}\n", "a: {b: ghcr.io/x:v2}\n"),
        set("an empty value", "a", "x", "a: # c\nb: 1\n", "a: x # c\nb: 1\n"),
        set("an empty value at the end", "a", "x", "a:", "a: x"),
        set("an empty item", "0", "x", "-\n- b\n", "- x\n- b\n"),
        set("a key without value in flow", "a.b", 1, "a: {b, c}\n", "a: {b: 1, c}\n"),
        set("an anchor stays", "a", "z", "a: &q x\n", "a: &q z\n"),
        set("a tag stays", "a", "6", "a: !!str 5\n", "a: !!str \"6\"\n"),
        set(
            "a literal block stays", "a", "one\ntwo\n", "a: |  # c\n    x\n    y\n\nb: 1\n",
            "a: |  # c\n    one\n    two\n\nb: 1\n"),
        set("a literal block to one line", "a", "one", "a: |\n  x\n  y\nb: 1\n", "a: |-\n  one\nb: 1\n"),
        set("a folded block", "a", "one\ntwo\n", "a: >\n  x\n  y\nb: 1\n", "a: >\n  one\n\n  two\nb: 1\n"),
        set("a block to a number", "a", 1, "a: |\n  x\n\n# c\nb: 1\n", "a: 1\n\n# c\nb: 1\n"),
        set("a multi-line plain text", "a", "z", "a: x\n  y\nb: 1\n", "a: z\nb: 1\n"),
        set("CRLF", "a.1", "z", "a:\r\n- x\r\n- y\r\n", "a:\r\n- x\r\n- z\r\n"),
        set("no final line break", "b", 2, "a: 1\nb: 1", "a: 1\nb: 2"),
        set("a JSON file", "a", "y", "{\"a\": \"x\", \"b\": 1}\n", "{\"a\": \"y\", \"b\": 1}\n"),
        set("a large number", "a", .float(1e20), "a: 1\n", "a: 1.0e+20\n"),
        set("null", "a", nil, "a: x\n", "a: null\n"),
        set("a null in JSON", "a.0", "x", "{\"a\": [null]}", "{\"a\": [\"x\"]}"),
    ]

    @Test(arguments: scalars) func `a scalar is replaced and nothing else`(_ edit: EditCase) throws {
        #expect(try edit.run() == edit.after)
    }

    private static func insert(
        _ name: String, _ path: FieldPath, _ value: YAMLTree, at position: Int? = nil, _ before: String,
        _ after: String
    ) -> EditCase {
        EditCase(name: name, path: path, edit: .insert(value, at: position), before: before, after: after)
    }

    static let insertions: [EditCase] = [
        insert("last", "a.c", 2, "a:\n  b: 1 # x\nd: 1\n", "a:\n  b: 1 # x\n  c: 2\nd: 1\n"),
        insert("first", "a.c", 2, at: 0, "a:\n  b: 1\n", "a:\n  c: 2\n  b: 1\n"),
        insert(
            "behind comments of the entry before", "c", 2, "a:\n  b: 1\n  # deep\n# top\n",
            "a:\n  b: 1\n  # deep\nc: 2\n# top\n"),
        insert(
            "a mapping", "c", ["d": ["e": 1], "f": [1, "x"]], "a:\n    b: 1\n",
            "a:\n    b: 1\nc:\n    d:\n        e: 1\n    f:\n    - 1\n    - x\n"),
        insert("no final line break", "b", 2, "a: 1", "a: 1\nb: 2"),
        insert("CRLF", "b", ["c": 1], "a: 1\r\n", "a: 1\r\nb:\r\n  c: 1\r\n"),
        insert("an item", "a.-", "z", "a:\n  - x\n  - y # c\n", "a:\n  - x\n  - y # c\n  - z\n"),
        insert(
            "an item in the middle", "a.1", ["k": 1, "m": 2], "a:\n-   x\n-   y\n",
            "a:\n-   x\n-   k: 1\n    m: 2\n-   y\n"),
        insert(
            "before the first of a compact mapping", "0.a", 1, at: 0, "- b: 1\n  c: 2\n", "- a: 1\n  b: 1\n  c: 2\n"),
        insert("flow mapping", "a.c", 2, "a: {b: 1}\n", "a: {b: 1, c: 2}\n"),
        insert("flow list at the front", "a.0", "w", "a: [x, y]\n", "a: [w, x, y]\n"),
        insert(
            "flow list over lines", "a.-", "z", "a: [\n  x, # c\n  y # d\n]\n", "a: [\n  x, # c\n  y, # d\n  z\n]\n"),
        insert("into braces", "a.b", ["c": 1], "a: {} # c\n", "a: # c\n  b:\n    c: 1\n"),
        insert("into an empty list", "a.-", "x", "a: []\n", "a:\n- x\n"),
        insert("into nothing", "a.b", 1, "a:\nc: 1\n", "a:\n  b: 1\nc: 1\n"),
        insert("into braces of an item", "0.a", 1, "- {}\n", "- a: 1\n"),
        insert("into flow braces", "a.0.b", 1, "a: [{}]\n", "a: [{b: 1}]\n"),
        insert("JSON", "b", ["c": "d"], "{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"b\": {\"c\": \"d\"}\n}\n"),
        insert("after a block scalar", "b", 1, "a: |\n  x\n\n# end\n", "a: |\n  x\nb: 1\n\n# end\n"),
        insert("a key that is a boolean word", "on", 1, "a: 1\n", "a: 1\n\"on\": 1\n"),
        insert("a text of several lines", "b", "x\ny\n", "a: 1\n", "a: 1\nb: |\n  x\n  y\n"),
    ]

    @Test(arguments: insertions) func `an insertion adds lines and its removal takes them away`(_ edit: EditCase) throws
    {
        let after = try edit.run()
        #expect(after == edit.after)
        var editor = YAMLEditor(try YAMLStream(parsing: after, file: "a.yaml"))
        var path = edit.path
        if path.last == .field("-") {
            let parent = try editor.stream.documents[0].place(at: path.parent ?? .root)
            path = FieldPath(path.steps.dropLast()).appending(parent.node.items.count - 1)
        }
        try editor.remove(path)
        let isFilled = edit.before.contains("{}") || edit.before.contains("[]") || edit.name == "into nothing"
        if !isFilled { #expect(editor.text == edit.before) }
        if edit.name == "into nothing" { return }
        var same = YAMLEditor(try YAMLStream(parsing: edit.before, file: "a.yaml"))
        if case .insert(let tree, let position) = edit.edit { try same.insert(edit.path, tree, at: position) }
        try same.remove(path)
        #expect(same.text == edit.before)
    }

    private static func remove(_ name: String, _ path: FieldPath, _ before: String, _ after: String) -> EditCase {
        EditCase(name: name, path: path, edit: .remove, before: before, after: after)
    }

    static let removals: [EditCase] = [
        remove("with its comment", "b", "a: 1\n# over b\nb: 2 # b\nc: 3\n", "a: 1\n# over b\nc: 3\n"),
        remove("the first of a compact mapping", "0.a", "- a: 1\n  b: 2\n", "- b: 2\n"),
        remove("the first before a comment", "0.a", "- a: 1 # x\n  # over b\n  b: 2\n", "- # over b\n  b: 2\n"),
        remove("the only entry", "a.b", "a: # c\n  b: 1\nd: 1\n", "a: {} # c\nd: 1\n"),
        remove("the only item", "a.0", "a:\n- b: 1\n  c: 2\nd: 1\n", "a: []\nd: 1\n"),
        remove("the only entry of an item", "0.a", "- a: 1\n- b\n", "- {}\n- b\n"),
        remove("everything", "a", "a: 1\n", "{}\n"),
        remove("at the end without line break", "b", "a: 1\nb: 2", "a: 1"),
        remove("the last in flow", "a.1", "a: [x, y]\n", "a: [x]\n"),
        remove("the first in flow", "a.0", "a: [x, y]\n", "a: [y]\n"),
        remove("the only one in flow", "a.b", "a: { b: 1 }\n", "a: {}\n"),
        remove("from flow over lines", "a.1", "a: [\n  x, # x\n  y, # y\n  z # z\n]\n", "a: [\n  x, # x\n  z # z\n]\n"),
        remove("a block scalar", "a", "a: |\n  x\n\n  y\n# c\nb: 1\n", "# c\nb: 1\n"),
        remove(
            "by selector", "a.[name=x]", "a:\n- name: y\n- name: x\n  v: 1\n- name: z\n", "a:\n- name: y\n- name: z\n"),
    ]

    @Test(arguments: removals) func `a removal takes the entry and the comment on its line`(_ edit: EditCase) throws {
        #expect(try edit.run() == edit.after)
    }

    private static func replace(_ name: String, _ path: FieldPath, _ tree: YAMLTree, _ before: String, _ after: String)
        -> EditCase
    {
        EditCase(name: name, path: path, edit: .replace(tree), before: before, after: after)
    }

    static let replacements: [EditCase] = [
        replace("scalar by mapping", "a", ["b": 1], "a: x # c\nd: 1\n", "a: # c\n  b: 1\nd: 1\n"),
        replace("mapping by scalar", "a", 1, "a: # c\n  b: 1\nd: 1\n", "a: 1 # c\nd: 1\n"),
        replace("list by mapping", "a", ["b": 1], "a:\n- x\n- y\nd: 1\n", "a:\n  b: 1\nd: 1\n"),
        replace("mapping by list", "a", ["x"], "a:\n  b: 1\nd: 1\n", "a:\n  - x\nd: 1\n"),
        replace("item by mapping", "0", ["b": 1, "c": 2], "- x\n- y\n", "- b: 1\n  c: 2\n- y\n"),
        replace("compact mapping by text", "0", "x", "- b: 1\n  c: 2\n- y\n", "- x\n- y\n"),
        replace("block scalar by mapping", "a", ["b": 1], "a: |\n  x\nd: 1\n", "a:\n  b: 1\nd: 1\n"),
        replace("flow in flow", "a.0", ["b": [1]], "a: [x]\n", "a: [{b: [1]}]\n"),
        replace("the root", .root, ["b": 1], "# c\na: 1\n# d\n", "# c\nb: 1\n# d\n"),
    ]

    @Test(arguments: replacements) func `a value is replaced by one of another kind`(_ edit: EditCase) throws {
        #expect(try edit.run() == edit.after)
    }

    @Test func `a node is copied with its comments, its style and its indentation adapted`() throws {
        let source = try YAMLStream(
            parsing:
                "x:\n    spec: # pod\n        # first\n        image: 'a:1' # now\n        args: [a, b]\n        run: |\n            one\n              two\n",
            file: "b.yaml")
        var editor = YAMLEditor(
            try YAMLStream(parsing: "t:\r\n  spec:\r\n    old: 1 # gone\r\nz: 1\r\n", file: "a.yaml"))
        let node = try source.documents[0].place(at: "x.spec").node
        try editor.replace("t.spec", withNode: node, of: source)
        #expect(
            editor.text
                == "t:\r\n  spec:\r\n    image: 'a:1' # now\r\n    args: [a, b]\r\n    run: |\r\n        one\r\n          two\r\nz: 1\r\n"
        )
        try editor.remove("t.spec")
        try editor.insert("t.spec", YAMLTree(node, of: source))
        #expect(editor.text.contains("  spec:\r\n    image: 'a:1' # now\r\n"))
    }

    @Test func `edits in several documents compose, and undoing them restores the file`() throws {
        let text = "# head\na: 1\n---\nb:\n- name: x\n  v: 1\n--- # third\nc: {d: e}\n...\n"
        var editor = YAMLEditor(try YAMLStream(parsing: text, file: "a.yaml"))
        try editor.set("a", to: 2)
        try editor.set("b.[name=x].v", to: "on", in: 1)
        try editor.insert("c.f", 1, in: 2)
        #expect(editor.text == "# head\na: 2\n---\nb:\n- name: x\n  v: \"on\"\n--- # third\nc: {d: e, f: 1}\n...\n")
        try editor.set("a", to: 1)
        try editor.set("b.[name=x].v", to: 1, in: 1)
        try editor.remove("c.f", in: 2)
        #expect(editor.text == text)
        #expect(!editor.isChanged)
    }

    static let refusals: [(name: String, text: String, path: FieldPath, message: String)] = [
        ("missing", "a:\n  replicas: 1\n", "a.replcas", "a.yaml:2:3: a.replcas is missing: a has no replcas"),
        ("no such item", "a:\n- name: x\n", "a.[name=y].v", "a.yaml:2:1: a.[name=y].v is missing: a has no [name=y]"),
        ("ambiguous", "a:\n- n: x\n- n: x\n", "a.[n=x]", "a.yaml:2:3: a.[n=x] fits several values: lines 2, 3"),
        ("wildcard", "a: [1, 2]\n", "a.*", "a.yaml:1:5: a.* names many values where one is needed"),
        ("alias", "a: &x 1\nb: *x\n", "b", "a.yaml:2:4: b is not written here but shared: line 2 refers to an anchor"),
        (
            "through an alias", "a: &x {c: 1}\nb: *x\n", "b.c",
            "a.yaml:1:11: b.c is not written here but shared: line 2 refers to an anchor"
        ),
        (
            "merged", "a: &x {c: 1}\nb:\n  <<: *x\n", "b.c",
            "a.yaml:1:11: b.c is not written here but shared: line 3 refers to an anchor"
        ),
        (
            "anchor in use", "a: &x 1\nb: *x\n", "a",
            "a.yaml:1:7: a is shared: the alias *x at line 2 would change with it"
        ),
        (
            "below an anchor in use", "a: &x\n  c: 1\nb: *x\n", "a.c",
            "a.yaml:2:3: a.c is shared: the alias *x at line 3 would change with it"
        ),
        ("duplicate keys", "a: 1\nb: 1\na: 2\n", "b", "a.yaml:3:1: the key \"a\" is already used at line 1, column 1"),
        ("into a scalar", "a: 1\n", "a.b.c", "a.yaml:1:4: a.b.c is missing: a is the number 1"),
    ]

    @Test(arguments: refusals) func `what cannot be edited is refused with its place`(
        _ refusal: (name: String, text: String, path: FieldPath, message: String)
    ) throws {
        var editor = YAMLEditor(try YAMLStream(parsing: refusal.text, file: "a.yaml"))
        let error = #expect(throws: YAMLError.self) { try editor.set(refusal.path, to: "z") }
        #expect(error?.description == refusal.message)
        #expect(editor.text == refusal.text)
    }

    @Test func `an anchor that nobody uses, and entries beside merged ones, can be edited`() throws {
        var editor = YAMLEditor(
            try YAMLStream(parsing: "a: &x {c: 1}\nb:\n  <<: *x\n  d: &y 1\n", file: "a.yaml"))
        try editor.set("b.d", to: 2)
        try editor.insert("b.c", 5)
        #expect(editor.text == "a: &x {c: 1}\nb:\n  <<: *x\n  d: &y 2\n  c: 5\n")
    }
}
