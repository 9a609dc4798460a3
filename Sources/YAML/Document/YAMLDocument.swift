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
