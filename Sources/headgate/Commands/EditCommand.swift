import ArgumentParser
import FoundationEssentials
import Manifests
import YAML

/// The editor on its own: one value of a YAML file, and every other byte as it was.
struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Change one value of a YAML file and nothing else in it.",
        discussion: """
            headgate edit deployment.yaml spec.replicas 3
            headgate edit all.yaml --kind Deployment --name checkout \\
              'spec.template.spec.containers.[name=app].image' ghcr.io/acme/checkout:v2
            headgate edit route.yaml --insert spec.hostnames.- shop.example.com
            Comments, quotes, order and line endings stay. The result is parsed again and has to differ in this value
            alone; otherwise nothing is written, and the exit code is 6. A value keeps its kind: a number stays a
            number, a text a text.
            """)

    @Argument(help: "The file.")
    var file: String

    @Argument(help: "Where the value is: spec.rules.0.backendRefs.[name=checkout].weight")
    var path: String

    @Argument(help: "The new value; what is inserted may be any YAML. Not with --remove.")
    var value: String?

    @Option(help: "The document with this kind, where the file has several.")
    var kind: String?

    @Option(help: "The document with this metadata.name, where the file has several.")
    var name: String?

    @Option(help: "The document by its number in the file, from 1.")
    var document: Int?

    @Flag(help: "Add an entry or item that is not there; an item after the last by the step -.")
    var insert = false

    @Flag(help: "Take the entry or item out.")
    var remove = false

    @Flag(help: "Take VALUE as text, whatever it looks like.")
    var string = false

    @Flag(help: "Print the whole result instead of writing the file.")
    var stdout = false

    func validate() throws {
        if insert, remove { throw ValidationError("--insert and --remove exclude each other") }
        if remove, value != nil { throw ValidationError("--remove takes no value") }
        if !remove, value == nil { throw ValidationError("a value is missing") }
        if let document, document < 1 { throw ValidationError("--document counts from 1") }
        if document != nil, kind != nil || name != nil {
            throw ValidationError("--document and --kind or --name exclude each other")
        }
        guard FieldPath(parsing: path) != nil else { throw ValidationError("\"\(path)\" is no field path") }
    }

    func run() throws {
        // A link is written through, and stays one.
        let place = URL(filePath: file).resolvingSymlinksInPath().path
        guard let data = FileManager.default.contents(atPath: place) else {
            throw CommandError("cannot read \(file)", hint: "check the path and its permissions")
        }
        let bytes: [UInt8]
        do throws(YAMLError) {
            bytes = try edited(Array(data))
        } catch {
            throw CommandError(error.description, hint: error.hint, code: .refused)
        }
        if stdout { return Terminal.write(bytes) }
        guard bytes != Array(data) else { return Terminal.error("\(file) says so already; nothing was written.") }
        do {
            try WorkTree.replace(place, with: bytes)
        } catch {
            throw CommandError("cannot write \(file)", causes: ["\(error)"])
        }
    }

    private func edited(_ bytes: [UInt8]) throws(YAMLError) -> [UInt8] {
        let stream = try YAMLStream(parsing: bytes, file: file)
        let index = try chosen(stream)
        var editor = YAMLEditor(stream)
        let path = FieldPath(parsing: path) ?? .root
        if remove {
            try editor.remove(path, in: index)
        } else if insert {
            try editor.insert(path, try inserted(), in: index)
        } else {
            let present = try stream.documents[index].place(at: path).node
            if present.isScalar {
                try editor.set(path, to: try scalar(like: present, in: stream.documents[index]), in: index)
            } else {
                try editor.replace(path, with: try inserted(), in: index)
            }
        }
        return editor.bytes
    }

    // MARK: The document

    private func chosen(_ stream: YAMLStream) throws(YAMLError) -> Int {
        if let document {
            if stream.documents.indices.contains(document - 1) { return document - 1 }
            throw refusal(stream, "there is no document \(document)", "the file has \(stream.documents.count)")
        }
        let fitting = stream.documents.indices.filter { index in
            let root = stream.documents[index].root
            return (kind == nil || root["kind"]?.string == kind)
                && (name == nil || root["metadata"]?["name"]?.resolved.text == name)
        }
        if fitting.count == 1 { return fitting[0] }
        let isChosen = kind != nil || name != nil
        let listed = stream.documents.enumerated().map { number, document in
            let name = document.root["metadata"]?["name"]?.resolved.text
            let title = [document.root["kind"]?.string, name].compactMap(\.self).joined(separator: "/")
            return "\(number + 1) \(title.isEmpty ? "without a kind" : title) (line \(document.position.line))"
        }
        throw refusal(
            stream,
            fitting.isEmpty
                ? (isChosen ? "no document has this kind and name" : "the file has no document")
                : "\(fitting.count) documents fit",
            "choose one by --kind and --name, or --document N: " + listed.joined(separator: ", "))
    }

    private func refusal(_ stream: YAMLStream, _ message: String, _ hint: String) -> YAMLError {
        YAMLError(file: file, position: .start, message: message, hint: hint)
    }

    // MARK: The value

    /// The value as a YAML reader understands it, or as text.
    private func inserted() throws(YAMLError) -> YAMLTree {
        let text = value ?? ""
        if string { return .string(text) }
        let stream = try YAMLStream(parsing: text, file: "VALUE")
        guard !stream.documents.isEmpty else { return .string(text) }
        return try YAMLTree(try stream.single.root, of: stream)
    }

    /// The value as the kind of scalar that stands there.
    private func scalar(like present: YAMLNode, in document: YAMLDocument) throws(YAMLError) -> YAMLScalar {
        let text = value ?? ""
        if string { return .string(text) }
        guard let former = present.typed, former != .null else {
            guard case .scalar(let scalar) = try inserted().content else {
                throw document.error(at: present, "\(path) is one value, and \"\(text)\" is none")
            }
            return scalar
        }
        let scalar = YAMLScalar.typed(text, like: former)
        guard (scalar.string == nil) == (former.string == nil) else {
            throw document.error(
                at: present, "\(path) is \(former.summary), and \"\(text)\" is of another kind",
                hint: "--string writes it as text")
        }
        return scalar
    }
}
