/// A YAML file as it was read: its bytes, untouched, and the documents in it.
package struct YAMLStream: Sendable {
    package let file: String
    package let bytes: [UInt8]
    package let documents: [YAMLDocument]

    /// Reads `bytes`; a document that can be read but breaks a rule carries it in `problems`.
    ///
    /// - Throws: what makes the file unreadable: its syntax, its encoding, its size or its depth.
    package init(parsing bytes: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        self.file = file
        self.bytes = bytes
        documents = try DocumentReader.read(bytes, file: file, limits: limits)
    }

    package init(parsing text: String, file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        try self.init(parsing: Array(text.utf8), file: file, limits: limits)
    }

    /// The only document of the file.
    ///
    /// - Throws: where the file has none or several.
    package var single: YAMLDocument {
        get throws(YAMLError) {
            if documents.count == 1 { return documents[0] }
            let second = documents.count > 1 ? documents[1].position : .start
            throw YAMLError(
                file: file, position: second, message: "expected one document, found \(documents.count)",
                hint: documents.isEmpty ? "the file is empty or has only comments" : "move each into a file of its own")
        }
    }

    /// The text of the whole file.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text of `node`, which must be one of this file's.
    package func text(of node: YAMLNode) -> String {
        let range = node.range.clamped(to: 0..<bytes.count)
        return String(decoding: bytes[range], as: UTF8.self)
    }
}

/// How much a file may ask for before it is refused.
package struct YAMLLimits: Hashable, Sendable {
    /// In bytes.
    package var size: Int
    /// Collections within collections.
    package var depth: Int

    package init(size: Int = 16 << 20, depth: Int = 100) {
        self.size = size
        self.depth = depth
    }
}

/// One document of a file.
package struct YAMLDocument: Sendable {
    package let file: String
    /// Its place among the documents of the file, from 0.
    package let index: Int
    package let root: YAMLNode
    /// What forbids reading values from the document and editing it, though its text could be parsed: duplicate keys,
    /// keys that are collections, aliases without an anchor.
    package let problems: [YAMLError]
    /// The anchors that aliases of the document refer to, with the place of the first such alias.
    package let aliased: [String: YAMLPosition]

    /// Where its first value begins.
    package var position: YAMLPosition { root.position }

    /// An error about `node` of this document.
    package func error(at node: YAMLNode, path: FieldPath? = nil, _ message: String, hint: String? = nil) -> YAMLError {
        YAMLError(file: file, position: node.position, path: path, message: message, hint: hint)
    }
}
