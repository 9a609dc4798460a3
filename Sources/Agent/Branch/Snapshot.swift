package import Git
package import Manifests

/// The tip of the branch as one tick sees it: every path, and the bytes of all files that can hold documents.
package struct Snapshot: Sendable {
    package let commit: Git.CommitID
    package let tree: Manifests.Tree
}

/// Loads snapshots, and reads each blob once for as long as the process lives.
///
/// libgit2 inflates a blob again for every read, so contents are kept by id; what a newer tip no longer has is dropped.
package struct SnapshotLoader: Sendable {
    private var contents: [String: [UInt8]] = [:]

    package init() {}

    package mutating func load(_ commit: Git.CommitID, from repository: Repository) async throws(GitError) -> Snapshot {
        var entries: [String: Manifests.Tree.Entry] = [:]
        var kept: [String: [UInt8]] = [:]
        for entry in try await repository.entries(at: commit) {
            entries[entry.path] = .init(blob: entry.id.hex, isLink: entry.kind == .symlink)
            guard entry.kind == .file || entry.kind == .executable,
                Tree.keeps(entry.path)
            else { continue }
            if let known = contents[entry.id.hex] {
                kept[entry.id.hex] = known
            } else if let bytes = try? await repository.blob(entry.id, limit: Tree.sizeLimit) {
                kept[entry.id.hex] = bytes
            }
        }
        contents = kept
        return Snapshot(commit: commit, tree: Manifests.Tree(entries: entries, contents: kept))
    }
}
