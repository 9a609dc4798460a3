import Testing
import YAML

@Suite("Synchronising with a wanted value")
struct SynchroniseTests {
    private static func sync(_ name: String, _ path: FieldPath, _ tree: YAMLTree, _ before: String, _ after: String)
        -> EditCase
    {
        EditCase(name: name, path: path, edit: .synchronise(tree), before: before, after: after)
    }

    static let cases: [EditCase] = [
        sync("nothing to do", .root, ["b": 1, "a": "x"], "a: 'x' # c\nb: 0x1\n", "a: 'x' # c\nb: 0x1\n"),
        sync(
            "one value", .root, ["a": ["b": 2, "c": "x"]], "a: # c\n  b: 1 # d\n  c: x\n",
            "a: # c\n  b: 2 # d\n  c: x\n"),
        sync(
            "entries come and go", "s", ["x": 1, "new": ["k": "v"], "z": 1], "s:\n  x: 1 # x\n  y: 2\n  # z\n  z: 1\n",
            "s:\n  x: 1 # x\n  new:\n    k: v\n  # z\n  z: 1\n"),
        sync(
            "containers by name", "c", [["name": "b", "image": "b:2"], ["name": "new", "image": "new:1"]],
            "c:\n- name: a\n  image: a:1\n- name: b # keep\n  image: b:1\n",
            "c:\n- name: b # keep\n  image: b:2\n- name: new\n  image: new:1\n"),
        sync(
            "containers in another order", "c", [["name": "b", "v": 1], ["name": "a", "v": 2]],
            "c:\n- name: a # a\n  v: 1\n- name: b # b\n  v: 1\n", "c:\n- name: b # b\n  v: 1\n- name: a # a\n  v: 2\n"),
        sync("arguments", "a", ["x", "new", "z"], "a:\n- x # x\n- z # z\n", "a:\n- x # x\n- new\n- z # z\n"),
        sync("kinds change", "a", ["b": ["c"]], "a:\n  b:\n    d: 1\n", "a:\n  b:\n    - c\n"),
        sync("to empty", "a", [:], "a:\n  b: 1\nc: 1\n", "a: {}\nc: 1\n"),
    ]

    @Test(arguments: cases) func `only what differs is edited`(_ edit: EditCase) throws {
        #expect(try edit.run() == edit.after)
    }

    @Test func `a pod template is delivered to the canary with its comments and the release applied`() throws {
        let stable = try YAMLStream(
            parsing: """
                spec:
                  replicas: 5
                  template:
                    metadata:
                      labels: {app: shop, role: stable}
                    spec:
                      # the application
                      containers:
                      - name: app # main
                        image: "shop:v1"
                        env:
                        # tuned in May
                        - {name: A, value: "1"}
                      - name: proxy
                        image: proxy:3

                """, file: "stable.yaml")
        let canary = try YAMLStream(
            parsing: """
                spec:
                  replicas: 0
                  template:
                    metadata:
                      labels: {app: shop, role: canary}
                    spec:
                      containers:
                      - name: app
                        image: shop:v0 # old

                """, file: "canary.yaml")
        var wanted = try YAMLTree(try stable.documents[0].place(at: "spec.template").node, of: stable)
        wanted["metadata"]?["labels"]?["role"] = "canary"
        var containers = try #require(wanted["spec"]?["containers"])
        containers[0]?["image"] = "shop:v2"
        wanted["spec"]?["containers"] = containers
        var editor = YAMLEditor(canary)
        try editor.synchronise("spec.template", with: wanted)
        #expect(
            editor.text == """
                spec:
                  replicas: 0
                  template:
                    metadata:
                      labels: {app: shop, role: canary}
                    spec:
                      containers:
                      - name: app
                        image: shop:v2 # old
                        env:
                        - {name: A, value: "1"}
                      - name: proxy
                        image: proxy:3

                """)
    }

    @Test func `an inserted subtree brings its comments although a value in it was changed`() throws {
        let source = try YAMLStream(
            parsing: "t:\n  a: 1 # one\n  # two\n  b: 'x' # three\n", file: "s.yaml")
        var wanted = try YAMLTree(source.documents[0].root, of: source)
        wanted["t"]?["b"] = "y"
        var editor = YAMLEditor(try YAMLStream(parsing: "k: 1\n", file: "a.yaml"))
        wanted["k"] = 1
        try editor.synchronise(.root, with: wanted)
        #expect(editor.text == "t:\n  a: 1 # one\n  # two\n  b: 'y' # three\nk: 1\n")
    }
}
