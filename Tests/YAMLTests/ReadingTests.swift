import Testing
import YAML

@Suite("Reading")
struct ReadingTests {
    /// Texts and what `sigs.k8s.io/yaml` makes of them.
    static let types: [(text: String, value: YAMLScalar)] = [
        ("on", true), ("Yes", true), ("y", true), ("OFF", false), ("n", false), ("oN", "oN"), ("~", nil), ("Null", nil),
        ("nULL", "nULL"), ("0777", 511), ("0o777", 511), ("0b11", 3), ("0x1F", 31), ("1_000", 1000), ("+12", 12),
        ("-12", -12), ("08", 8.0), ("0123456", 42798), ("1.10", 1.1), ("1:20", "1:20"), ("1234e567", "1234e567"),
        ("1e3", "1e3"), ("1e+3", 1000.0), (".5", 0.5), ("1.", "1."), ("2026-11-21", "2026-11-21"),
        (".inf", .float(.infinity)),
        ("-.Inf", .float(-.infinity)), ("v1.2", "v1.2"), ("1.2.3", "1.2.3"), ("-", "-"), ("+", "+"), ("0x", "0x"),
        ("9223372036854775808", 9_223_372_036_854_775_808.0), ("99999999999999999999", 1e20), ("--1", "--1"),
        ("1.5e+400", "1.5e+400"), ("12ab", "12ab"), ("-0b11", -3), (".", "."), ("...x", "...x"),
    ]

    @Test(arguments: types) func `plain scalars are typed as Kubernetes types them`(
        _ type: (text: String, value: YAMLScalar)
    ) {
        #expect(YAMLScalar(text: type.text, isPlain: true) == type.value)
        #expect(YAMLScalar(text: type.text, isPlain: false) == .string(type.text))
    }

    static let paths: [(text: String, steps: [FieldPath.Step], printed: String)] = [
        ("a.b", [.field("a"), .field("b")], "a.b"),
        (
            "spec.rules.0.backendRefs.[name=checkout-canary].weight",
            [
                .field("spec"), .field("rules"), .field("0"), .field("backendRefs"),
                .match(key: "name", value: "checkout-canary"), .field("weight"),
            ],
            "spec.rules.0.backendRefs.[name=checkout-canary].weight"
        ),
        ("a.b\\.c", [.field("a"), .field("b.c")], "a.b\\.c"),
        ("a.[nginx.org/x]", [.field("a"), .field("nginx.org/x")], "a.[nginx.org/x]"),
        ("a.nginx\\.org/x", [.field("a"), .field("nginx.org/x")], "a.[nginx.org/x]"),
        ("[host=a.b/c=d].x", [.match(key: "host", value: "a.b/c=d"), .field("x")], "[host=a.b/c=d].x"),
        ("[=x]", [.match(key: "", value: "x")], "[=x]"),
        ("a.*", [.field("a"), .any], "a.*"),
    ]

    @Test(arguments: paths) func `paths are read and printed`(
        _ path: (text: String, steps: [FieldPath.Step], printed: String)
    ) {
        #expect(FieldPath(parsing: path.text)?.steps == path.steps)
        #expect(FieldPath(path.steps).description == path.printed)
        #expect(FieldPath(parsing: path.printed)?.steps == path.steps)
    }

    @Test(arguments: ["", "a..b", ".a", "a.", "[a=b", "a.[b=c]d", "[]"]) func `broken paths are refused`(_ text: String)
    {
        #expect(FieldPath(parsing: text) == nil)
    }

    static let broken: [(text: String, message: String, hint: String?)] = [
        (
            "a: b: c\n", "f.yaml:1:5: mapping values are not allowed in this context",
            "put quotes around a text that contains \": \""
        ),
        (
            "a:\n\t- b\n", "f.yaml:2:1: found character that cannot start any token while scanning for the next token",
            "this is a tab; YAML is indented with spaces"
        ),
        (
            "kind: AnalysisTemplate\nx: \"{{args.x}}\"\n\ty: 1\n", "",
            "this is a tab; YAML is indented with spaces"
        ),
        (
            "kind: AnalysisTemplate\nx: \"{{args.x}}\"\ny: [1\n", "",
            "it begins on line 3: look there for a missing bracket"
        ),
        ("kind: AnalysisTemplate\nx: \"{{args.x}}\"\ny: [1}\n", "", nil),
        ("a: {{ if .x }}b\n{{ end }}\n", "", "this looks like a Helm template; only rendered manifests can be read"),
    ]

    @Test(arguments: broken) func `what cannot be parsed says where and why`(
        _ broken: (text: String, message: String, hint: String?)
    ) {
        let error = #expect(throws: YAMLError.self) { try YAMLStream(parsing: broken.text, file: "f.yaml") }
        if !broken.message.isEmpty { #expect(error?.description == broken.message) }
        #expect(error?.hint == broken.hint)
    }

    @Test func `size and depth are bounded, and deep nesting is refused quickly`() {
        let deep = String(repeating: "[", count: 100_000)
        let clock = ContinuousClock()
        let start = clock.now
        let error = #expect(throws: YAMLError.self) { try YAMLStream(parsing: deep, file: "f.yaml") }
        #expect(error?.message == "collections are nested more than 100 deep")
        #expect(error?.position == YAMLPosition(line: 1, column: 102))
        #expect(start.duration(to: clock.now) < .seconds(2))
        let limits = YAMLLimits(size: 10)
        #expect(throws: YAMLError.self) { try YAMLStream(parsing: "a: 12345678", file: "f.yaml", limits: limits) }
    }

    @Test func `merge keys lend entries, nearest first, and exponential merges are bounded`() throws {
        let stream = try YAMLStream(
            parsing: "a: &a {x: 1, y: 1}\nb: &b {y: 2}\nc:\n  <<: [*a, *b]\n  x: 3\n", file: "f.yaml")
        let node = try #require(stream.documents[0].root["c"])
        #expect(node["x"]?.int == 3)
        #expect(node["y"]?.int == 1)
        #expect(try YAMLTree(node, of: stream) == ["x": 3, "y": 1])
        var bomb = "a0: &a0 {k: 1}\n"
        for level in 1..<40 { bomb += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)]}\n" }
        let root = try YAMLStream(parsing: bomb, file: "f.yaml").documents[0].root
        #expect(root["a39"]?["missing"] == nil)
    }

    static let places: [(text: String, path: FieldPath, line: Int, column: Int)] = [
        ("a: 1\nb:", "b", 2, 3), ("a: 1\nb:\n", "b", 2, 3), ("a:\r- x\r- ", "a.1", 3, 2),
        ("a:\r\n  b: é\r\n", "a.b", 2, 6),
        ("a: \"x\u{85}\u{2028}y\"\nb: 1\n", "b", 2, 4), ("a: &q\n  !!str\n  x\n", "a", 3, 3), ("- ? ü", "0", 1, 3),
        ("\u{FEFF}a: &q", "a", 1, 6),
    ]

    @Test(arguments: places) func `every node knows its line and column`(
        _ place: (text: String, path: FieldPath, line: Int, column: Int)
    ) throws {
        let node = try YAMLStream(parsing: place.text, file: "f.yaml").single.place(at: place.path).node
        #expect(node.position == YAMLPosition(line: place.line, column: place.column), "\(place.text.debugDescription)")
    }

    @Test func `ranges leave out comments and blank lines`() throws {
        let text = "a: # c\n  b: |\n    x\n\n  # d\n  e:   'f'  # g\n"
        let stream = try YAMLStream(parsing: text, file: "f.yaml")
        let root = stream.documents[0].root
        #expect(stream.text(of: try #require(root["a"])) == "b: |\n    x\n\n  # d\n  e:   'f'")
        #expect(stream.text(of: try #require(root["a"]?["b"])) == "|\n    x\n")
        #expect(stream.text(of: try #require(root["a"]?["e"])) == "'f'")
    }

    @Test func `new files are written in block style with quotes where they are needed`() {
        let tree: YAMLTree = [
            "apiVersion": "headgate.dev/v1alpha1",
            "at": YAMLTree.mapping([.init("serial", 14), .init("action", "on")]).flow,
            "list": ["a", ["b": "1.10", "c": []]], "text": "x\ny\n", "empty": [:], "null": YAMLTree.null, "1": true,
        ]
        #expect(
            YAMLWriter.text([tree, ["b": .float(1.5)]]) == """
                apiVersion: headgate.dev/v1alpha1
                at: {serial: 14, action: "on"}
                list:
                - a
                - b: "1.10"
                  c: []
                text: |
                  x
                  y
                empty: {}
                "null": null
                "1": true
                ---
                b: 1.5

                """)
    }
}
