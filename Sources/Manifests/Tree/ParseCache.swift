package import Rollouts
package import YAML

/// Files that have been parsed, by path and blob id, so that a tick parses only what has changed since the last one.
package struct ParseCache: Sendable {
    /// Equal ids mean equal bytes, so nothing of a file is looked at but its name and its id.
    private struct Key: Hashable {
        let path: String
        let blob: String

        /// A path has few versions, and an id is long.
        func hash(into hasher: inout Hasher) { hasher.combine(path) }
    }

    private var results: [Key: Result<ManifestFile, Diagnostic>] = [:]

    package init() {}

    /// The file at `path`; nil where the tree has none.
    ///
    /// - Throws: what makes it unreadable, with a word on templates, which are the usual reason.
    package mutating func stream(at path: String, in tree: Tree) throws(Diagnostic) -> YAMLStream? {
        try file(at: path, in: tree, keepsNodes: true)?.stream
    }

    /// The file at `path` and what its documents say of themselves; nil where the tree has none.
    ///
    /// - Throws: as `stream(at:in:)`.
    mutating func file(
        at path: String, in tree: Tree, keepsNodes: Bool = false
    ) throws(Diagnostic) -> ManifestFile? {
        guard let entry = tree.entries[path], !entry.isLink else { return nil }
        let key = Key(path: path, blob: entry.blob)
        if let known = results[key] { return try known.get() }
        guard let bytes = tree.bytes(at: path) else { return nil }
        let result = Self.parse(bytes, path, keepsNodes: keepsNodes)
        results[key] = result
        return try result.get()
    }

    private static func parse(
        _ bytes: [UInt8], _ path: String, keepsNodes: Bool
    ) -> Result<ManifestFile, Diagnostic> {
        do throws(YAMLError) {
            return .success(try ManifestFile(parsing: bytes, path: path, keepsNodes: keepsNodes))
        } catch {
            var diagnostic = Diagnostic(error)
            if String(decoding: bytes, as: UTF8.self).contains("{{") {
                diagnostic.hint = "a template is no manifest: only what is applied as it stands can be written"
            }
            return .failure(diagnostic)
        }
    }

    /// Forgets every file that `tree` has not got.
    package mutating func keep(only tree: Tree) {
        results = results.filter { tree.entries[$0.key.path]?.blob == $0.key.blob }
    }
}

extension Diagnostic {
    package init(_ error: YAMLError) {
        self.init(
            file: error.file, line: error.line, column: error.column, message: error.message, hint: error.hint)
    }

    /// About the field at `path` of a document, or the nearest that is written.
    package init(_ document: YAMLDocument, at path: FieldPath, _ message: String, hint: String? = nil) {
        var nearest = document.root
        var steps: FieldPath? = path
        while let current = steps {
            if case .found(let place) = document.node(at: current) {
                nearest = place.node
                break
            }
            steps = current.parent
        }
        self.init(document.file, nearest, message, hint: hint)
    }

    /// About `node`, which stands in `file`.
    package init(_ file: String, _ node: YAMLNode, _ message: String, hint: String? = nil) {
        self.init(
            file: file, line: node.position.line, column: node.position.column, message: message, hint: hint)
    }
}
