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
            headgate edit limits.yaml spec.offset -- -5

            Comments, quotes, order and line endings stay. The result is parsed again \
            and has to differ in this value alone; otherwise nothing is written, and \
            the exit code is 6. A value keeps its kind: a number stays a number, a \
            text a text. A number is written as it is given, 1.10 as 1.10; one that \
            not all readers of YAML take for the same number, like 0123, is refused.
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

    @Flag(help: "Take VALUE as YAML, whatever kind of value stands there.")
    var yaml = false

    @Flag(help: "Where the value is shared by an alias or a merge key, write it out there and edit it alone.")
    var unshare = false

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
        if string, yaml { throw ValidationError("--string and --yaml exclude each other") }
        if remove, string || yaml { throw ValidationError("--remove takes no value") }
        guard FieldPath(parsing: path) != nil else {
            throw ValidationError(
                "\"\(path)\" is no field path; one is written like spec.rules.0.weight or containers.[name=app].image")
        }
    }

    func run() throws {
        // A link is written through, and stays one.
        let place = URL(filePath: file).resolvingSymlinksInPath().path
        let data = try contents(of: place)
        let bytes: [UInt8]
        do throws(YAMLError) {
            bytes = try edited(Array(data), unshares: unshare)
        } catch {
            throw CommandError(error.description, hint: hint(for: error, Array(data)), code: .refused)
        }
        if stdout { return Terminal.write(bytes) }
        guard bytes != Array(data) else { return Terminal.error("\(file) says so already; nothing was written.") }
        do {
            try WorkTree.replace(place, with: bytes)
        } catch {
            throw CommandError("cannot write \(file)", causes: ["\(error)"])
        }
    }

    private func contents(of place: String) throws -> Data {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: file)) != nil
            throw CommandError(
                isLink ? "\(file) is a link to a file that is not there" : "there is no file \(file)",
                hint: "check the path")
        }
        if isFolder { throw CommandError("\(file) is a folder", hint: "name one file in it") }
        guard let data = FileManager.default.contents(atPath: place) else {
            throw CommandError("cannot read \(file)", hint: "check its permissions")
        }
        return data
    }

    /// The error's own hint or, where writing the value out would do, that.
    private func hint(for error: YAMLError, _ bytes: [UInt8]) -> String? {
        guard !unshare, (try? edited(bytes, unshares: true)) != nil else { return error.hint }
        return "--unshare gives this place a value of its own"
    }

    private func edited(_ bytes: [UInt8], unshares: Bool) throws(YAMLError) -> [UInt8] {
        let stream = try YAMLStream(parsing: bytes, file: file)
        let index = try chosen(stream)
        var editor = YAMLEditor(stream, unshares: unshares)
        let path = FieldPath(parsing: path) ?? .root
        if remove {
            try editor.remove(path, in: index)
        } else if insert {
            try editor.insert(path, try inserted(), in: index)
        } else {
            let present = try stream.documents[index].place(at: path).node
            let tree = try wanted(like: present, in: stream.documents[index])
            if present.isScalar, case .scalar(let scalar) = tree.content {
                try editor.set(path, to: scalar, spelled: spelling(of: tree), in: index)
            } else {
                try editor.replace(path, with: tree, in: index)
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
        let listed = stream.documents.enumerated().map { number, document in
            let name = document.root["metadata"]?["name"]?.resolved.text
            let title = [document.root["kind"]?.string, name].compactMap(\.self).joined(separator: "/")
            return "\(number + 1) \(title.isEmpty ? "without a kind" : title) (line \(document.position.line))"
        }
        if stream.documents.isEmpty {
            throw refusal(stream, "the file has no document", "it is empty or has only comments")
        }
        throw refusal(
            stream,
            fitting.isEmpty
                ? "no document has this kind and name"
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
        let document = try stream.single
        if let problem = document.problems.first { throw problem }
        return try YAMLTree(document.root, of: stream)
    }

    /// The value as the kind that stands there: a number for a number, a text for a text; any YAML for anything else.
    private func wanted(like present: YAMLNode, in document: YAMLDocument) throws(YAMLError) -> YAMLTree {
        let text = value ?? ""
        if yaml { return try inserted() }
        guard present.isScalar else {
            throw document.error(
                at: present, "\(path) is \(present.summary), and a value in its place would take all of it away",
                hint: "name one value in it; --yaml replaces it whole")
        }
        if string { return .string(text) }
        guard let former = present.typed else { return try inserted() }
        let plain = YAMLScalar(text: text, isPlain: true)
        switch former {
        case .string: return .string(text)
        case .bool where plain.bool != nil: return .scalar(plain)
        case .int where plain.double != nil, .float where plain.double != nil:
            try refuseAmbiguous(plain, text, at: present, in: document)
            return try inserted()
        case .null:
            try refuseAmbiguous(plain, text, at: present, in: document)
            let tree = try inserted()
            if tree.scalar != nil { return tree }
            throw document.error(
                at: present, "\(path) is empty, and \"\(text)\" is more than one value", hint: "--yaml writes it")
        default:
            throw document.error(
                at: present, "\(path) is \(former.summary), and \"\(text)\" is of another kind",
                hint: hint(behind: present.tag, or: "--string writes it as text, --yaml as what it is"))
        }
    }

    /// Refuses a text that is a number, or a word for true or false, to some readers of YAML and something else to others.
    private func refuseAmbiguous(
        _ plain: YAMLScalar, _ text: String, at present: YAMLNode, in document: YAMLDocument
    ) throws(YAMLError) {
        let isClear =
            switch plain {
            case .int, .float: YAMLScalar.isSameNumberToAllReaders(text)
            case .bool: ["true", "false"].contains(text.lowercased())
            case .null, .string: true
            }
        if isClear { return }
        throw document.error(
            at: present, "readers of YAML 1.1 and of YAML 1.2 do not see the same value in \"\(text)\"",
            hint: hint(
                behind: present.tag, or: "--string writes it as text, --yaml as it is, or write it in another way"))
    }

    /// Behind a tag a value of another kind is refused, whatever it is taken for.
    private func hint(behind tag: String?, or hint: String) -> String {
        tag == nil ? hint : "write it in another way, or take the tag out by hand"
    }

    /// The text of a number as it was given.
    private func spelling(of tree: YAMLTree) -> String? {
        guard tree.scalar?.double != nil, let node = tree.source?.node, node.tag == nil,
            case .scalar(let text, .plain) = node.content
        else { return nil }
        return text
    }
}
