import Agent
import Testing
import YAML

@Suite("Steering: one line of a person's own file")
struct SteeringEditTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: String
        let after: String
        let edit: @Sendable (YAMLStream) throws -> [UInt8]

        init(
            _ name: String, _ before: String, _ after: String,
            _ edit: @escaping @Sendable (YAMLStream) throws -> [UInt8]
        ) {
            (testDescription, self.before, self.after, self.edit) = (name, before, after, edit)
        }
    }

    static let edits: [Edit] = [
        Edit("a first word", "spec:\n  plan: a # why\n", "spec:\n  plan: a # why\n  steer: {hold: later}\n") {
            try SteeringEdit.stating("hold", "later", in: $0)
        },
        Edit(
            "a further word, flow", "spec:\n  steer: {hold: later} # me\n",
            "spec:\n  steer: {hold: later, approve: 7c2d9f40/weight-5} # me\n"
        ) { try SteeringEdit.stating("approve", "7c2d9f40/weight-5", in: $0) },
        Edit(
            "a further word, block", "spec:\n  steer:\n    # mine\n    hold: later\n",
            "spec:\n  steer:\n    # mine\n    hold: later\n    retry: \"7c2d9f40-2\"\n"
        ) { try SteeringEdit.stating("retry", "7c2d9f40-2", in: $0) },
        Edit("another word", "spec: {steer: {abort: \"0a\"}}\n", "spec: {steer: {abort: \"1b\"}}\n") {
            try SteeringEdit.stating("abort", "1b", in: $0)
        },
        Edit("nothing but the name", "spec:\n  steer:\n  plan: a\n", "spec:\n  steer: {hold: x}\n  plan: a\n") {
            try SteeringEdit.stating("hold", "x", in: $0)
        },
        Edit(
            "a key that looks like a number", "spec:\n  plan: a\n", "spec:\n  plan: a\n  steer: {retry: \"12345678\"}\n"
        ) {
            try SteeringEdit.stating("retry", "12345678", in: $0)
        },
        Edit("a hold out of several words", "spec:\n  steer: {hold: x, approve: k}\n", "spec:\n  steer: {approve: k}\n")
        {
            try SteeringEdit.withoutHold(in: $0)
        },
        Edit("the only word", "spec:\n  plan: a\n  steer: {hold: x}\n", "spec:\n  plan: a\n") {
            try SteeringEdit.withoutHold(in: $0)
        },
        Edit(
            "an image", "spec:\n  release: {images: {app: \"a:1\", web: b:1}} # now\n",
            "spec:\n  release: {images: {app: \"a:2\", web: b:1}} # now\n"
        ) { try SteeringEdit.releasing("a:2", of: "app", in: $0) },
        Edit(
            "a further image", "spec:\n  release:\n    images:\n      app: a:1\n",
            "spec:\n  release:\n    images:\n      app: a:1\n      web: b:1\n"
        ) {
            try SteeringEdit.releasing("b:1", of: "web", in: $0)
        },
        Edit(
            "an image in another file", "tags:\n- {name: app, tag: a:1} # last\n",
            "tags:\n- {name: app, tag: a:2} # last\n"
        ) {
            try SteeringEdit.setting("a:2", at: "tags.[name=app].tag", in: $0)
        },
        Edit("everything", "environments: {}\n", "environments: {}\nhold: freeze\n") {
            try SteeringEdit.holdingEverything(for: "freeze", in: $0.bytes, file: "config.yaml")
        },
        Edit("everything, where there is only a comment", "# nothing yet\n", "# nothing yet\nhold: freeze\n") {
            try SteeringEdit.holdingEverything(for: "freeze", in: $0.bytes, file: "config.yaml")
        },
        Edit("everything again", "hold: freeze # until Monday\nmode: live\n", "mode: live\n") {
            try SteeringEdit.holdingEverything(for: nil, in: $0.bytes, file: "config.yaml")
        },
    ]

    @Test("the edit changes what it has to and nothing else", arguments: edits)
    func table(_ edit: Edit) throws {
        let stream = try YAMLStream(parsing: edit.before, file: "file.yaml")
        #expect(String(decoding: try edit.edit(stream), as: UTF8.self) == edit.after)
    }

    @Test func `the second document of a file is edited as well as the first`() throws {
        let stream = try YAMLStream(parsing: "spec: {plan: a}\n---\nspec: {plan: b}\n", file: "file.yaml")
        let bytes = try SteeringEdit.stating("hold", "x", in: stream, document: 1)
        #expect(String(decoding: bytes, as: UTF8.self) == "spec: {plan: a}\n---\nspec: {plan: b, steer: {hold: x}}\n")
    }

    @Test func `a value that is shared with another place is refused`() throws {
        let stream = try YAMLStream(parsing: "all: &all {hold: x}\nspec: {steer: *all}\n", file: "file.yaml")
        #expect(throws: YAMLError.self) { try SteeringEdit.stating("hold", "y", in: stream) }
    }
}
