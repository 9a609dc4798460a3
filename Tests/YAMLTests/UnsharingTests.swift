import Testing
import YAML

/// Edits of values that are written elsewhere, on request.
@Suite("Unsharing")
struct UnsharingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let path: FieldPath
        let edit: EditCase.Edit
        let before: String
        let after: String
        var testDescription: String { name }

        init(_ name: String, _ path: FieldPath, _ edit: EditCase.Edit, _ before: String, _ after: String) {
            (self.name, self.path, self.edit, self.before, self.after) = (name, path, edit, before, after)
        }
    }

    static let cases: [Case] = [
        Case("a scalar", "b", .set(2), "a: &x 1\nb: *x # c\n", "a: &x 1\nb: 2 # c\n"),
        Case("a scalar keeps its quotes", "b", .set("z"), "a: &x 'y'\nb: *x\n", "a: &x 'y'\nb: 'z'\n"),
        Case("an item", "b.0", .set(2), "a: &x 1\nb: [*x, *x]\n", "a: &x 1\nb: [2, *x]\n"),
        Case("an item in block style", "b.1", .set("on"), "a: &x y\nb:\n- *x\n- *x\n", "a: &x y\nb:\n- *x\n- \"on\"\n"),
        Case(
            "below an alias", "b.c", .set(2), "a: &x\n  c: 1 # one\n  d: 'y'\nb: *x # b\ne: *x\n",
            "a: &x\n  c: 1 # one\n  d: 'y'\nb: # b\n  c: 2 # one\n  d: 'y'\ne: *x\n"),
        Case(
            "below an alias of a flow mapping", "b.c", .set(2), "a: &x {c: 1, d: [y]}\nb: *x\n",
            "a: &x {c: 1, d: [y]}\nb: {c: 2, d: [y]}\n"),
        Case(
            "in the steps of the file", "b.0.k.c", .set(2), "a: &x\n    c: 1\nb:\n  - k: *x\n",
            "a: &x\n    c: 1\nb:\n  - k:\n        c: 2\n"),
        Case(
            "in an item", "l.0.c", .set(2), "a: &x\n  c: 1\n  d: 1\nl:\n- *x\n- *x\n",
            "a: &x\n  c: 1\n  d: 1\nl:\n- c: 2\n  d: 1\n- *x\n"),
        Case(
            "an alias of a list", "b.[name=q].v", .set(2), "a: &x\n- name: p\n- name: q\n  v: 1\nb: *x\n",
            "a: &x\n- name: p\n- name: q\n  v: 1\nb:\n- name: p\n- name: q\n  v: 2\n"),
        Case(
            "through two aliases", "c.k.v", .set(2), "a: &x {v: 1}\nb: &y {k: *x, m: *x}\nc: *y\n",
            "a: &x {v: 1}\nb: &y {k: *x, m: *x}\nc: {k: {v: 2}, m: *x}\n"),
        Case(
            "nested anchors go, nested aliases stay", "b.d", .set(2),
            "z: &z 9\na: &x\n  c: &n 1\n  d: *n\n  e: *z\n  f: &m\n    g: 1\nb: *x\nh: *n\n",
            "z: &z 9\na: &x\n  c: &n 1\n  d: *n\n  e: *z\n  f: &m\n    g: 1\nb:\n  c: 1\n  d: 2\n  e: *z\n  f:\n    g: 1\nh: *n\n"
        ),
        Case(
            "an alias that means another thing further down is written out", "b.d", .set(2),
            "z: &z 1\na: &x\n  c: *z\n  d: 1\ny: &z 5\nb: *x\n",
            "z: &z 1\na: &x\n  c: *z\n  d: 1\ny: &z 5\nb:\n  c: 1\n  d: 2\n"),
        Case(
            "a merged field", "b.c", .set(2), "a: &x {c: 1, d: 1}\nb:\n  <<: *x\n  e: 1\n",
            "a: &x {c: 1, d: 1}\nb:\n  <<: *x\n  e: 1\n  c: 2\n"),
        Case(
            "a merged field in flow style", "b.c", .set("z"), "a: &x {c: \"y\"}\nb: {<<: *x}\n",
            "a: &x {c: \"y\"}\nb: {<<: *x, c: \"z\"}\n"),
        Case(
            "below a merged field", "b.c.d", .set(2), "a: &x\n  c:\n    d: 1\n    e: 1\nb:\n  <<: *x\n",
            "a: &x\n  c:\n    d: 1\n    e: 1\nb:\n  <<: *x\n  c:\n    d: 2\n    e: 1\n"),
        Case(
            "out of several merged mappings", "b.c", .set(3), "a: &x {c: 1}\nd: &y {c: 2}\nb:\n  <<: [*x, *y]\n",
            "a: &x {c: 1}\nd: &y {c: 2}\nb:\n  <<: [*x, *y]\n  c: 3\n"),
        Case(
            "an insertion", "b.d", .insert(2, at: nil), "a: &x\n  c: 1\nb: *x\n", "a: &x\n  c: 1\nb:\n  c: 1\n  d: 2\n"),
        Case("an item more", "b.-", .insert("z", at: nil), "a: &x [on]\nb: *x\n", "a: &x [on]\nb: [on, z]\n"),
        Case(
            "a removal", "b.c", .remove, "a: &x\n  c: 1\n  d: 1\nb: *x\n",
            "a: &x\n  c: 1\n  d: 1\nb:\n  d: 1\n"),
        Case("a replacement", "b", .replace(["k": 1]), "a: &x 1\nb: *x\n", "a: &x 1\nb:\n  k: 1\n"),
        Case(
            "CRLF and no final line break", "b.c", .set(2), "a: &x\r\n  c: 1\r\n  d: 1\r\nb: *x",
            "a: &x\r\n  c: 1\r\n  d: 1\r\nb:\r\n  c: 2\r\n  d: 1"),
        Case("the same value", "b", .set(1), "a: &x 1\nb: *x\n", "a: &x 1\nb: *x\n"),
    ]

    @Test(arguments: cases) func `a shared value is written out where it is edited, and the others keep theirs`(
        _ edit: Case
    ) throws {
        let stream = try YAMLStream(parsing: edit.before, file: "a.yaml")
        var editor = YAMLEditor(stream, unshares: true)
        try Self.run(edit.edit, edit.path, &editor)
        #expect(editor.text == edit.after)
        guard edit.before != edit.after else { return }
        var plain = YAMLEditor(stream)
        #expect(throws: YAMLError.self) { try Self.run(edit.edit, edit.path, &plain) }
        #expect(plain.text == edit.before)
    }

    private static func run(_ edit: EditCase.Edit, _ path: FieldPath, _ editor: inout YAMLEditor) throws {
        switch edit {
        case .set(let scalar): try editor.set(path, to: scalar)
        case .insert(let tree, let position): try editor.insert(path, tree, at: position)
        case .remove: try editor.remove(path)
        case .replace(let tree): try editor.replace(path, with: tree)
        case .synchronise(let tree): try editor.synchronise(path, with: tree)
        }
    }

    static let refusals: [(text: String, path: FieldPath, edit: EditCase.Edit, message: String, hint: String)] = [
        (
            "a: &x 1\nb: *x\nc: [*x]\n", "a", .set(2),
            "a.yaml:1:7: a is shared: the aliases *x at lines 2 and 3 would change with it",
            "write the value out at lines 2 and 3"
        ),
        (
            "a: &x {c: 1}\nb:\n  <<: *x\n", "a.c", .set(2),
            "a.yaml:1:7: a.c is shared: the alias *x at line 3 would change with it", "write the value out at line 3"
        ),
        (
            "a: &x {c: 1}\nb:\n  <<: *x\n", "b.c", .remove,
            "a.yaml:3:3: b.c cannot be taken out here: the merge key lends c",
            "write out the entries that are wanted in the place of the merge key"
        ),
        (
            "a: 1\nb: *x\n", "b.c", .insert(2, at: nil), "a.yaml:2:4: the alias *x refers to no anchor before it",
            "an anchor &x must be completed earlier in the same document"
        ),
        (
            "a: &x !thing {c: 1}\nb: *x\n", "b.c", .set(2),
            "a.yaml:1:14: b.c cannot be written out: what it shares has the tag !thing",
            "write the value out by hand, with its tag"
        ),
    ]

    @Test(arguments: refusals) func `what cannot be unshared is refused with its reason`(
        _ refusal: (text: String, path: FieldPath, edit: EditCase.Edit, message: String, hint: String)
    ) throws {
        var editor = YAMLEditor(try YAMLStream(parsing: refusal.text, file: "a.yaml"), unshares: true)
        let error = #expect(throws: YAMLError.self) { try Self.run(refusal.edit, refusal.path, &editor) }
        #expect(error?.description == refusal.message)
        #expect(error?.hint == refusal.hint)
        #expect(editor.text == refusal.text)
    }

    @Test func `an entry whose value is an alias can be removed without more`() throws {
        var editor = YAMLEditor(try YAMLStream(parsing: "a: &x 1\nb: *x\nc: [*x, 2]\n", file: "a.yaml"))
        try editor.remove("b")
        try editor.remove("c.0")
        #expect(editor.text == "a: &x 1\nc: [2]\n")
    }

    @Test func `an edit that would turn an alias to another anchor of its name is refused`() throws {
        let text = "a: &x 1\nb:\n  k: &x 2\n  l: 1\nc: *x\n"
        var editor = YAMLEditor(try YAMLStream(parsing: text, file: "a.yaml"))
        #expect(throws: YAMLError.self) { try editor.remove("b") }
        #expect(throws: YAMLError.self) { try editor.replace("b", with: 1) }
        try editor.remove("b.l")
        try editor.set("a", to: 7)
        #expect(editor.text == "a: &x 7\nb:\n  k: &x 2\nc: *x\n")
    }

    @Test func `aliases of aliases cost no more than what is written`() throws {
        var bomb = "a0: &a0 {k: 1}\n"
        for level in 1..<40 { bomb += "a\(level): &a\(level) {l: *a\(level - 1), r: *a\(level - 1)}\n" }
        var editor = YAMLEditor(try YAMLStream(parsing: bomb + "z: 1\nlast: *a39\n", file: "a.yaml"), unshares: true)
        try editor.set("z", to: 2)
        #expect(editor.text == bomb + "z: 2\nlast: *a39\n")
        #expect(throws: YAMLError.self) { try editor.insert("last.k", 1) }
    }
}
