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

    /// Reads bytes that have been parsed with these limits before, and so are parsed again.
    package init(parsingAgain bytes: [UInt8], file: String, limits: YAMLLimits) {
        self.file = file
        self.bytes = bytes
        documents = (try? DocumentReader.read(bytes, file: file, limits: limits)) ?? []
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
