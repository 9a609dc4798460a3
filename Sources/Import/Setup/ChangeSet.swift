internal import Manifests
internal import YAML

/// The files that are written and edited, on top of a tree that stays as it is.
struct ChangeSet {
    let original: Tree
    private(set) var files: [String: [UInt8]] = [:]

    init(_ tree: Tree) {
        original = tree
    }

    /// The tree with everything written.
    var tree: Tree { original.writing(files) }

    mutating func write(_ text: String, at path: String) {
        let bytes = Array(text.utf8)
        files[path] = original.bytes(at: path) == bytes ? nil : bytes
    }

    /// Adds documents to a file, which is made where there is none.
    ///
    /// - Parameter sibling: the file whose line endings the new one gets.
    mutating func append(_ documents: [String], to path: String, like sibling: String) {
        guard !documents.isEmpty else { return }
        var parts = documents
        if let text = tree.text(at: path), text.contains(where: { !$0.isWhitespace }) { parts.insert(text, at: 0) }
        let text = parts.map { $0.endsLine ? $0 : $0 + "\n" }.joined(separator: "---\n")
        write(tree.text(at: sibling)?.hasCarriageReturns == true ? text.withCarriageReturns : text, at: path)
    }

    mutating func edit(_ path: String, _ body: (inout YAMLEditor) throws(YAMLError) -> Void) throws(SetupRefusal) {
        guard let bytes = tree.bytes(at: path) else { throw SetupRefusal("there is no file \(path)") }
        do throws(YAMLError) {
            var editor = YAMLEditor(try YAMLStream(parsing: bytes, file: path))
            try body(&editor)
            if editor.isChanged { write(editor.text, at: path) }
        } catch {
            throw SetupRefusal(error)
        }
    }
}

extension YAMLEditor {
    /// Whether there is exactly one value at `path`.
    func has(_ path: FieldPath, in document: Int = 0) -> Bool {
        if case .found = stream.documents[document].node(at: path) { true } else { false }
    }

    mutating func removeIfPresent(_ path: FieldPath, in document: Int = 0) throws(YAMLError) {
        if has(path, in: document) { try remove(path, in: document) }
    }

    /// Writes `value` at `path`, with the mappings above it where they are missing.
    mutating func place(_ value: YAMLTree, at path: FieldPath, in document: Int = 0) throws(YAMLError) {
        if has(path, in: document) {
            // A text keeps its style.
            if case .scalar(let scalar) = value.content { return try set(path, to: scalar, in: document) }
            return try replace(path, with: value, in: document)
        }
        var (path, value) = (path, value)
        while let parent = path.parent, !parent.isRoot, !has(parent, in: document), case .field(let name)? = path.last {
            (path, value) = (parent, .mapping([.init(name, value)]))
        }
        try insert(path, value, in: document)
    }
}

/// Texts by their bytes: as a character, a carriage return and a line feed are one.
extension String {
    /// Whether the first line ends with a carriage return and a line feed.
    var hasCarriageReturns: Bool {
        let first = utf8.prefix { $0 != UInt8(ascii: "\n") }
        return first.count < utf8.count && first.last == UInt8(ascii: "\r")
    }

    /// The text with a carriage return before each line feed.
    var withCarriageReturns: String {
        fileLines.map { $0.utf8.last == UInt8(ascii: "\r") ? String(Substring($0.utf8.dropLast())) : $0 }
            .joined(separator: "\r\n")
    }

    var endsLine: Bool { utf8.last == UInt8(ascii: "\n") }

    /// The lines without their line feeds; what ends with one has an empty last line.
    var fileLines: [String] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }
}
