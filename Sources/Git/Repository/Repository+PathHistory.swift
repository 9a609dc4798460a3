internal import CLibGit2

/// One commit of a history, with what it has at the paths that were asked for.
package struct PathRevision: Hashable, Sendable {
    package let id: CommitID
    package let parents: [CommitID]
    /// The committer's, in seconds since 1970.
    package let time: Int64
    /// The regular files among the paths.
    package let blobs: [String: BlobID]
}

extension Repository {
    /// The history of `tip` without that of `stops`, children before parents, with the blobs at `paths`; one walk
    /// serves all paths.
    package func history(
        of paths: [String], from tip: CommitID, until stops: [CommitID] = []
    ) throws(GitError) -> [PathRevision] {
        var revisions: [PathRevision] = []
        // Most commits of a repository leave the folder of the paths alone: equal roots are not read twice.
        var known: [TreeID: [String: BlobID]] = [:]
        for commit in try history(from: tip, until: stops) {
            let blobs: [String: BlobID]
            if let seen = known[commit.tree] { blobs = seen } else { blobs = try self.blobs(at: paths, of: commit.id) }
            known[commit.tree] = blobs
            revisions.append(
                PathRevision(id: commit.id, parents: commit.parents, time: commit.committer.time, blobs: blobs))
        }
        return revisions
    }

    /// One commit of such a history, for the parents at which a walk stopped.
    package func revision(_ id: CommitID, of paths: [String]) throws(GitError) -> PathRevision {
        let commit = try commit(id)
        return PathRevision(
            id: id, parents: commit.parents, time: commit.committer.time, blobs: try blobs(at: paths, of: id))
    }

    private func blobs(at paths: [String], of commit: CommitID) throws(GitError) -> [String: BlobID] {
        let root = try lookupTree(of: commit)
        var blobs: [String: BlobID] = [:]
        for path in paths {
            guard let entry = try entry(path, in: root), entry.kind == .file || entry.kind == .executable else {
                continue
            }
            blobs[path] = entry.id
        }
        return blobs
    }
}
