internal import CLibGit2

/// One commit of a history, with what it has at the paths that were asked for.
package struct PathRevision: Hashable, Sendable {
    package let id: CommitID
    package let parents: [CommitID]
    /// The committer's, in seconds since 1970.
    package let time: Int64
    /// The regular files among the paths.
    package let blobs: [String: BlobID]

    /// The same, as if nothing had been between it and `parents`.
    package func following(_ parents: [CommitID]) -> Self {
        Self(id: id, parents: parents, time: time, blobs: blobs)
    }
}

extension Repository {
    /// The history of `tip` without that of `stops`, children before parents, with the blobs at `paths`; one walk
    /// serves all paths.
    package func history(
        of paths: [String], from tip: CommitID, until stops: [CommitID] = []
    ) throws(GitError) -> [PathRevision] {
        var lookup = PathLookup(paths)
        var revisions: [PathRevision] = []
        for commit in try history(from: tip, until: stops) { revisions.append(try revision(commit, &lookup)) }
        return revisions
    }

    /// Some commits as such a history has them, for the parents at which a walk stopped.
    package func revisions(_ ids: [CommitID], of paths: [String]) throws(GitError) -> [PathRevision] {
        var lookup = PathLookup(paths)
        var revisions: [PathRevision] = []
        for id in ids { revisions.append(try revision(try commit(id), &lookup)) }
        return revisions
    }

    /// The nearest commit that is in the history of all of these; nil where there is none, or one is unknown here.
    package func commonAncestor(of commits: [CommitID]) -> CommitID? {
        guard let first = commits.first else { return nil }
        var nearest = first.raw
        for commit in Set(commits.dropFirst()) {
            var (found, one, other) = (git_oid(), nearest, commit.raw)
            guard git_merge_base(&found, pointer, &one, &other) == 0 else { return nil }
            nearest = found
        }
        return hasCommit(first) ? CommitID(nearest) : nil
    }

    private func revision(_ commit: Commit, _ lookup: inout PathLookup) throws(GitError) -> PathRevision {
        PathRevision(
            id: commit.id, parents: commit.parents, time: commit.committer.time,
            blobs: try blobs(at: &lookup, of: commit))
    }

    private func blobs(at lookup: inout PathLookup, of commit: Commit) throws(GitError) -> [String: BlobID] {
        let root = try lookupTree(of: commit.id)
        guard !lookup.folder.isEmpty else { return try blobs(below: "", of: lookup.paths, in: root) }
        var found: OpaquePointer?
        let code = git_tree_entry_bypath(&found, root.pointer, lookup.folder)
        if code == GIT_ENOTFOUND.rawValue { return [:] }
        try Library.check(code, "look for \(lookup.folder)")
        guard let found else { return [:] }
        let entry = Handle<TreeEntryObject>(found)
        guard git_tree_entry_type(entry.pointer) == GIT_OBJECT_TREE, let id = git_tree_entry_id(entry.pointer) else {
            return [:]
        }
        let tree = TreeID(id.pointee)
        if let known = lookup.known[tree] { return known }
        let blobs = try blobs(below: lookup.folder + "/", of: lookup.paths, in: try self.lookup(folder: id.pointee))
        lookup.known[tree] = blobs
        return blobs
    }

    private func blobs(
        below prefix: String, of paths: [String], in tree: borrowing Handle<TreeObject>
    ) throws(GitError) -> [String: BlobID] {
        var blobs: [String: BlobID] = [:]
        for path in paths {
            guard let entry = try entry(String(path.dropFirst(prefix.count)), in: tree),
                entry.kind == .file || entry.kind == .executable
            else { continue }
            blobs[path] = entry.id
        }
        return blobs
    }
}

/// Paths that are looked up in many commits.
///
/// Most commits leave the folder that all of them lie in alone, so what an equal folder holds is not read twice.
private struct PathLookup {
    let paths: [String]
    /// The deepest folder that all of the paths lie in; empty where that is the root.
    let folder: String
    var known: [TreeID: [String: BlobID]] = [:]

    init(_ paths: [String]) {
        self.paths = paths
        let folders = paths.map { $0.split(separator: "/").dropLast().map(String.init) }
        let first = folders.first ?? []
        let shared = first.indices.first { index in
            folders.contains { !$0.indices.contains(index) || $0[index] != first[index] }
        }
        folder = first[..<(shared ?? first.endIndex)].joined(separator: "/")
    }
}
