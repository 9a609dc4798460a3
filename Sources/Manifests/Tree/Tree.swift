internal import Rollouts

/// The files of one commit, as far as somebody has loaded them.
///
/// The agent makes one from a Git tree: every path with its blob id, and the bytes of those blobs that `wants(_:)` names.
package struct Tree: Sendable {
    /// What stands at a path.
    package struct Entry: Hashable, Sendable {
        /// Equal ids mean equal bytes.
        package let blob: String
        /// Links are never followed.
        package let isLink: Bool

        package init(blob: String, isLink: Bool = false) {
            self.blob = blob
            self.isLink = isLink
        }
    }

    package private(set) var entries: [String: Entry]
    private var contents: [String: [UInt8]]

    /// - Parameters:
    ///   - entries: by path from the repository's root.
    ///   - contents: by blob id.
    package init(entries: [String: Entry], contents: [String: [UInt8]]) {
        self.entries = entries
        self.contents = contents
    }

    /// A tree of files that are in memory; their own bytes serve as ids.
    package init(files: [String: String]) {
        self.init(entries: [:], contents: [:])
        for (path, text) in files { write(Array(text.utf8), at: path) }
    }

    /// Whether a file can hold manifests, by its name and size in bytes.
    package static func wants(_ path: String, size: Int = 0) -> Bool {
        size <= sizeLimit
            && (path.ends(in: ".yaml") || path.ends(in: ".yml") || path == "Kustomization"
                || path.ends(in: "/Kustomization"))
    }

    /// Whether a file's bytes are looked at: it can hold manifests, or says what an engine leaves out.
    package static func keeps(_ path: String, size: Int = 0) -> Bool {
        wants(path, size: size) || (path.name == ".sourceignore" && size <= sizeLimit)
    }

    /// Larger files are no manifests that a person maintains.
    package static let sizeLimit = 4 << 20

    /// The files with manifests in a folder, sorted by path.
    package func files(below prefix: String) -> [(file: String, bytes: [UInt8])] {
        entries.keys.filter { $0.hasPrefix(prefix) && Self.wants($0) }.sorted().compactMap { path in
            bytes(at: path).map { (path, $0) }
        }
    }

    /// The bytes of a regular file; nil where there is none or where they have not been loaded.
    package func bytes(at path: String) -> [UInt8]? {
        guard let entry = entries[path], !entry.isLink else { return nil }
        return contents[entry.blob]
    }

    package func text(at path: String) -> String? {
        bytes(at: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The tree with these files written.
    package func writing(_ files: [String: [UInt8]]) -> Tree {
        var copy = self
        for (path, bytes) in files { copy.write(bytes, at: path) }
        return copy
    }

    private mutating func write(_ bytes: [UInt8], at path: String) {
        let blob = "\(Digest(of: bytes).hex)"
        entries[path] = Entry(blob: blob)
        contents[blob] = bytes
    }
}
