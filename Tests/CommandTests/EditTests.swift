import Foundation
import Support
import Testing

@Suite("headgate edit")
struct EditTests {
    let headgate: InstalledProgram

    init() throws {
        headgate = try InstalledProgram()
    }

    private static let text = """
        # Two documents.\r
        kind: Deployment
        metadata: {name: checkout}   # the till
        spec:
          replicas: 3
          image: 'ghcr.io/acme/checkout:v1' # the release
          ratio: "1"
        ---
        kind: Service
        metadata: {name: checkout}
        spec: {ports: [{port: 80}], type: &type ClusterIP, again: *type}

        """

    private func edit(_ arguments: String..., on text: String = text) throws -> (Program.Outcome, String) {
        let file = try headgate.home.write("all.yaml", text)
        let outcome = try headgate.run(["edit", "all.yaml"] + arguments)
        return (outcome, try String(contentsOfFile: file, encoding: .utf8))
    }

    @Test(arguments: [
        (["spec.replicas", "5", "--kind", "Deployment"], "replicas: 3", "replicas: 5"),
        (["spec.image", "ghcr.io/acme/checkout:v2", "--document", "1"], "checkout:v1'", "checkout:v2'"),
        (["spec.ratio", "2", "--kind", "Deployment", "--name", "checkout"], "ratio: \"1\"", "ratio: \"2\""),
        (["spec.replicas", "many", "--string", "--document", "1"], "replicas: 3", "replicas: many"),
        (["spec.ports.[port=80].port", "8080", "--kind", "Service"], "port: 80}", "port: 8080}"),
        (
            ["spec.ports.-", "{port: 443, name: https}", "--insert", "--kind", "Service"], "80}]",
            "80}, {port: 443, name: https}]"
        ),
        (
            ["spec.paused", "true", "--insert", "--kind", "Deployment"], "ratio: \"1\"\n",
            "ratio: \"1\"\n  paused: true\n"
        ),
        (["spec.ratio", "--remove", "--kind", "Deployment"], "  ratio: \"1\"\n", ""),
        (["spec.again", "NodePort", "--unshare", "--document", "2"], "again: *type", "again: NodePort"),
        (["spec.again", "--remove", "--document", "2"], ", again: *type", ""),
        (["spec.replicas", "1.5", "--document", "1"], "replicas: 3", "replicas: 1.5"),
        (["spec.replicas", "--document", "1", "--", "-5"], "replicas: 3", "replicas: -5"),
        (["spec.replicas", "null", "--yaml", "--document", "1"], "replicas: 3", "replicas: null"),
        (["spec.ratio", "[1, {a: on}]", "--yaml", "--document", "1"], "ratio: \"1\"", "ratio: [1, {a: on}]"),
    ])
    func `changes one value and leaves every other byte`(words: [String], old: String, new: String) throws {
        let file = try headgate.home.write("all.yaml", Self.text, mode: 0o640)
        let printed = try headgate.run(["edit", "all.yaml", "--stdout"] + words)
        #expect(printed.output == Self.text.replacing(old, with: new), "\(printed.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.text)
        #expect(try headgate.run(["edit", "all.yaml"] + words).transcript == "exit 0\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.text.replacing(old, with: new))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    @Test(arguments: [
        (
            ["spec.replicas", "5"], "2 documents fit",
            "choose one by --kind and --name, or --document N: 1 Deployment/checkout"
        ),
        (["spec.replica", "5", "--kind", "Deployment"], "all.yaml:5:3: spec.replica is missing", "did you mean"),
        (["spec.replicas", "5", "--kind", "Pod"], "no document has this kind", "1 Deployment/checkout (line 2)"),
        (["spec.replicas", "5", "--document", "3"], "there is no document 3", "the file has 2"),
        (
            ["spec.replicas", "five", "--document", "1"], "all.yaml:5:13: spec.replicas is the number 3",
            "--string writes it"
        ),
        (
            ["spec.again", "x", "--document", "2"], "all.yaml:11:59: spec.again is not written here but shared",
            "Hint: --unshare gives this place a value of its own"
        ),
        (
            ["spec.type", "x", "--document", "2", "--unshare"],
            "all.yaml:11:41: spec.type is shared: the alias *type at line 11 would change with it",
            "Hint: write the value out at line 11"
        ),
        (
            ["spec.new", "{a: 1, a: 2}", "--insert", "--document", "1"], "VALUE:1:8: the key \"a\" is already",
            "remove one"
        ),
        (["spec.ports.*.port", "1", "--document", "2"], "names many values", "Hint: name one item"),
        (
            ["spec.replicas", "1", "--insert", "--document", "1"], "all.yaml:5:3: spec.replicas already exists",
            "Hint: "
        ),
        (["spec", "3", "--document", "1"], "would take all of it away", "Hint: name one value in it; --yaml replaces"),
        (["spec", "3", "--string", "--document", "1"], "would take all of it away", "Hint: name one value in it"),
        (["spec.none", "--remove", "--document", "1"], "spec has no none", "there is replicas, image, ratio"),
    ])
    func `refuses with 6 and a reason, and changes nothing`(words: [String], message: String, hint: String) throws {
        let file = try headgate.home.write("all.yaml", Self.text)
        let outcome = try headgate.run(["edit", "all.yaml"] + words)
        #expect(outcome.status == 6)
        #expect(outcome.errors.hasPrefix("Error: ") && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.text)
    }

    @Test(arguments: [
        ("t: 1.9", "1.10", "t: 1.10"), ("t: 1.1", "1.10", "t: 1.10"), ("t: 1", "0.50", "t: 0.50"),
        ("t: 7", "0x10", "t: 0x10"), ("t: 8", "007", "t: 007"), ("t: 8", "1.5e+10", "t: 1.5e+10"),
        ("t: 8", "18446744073709551615", "t: 18446744073709551615"), ("t: 8", ".inf", "t: .inf"),
        ("t:", "1.10", "t: 1.10"), ("t: # c", "x", "t: x # c"), ("t: ~", "true", "t: true"),
        ("t: !!float 1", "2", "t: !!float 2"), ("t: !!int \"7\"", "8", "t: !!int 8"),
        ("t: !!bool yes", "off", "t: !!bool false"), ("t: !!binary aGk=", "bmV3", "t: !!binary bmV3"),
    ])
    func `a number is written as it is given`(old: String, value: String, new: String) throws {
        let (outcome, text) = try edit("t", value, on: old + "\n")
        #expect(outcome.transcript == "exit 0\n")
        #expect(text == new + "\n")
    }

    @Test(arguments: [
        ("t: 1", "0123"), ("t: 1", "1_000"), ("t: 1", "0o7"), ("t: 1", "0b1"), ("t: 1", "089"), ("t: 1.5", "1_0.5"),
        ("t:", "0123"), ("t:", "on"), ("t: ~", "0o7"),
    ])
    func `what readers of YAML do not agree on is refused, and written where it is asked for`(
        old: String, value: String
    ) throws {
        let (outcome, text) = try edit("t", value, on: old + "\n")
        #expect(outcome.status == 6)
        #expect(
            outcome.errors.contains("do not see the same value in \"\(value)\"\nHint: --string"), "\(outcome.errors)")
        #expect(outcome.errors.contains("--yaml"))
        #expect(text == old + "\n")
        #expect(try edit("t", value, "--string", on: old + "\n").1 == "t: \"\(value)\"\n")
        if value != "on" { #expect(try edit("t", value, "--yaml", on: old + "\n").1 == "t: \(value)\n") }
    }

    @Test(arguments: [
        ("!!int \"7\"", "new", "the tag !!int takes whole numbers only"),
        ("!!int 7", "1.5", "the tag !!int takes whole numbers only"),
        ("!!float 1", "x", "the tag !!float takes numbers only"),
        ("!!bool yes", "5", "the tag !!bool takes true and false only"),
        ("!!null ~", "x", "the tag !!null takes null only"), ("!!str x", "5", "the tag !!str takes text only"),
        ("!!binary aGk=", "new", "the tag !!binary takes base64 only"),
        ("!!timestamp 2026-01-01", "soon", "the tag !!timestamp takes dates and times only"),
        ("!!omap x", "y", "no other value is written behind the tag !!omap"),
        ("!mine x", "5", "what the number 5 means behind the tag !mine is not known"),
        ("!!int 7", "{a: 1}", "the tag !!int takes whole numbers only"),
    ])
    func `a tag takes its own kind of value only`(old: String, value: String, reason: String) throws {
        let (outcome, text) = try edit("t", value, "--yaml", on: "t: \(old)\n")
        #expect(outcome.status == 6)
        #expect(
            outcome.errors.contains("cannot write t: \(reason)\nHint: take the tag out by hand"), "\(outcome.errors)")
        #expect(text == "t: \(old)\n")
        let plain = try edit("t", value, on: "t: \(old)\n").0
        #expect(!plain.errors.contains("--string"), "\(plain.errors)")
    }

    @Test func `a tag takes no text for another kind of value`() throws {
        for value in ["new", "9"] {
            let outcome = try edit("t", value, "--string", on: "t: !!int \"7\"\n").0
            #expect(outcome.status == 6)
            #expect(outcome.errors.contains("cannot write t: the tag !!int takes whole numbers only"))
        }
    }

    @Test func `what is no YAML is refused, a missing file is a failure, and a wrong command line is 2`() throws {
        #expect(try edit("a", "1", on: "a: [1\n").0.status == 6)
        #expect(try edit("a", "1", on: "a: 1\na: 2\n").0.errors.contains("all.yaml:2:1"))
        #expect(try edit("a", "1", on: "# nothing\n").0.errors.contains("Hint: it is empty or has only comments"))
        let missing = try headgate("edit", "none.yaml", "a", "1")
        #expect(missing.transcript == "Error: there is no file none.yaml\nHint: check the path\nexit 1\n")
        let folder = try headgate("edit", ".", "a", "1")
        #expect(folder.transcript == "Error: . is a folder\nHint: name one file in it\nexit 1\n")
        try FileManager.default.createSymbolicLink(
            atPath: headgate.home["astray.yaml"], withDestinationPath: "gone.yaml")
        #expect(try headgate("edit", "astray.yaml", "a", "1").errors.contains("a link to a file that is not there"))
        let wrong = [
            ["a"], ["a", "1", "--remove"], ["a", "1", "--insert", "--remove"], ["a..b", "1"],
            ["a", "1", "--string", "--yaml"], ["a", "--remove", "--yaml"],
        ]
        for words in wrong {
            #expect(try headgate.run(["edit", "all.yaml"] + words).status == 2, "\(words)")
        }
    }

    @Test func `a link is written through`() throws {
        let (_, _) = try edit("spec.replicas", "3", "--document", "1")
        try FileManager.default.createSymbolicLink(
            atPath: headgate.home["link.yaml"], withDestinationPath: headgate.home["all.yaml"])
        #expect(try headgate("edit", "link.yaml", "spec.replicas", "4", "--document", "1").status == 0)
        let kind =
            try FileManager.default.attributesOfItem(atPath: headgate.home["link.yaml"])[.type] as? FileAttributeType
        #expect(kind == .typeSymbolicLink)
        #expect(try String(contentsOfFile: headgate.home["all.yaml"], encoding: .utf8).contains("replicas: 4"))
        let again = try headgate("edit", "link.yaml", "spec.replicas", "4", "--document", "1")
        #expect(again.transcript == "link.yaml says so already; nothing was written.\nexit 0\n")
    }
}
