internal import CLibGit2

extension Repository {
    package func commit(_ id: CommitID) throws(GitError) -> Commit {
        let commit = try lookupCommit(id)
        return describe(commit, id)
    }

    /// Whether `ancestor` is in the history of `commit` or the commit itself; false where either is unknown.
    package func isAncestor(_ ancestor: CommitID, of commit: CommitID) -> Bool {
        if ancestor == commit { return (try? lookupCommit(commit).pointer) != nil }
        var (older, newer) = (ancestor.raw, commit.raw)
        return git_graph_descendant_of(pointer, &newer, &older) == 1
    }

    package func hasCommit(_ id: CommitID) -> Bool {
        (try? lookupCommit(id).pointer) != nil
    }

    /// The history of `tip`, children before parents, without that of `stops`; at most `limit` commits.
    package func history(
        from tip: CommitID, until stops: [CommitID] = [], limit: Int = .max
    ) throws(GitError) -> [Commit] {
        let operation = "walk the history of \(tip.short)"
        let walk = try Library.make(WalkObject.self, operation) { git_revwalk_new($0, pointer) }
        git_revwalk_sorting(walk.pointer, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue)
        var start = tip.raw
        try Library.check(git_revwalk_push(walk.pointer, &start), operation)
        for stop in stops where hasCommit(stop) {
            var id = stop.raw
            try Library.check(git_revwalk_hide(walk.pointer, &id), operation)
        }
        var commits: [Commit] = []
        var id = git_oid()
        while commits.count < limit {
            let code = git_revwalk_next(&id, walk.pointer)
            if code == GIT_ITEROVER.rawValue { break }
            try Library.check(code, operation)
            commits.append(try commit(CommitID(id)))
        }
        return commits
    }

    func describe(_ commit: borrowing Handle<CommitObject>, _ id: CommitID) -> Commit {
        let pointer = commit.pointer
        let parents = (0..<git_commit_parentcount(pointer)).compactMap { index in
            git_commit_parent_id(pointer, index).map { CommitID($0.pointee) }
        }
        return Commit(
            id: id, tree: TreeID(git_commit_tree_id(pointer).pointee), parents: parents,
            author: Signature(git_commit_author(pointer).pointee),
            committer: Signature(git_commit_committer(pointer).pointee),
            message: git_commit_message(pointer).map { String(cString: $0) } ?? "")
    }
}
