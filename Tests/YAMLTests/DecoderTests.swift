import Testing
import YAML

@Suite("Decoding")
struct DecoderTests {
    struct Rollout: Decodable, Equatable {
        struct Step: Decodable, Equatable {
            var setWeight: Int?
            var pause: [String: String]?
        }

        var name: String
        var replicas: UInt8?
        var ratio: Double?
        var enabled: Bool?
        var steps: [Step]?
        var labels: [String: String]?
        var weight: Positioned<Int>?
    }

    private func decode(_ text: String) throws(YAMLProblems) -> Rollout {
        do {
            let document = try YAMLStream(parsing: text, file: "r.yaml").single
            return try YAMLDecoder().decode(Rollout.self, from: document)
        } catch let error as YAMLProblems {
            throw error
        } catch let error as YAMLError {
            throw YAMLProblems([error])
        } catch {
            throw YAMLProblems([])
        }
    }

    @Test func `a document becomes values, aliases and merge keys resolved`() throws {
        let rollout = try decode(
            """
            labels: &l {app: shop}
            name: "5"
            replicas: 0x10
            ratio: 1
            enabled: on
            steps:
            - setWeight: 5
            - pause: {<<: *l, duration: 10m}
            - pause: *l
            weight: 25
            """)
        #expect(rollout.name == "5")
        #expect(rollout.replicas == 16)
        #expect(rollout.ratio == 1)
        #expect(rollout.enabled == true)
        #expect(rollout.steps?[1].pause == ["app": "shop", "duration": "10m"])
        #expect(rollout.steps?[2].pause == ["app": "shop"])
        #expect(rollout.weight?.position == YAMLPosition(line: 10, column: 9))
        #expect(rollout.weight?.path == "weight")
    }

    static let errors: [(text: String, messages: [String], hints: [String?])] = [
        ("name: x\nreplicas: ten\n", ["r.yaml:2:11: replicas: expected a whole number, found the text \"ten\""], [nil]),
        (
            "name: x\nreplicas: \"10\"\n", ["r.yaml:2:11: replicas: expected a whole number, found the text \"10\""],
            ["write it without quotes: 10"]
        ),
        (
            "name: x\nreplicas: 300\n", ["r.yaml:2:11: replicas: expected a whole number from 0 to 255, found 300"],
            [nil]
        ),
        ("name: x\nreplicas: 1.5\n", ["r.yaml:2:11: replicas: expected a whole number, found the number 1.5"], [nil]),
        ("name: 1.10\n", ["r.yaml:1:7: name: expected a text, found the number 1.1"], ["write it in quotes: \"1.10\""]),
        ("name: no\n", ["r.yaml:1:7: name: expected a text, found the word false"], ["write it in quotes: \"no\""]),
        ("name:\n", ["r.yaml:1:6: name: expected a text, found nothing"], [nil]),
        (
            "name: x\nenabled: maybe\n", ["r.yaml:2:10: enabled: expected true or false, found the text \"maybe\""],
            [nil]
        ),
        ("name: x\nsteps: {}\n", ["r.yaml:2:8: steps: expected a list, found a mapping"], [nil]),
        ("- x\n", ["r.yaml:1:1: expected a mapping, found a list"], [nil]),
        ("replicas: 1\n", ["r.yaml:1:1: the key \"name\" is missing"], ["add \"name\" here"]),
        ("nmae: x\n", ["r.yaml:1:1: nmae: unknown key \"nmae\""], ["did you mean \"name\"?"]),
        (
            "name: x\nstepz: []\nsteps:\n- setWieght: 5\n- colour: red\n",
            [
                "r.yaml:2:1: stepz: unknown key \"stepz\"", "r.yaml:4:3: steps.0.setWieght: unknown key \"setWieght\"",
                "r.yaml:5:3: steps.1.colour: unknown key \"colour\"",
            ],
            ["did you mean \"steps\"?", "did you mean \"setWeight\"?", "known here: pause, setWeight"]
        ),
        (
            "é: {ü: 1}\nname: x\nname: y\n", ["r.yaml:3:1: the key \"name\" is already used at line 2, column 1"],
            ["remove one of the two"]
        ),
        (
            "name: *x\n", ["r.yaml:1:7: the alias *x refers to no anchor before it"],
            ["an anchor &x must be completed earlier in the same document"]
        ),
        (
            "name: {{ .Values.x }}\n", ["r.yaml:1:8: a key must be a text, found a mapping"],
            ["this looks like a Helm template; only rendered manifests can be read"]
        ),
        ("a: 1\n---\nb: 1\n", ["r.yaml:3:1: expected one document, found 2"], ["move each into a file of its own"]),
    ]

    @Test(arguments: errors) func `an error names place, path, expectation and a way out`(
        _ golden: (text: String, messages: [String], hints: [String?])
    ) throws {
        let problems = #expect(throws: YAMLProblems.self) { try decode(golden.text) }
        #expect(problems?.errors.map(\.description) == golden.messages)
        #expect(problems?.errors.map(\.hint) == golden.hints)
    }

    @Test func `aliases of aliases are bounded`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [" + Array(repeating: alias, count: 9).joined(separator: ", ") + "]\n"
        }
        let stream = try YAMLStream(parsing: text, file: "b.yaml")
        indirect enum Nested: Decodable {
            case text
            case list([Nested])

            init(from decoder: any Decoder) throws {
                let place = try #require(decoder.yamlSource)
                self = place.node.isSequence ? .list(try [Nested](from: decoder)) : .text
            }
        }
        let problems = #expect(throws: YAMLProblems.self) {
            try YAMLDecoder().decode([String: Nested].self, from: stream.documents[0])
        }
        #expect(problems?.errors.first?.message.contains("too many values") == true)
        #expect(throws: YAMLError.self) { try YAMLTree(stream.documents[0].root, of: stream) }
    }

    @Test func `a type can take a node as it is and point at it later`() throws {
        struct Holder: Decodable { var raw: YAMLNode }
        let stream = try YAMLStream(parsing: "raw: {a: [1, b]}\n", file: "r.yaml")
        let holder = try YAMLDecoder().decode(Holder.self, from: stream.documents[0])
        #expect(holder.raw["a"]?[1]?.string == "b")
        #expect(holder.raw.position == YAMLPosition(line: 1, column: 6))
    }
}
