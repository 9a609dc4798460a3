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
