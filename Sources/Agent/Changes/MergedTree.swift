internal import Git
internal import Manifests

/// What the branch has once a change is merged into it.
///
/// Files are merged one by one, as git does: the change may be older than the branch. In a conflict the change's own
/// version counts; the forge lets nobody merge it as it is.
struct MergedTree {
    private(set) var tree: Manifests.Tree
    /// Files that both sides have changed in the same lines.
    private(set) var conflicts: [String] = []

    /// - Parameters:
    ///   - fork: where the change left the branch.
    ///   - branch: the branch's tip.
    init(_ change: Manifests.Tree, into branch: Manifests.Tree, from fork: Manifests.Tree) {
        var entries: [String: Manifests.Tree.Entry] = [:]
        var contents: [String: [UInt8]] = [:]
        var merged: [String: [UInt8]] = [:]
        for path in Set(change.entries.keys).union(branch.entries.keys) {
            let side: Manifests.Tree
            switch Self.side(of: path, change, branch, fork) {
            case .change: side = change
            case .branch: side = branch
            case .merge(let bytes):
                merged[path] = bytes
                continue
            case .conflict:
                conflicts.append(path)
                side = change
            }
            guard let entry = side.entries[path] else { continue }
            entries[path] = entry
            contents[entry.blob] = side.bytes(at: path)
        }
        conflicts.sort()
        tree = Manifests.Tree(entries: entries, contents: contents).writing(merged)
    }

    private enum Outcome {
        case change, branch, conflict
        case merge([UInt8])
    }

    private static func side(
        of path: String, _ change: Manifests.Tree, _ branch: Manifests.Tree, _ fork: Manifests.Tree
    ) -> Outcome {
        let (new, present, old) = (Version(change, path), Version(branch, path), Version(fork, path))
        if new == old { return .branch }
        if present == old || present == new { return .change }
        guard case .bytes(let ours) = present, case .bytes(let theirs) = new, case .bytes(let base) = old,
            let bytes = FileMerge.merge(base: base, ours: ours, theirs: theirs)
        else { return .conflict }
        return .merge(bytes)
    }

    /// A file as far as it can be compared: a work tree has other ids than a commit.
    private enum Version: Equatable {
        case absent
        case bytes([UInt8])
        /// No manifest, and so of no interest but by its name.
        case unread

        init(_ tree: Manifests.Tree, _ path: String) {
            guard tree.entries[path] != nil else {
                self = .absent
                return
            }
            self = tree.bytes(at: path).map(Self.bytes) ?? .unread
        }
    }
}

extension Manifests.Tree {
    /// The files whose bytes differ from `other`'s, and those that only one of the two has, sorted.
    func changed(from other: Manifests.Tree) -> [String] {
        Set(entries.keys).union(other.entries.keys).filter { path in
            guard entries[path]?.blob != other.entries[path]?.blob else { return false }
            let isHere = entries[path] != nil
            return isHere != (other.entries[path] != nil) || bytes(at: path) != other.bytes(at: path)
        }.sorted()
    }
}
