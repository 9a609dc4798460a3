/// The ways in which a forge brings a branch into its base, by the words of Gitea's API.
enum MergeMethod: String, Sendable, CaseIterable {
    case merge
    case rebase
    case rebaseMerge = "rebase-merge"
    case squash
    case fastForwardOnly = "fast-forward-only"
}

/// What a merge came to.
enum MergeResult: Equatable, Sendable {
    case merged(String)
    case conflict
    /// Fast-forward only, and the base has commits that the branch lacks.
    case diverged
    /// The base moved while the merge was made.
    case outdated
}

extension BareRepository {
    /// Whether the two can be merged without anybody's help.
    func canMerge(_ base: String, _ head: String) async throws -> Bool {
        try await tree(merging: head, into: base) != nil
    }

    /// Makes the merge and moves the base to it.
    func merge(
        _ head: String, into branch: String, at base: String, by method: MergeMethod, _ message: String,
        as person: ForgeAccount
    ) async throws -> MergeResult {
        let commit: String
        switch method {
        case .merge:
            guard let tree = try await tree(merging: head, into: base) else { return .conflict }
            commit = try await commitTree(tree, [base, head], message, as: person)
        case .squash:
            guard let tree = try await tree(merging: head, into: base) else { return .conflict }
            commit = try await commitTree(tree, [base], message, as: person)
        case .fastForwardOnly:
            guard try await isAncestor(base, of: head) else { return .diverged }
            commit = head
        case .rebase:
            guard let top = try await rebase(head, onto: base, as: person) else { return .conflict }
            commit = top
        case .rebaseMerge:
            guard let top = try await rebase(head, onto: base, as: person) else { return .conflict }
            commit = try await commitTree(
                try await self("rev-parse", "\(top)^{tree}"), [base, top], message, as: person)
        }
        return try await move(branch, from: base, to: commit) ? .merged(commit) : .outdated
    }

    /// The merged tree; nil where both sides changed the same lines, or have no history in common.
    private func tree(merging head: String, into base: String) async throws -> String? {
        let outcome = try await attempt(["merge-tree", "--write-tree", base, head])
        guard outcome.isGood, let line = outcome.output.split(separator: "\n").first else { return nil }
        return String(line)
    }

    private func commitTree(
        _ tree: String, _ parents: [String], _ message: String, as person: ForgeAccount
    ) async throws -> String {
        let arguments = ["commit-tree", tree] + parents.flatMap { ["-p", $0] } + ["-F", "-"]
        let outcome = try await attempt(arguments, as: person, input: message + "\n")
        guard outcome.isGood else { throw Failure(description: "git commit-tree: \(outcome.errors)") }
        return outcome.output.trimmed
    }

    /// Applies the branch's own commits one after the other on top of the base; nil where one does not fit there.
    ///
    /// A branch that begins at the base stays as it is, as `git rebase` leaves it.
    private func rebase(_ head: String, onto base: String, as person: ForgeAccount) async throws -> String? {
        let commits = try await self("rev-list", "--reverse", "--no-merges", "--topo-order", "\(base)..\(head)")
        let isLinear = try await self("rev-list", "--merges", "\(base)..\(head)").isEmpty
        if isLinear, try await isAncestor(base, of: head) { return head }
        var top = base
        for commit in commits.split(separator: "\n").map(String.init) {
            guard let next = try await pick(commit, onto: top, as: person) else { return nil }
            top = next
        }
        return top
    }

    /// Copies one commit.
    ///
    /// `git merge-tree` of Debian 12 takes no merge base by hand, so the three sides are given as commits whose only
    /// ancestor in common is the copied commit's parent.
    private func pick(_ commit: String, onto top: String, as person: ForgeAccount) async throws -> String? {
        let parent = try await commitTree("\(commit)^^{tree}", [], "parent", as: person)
        let ours = try await commitTree("\(top)^{tree}", [parent], "ours", as: person)
        let theirs = try await commitTree("\(commit)^{tree}", [parent], "theirs", as: person)
        guard let tree = try await tree(merging: theirs, into: ours) else { return nil }
        // The author stays; who rebases is the committer.
        let format = try await self("log", "--max-count=1", "--format=%an%x1f%ae%x1f%ad%x1f%B", "--date=raw", commit)
        let parts = format.split(separator: "\u{1F}", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { throw Failure(description: "git log does not show \(commit)") }
        let author = "author \(parts[0]) <\(parts[1])> \(parts[2])"
        let committer = try await self("var", "GIT_COMMITTER_IDENT", as: person)
        let object = "tree \(tree)\nparent \(top)\n\(author)\ncommitter \(committer)\n\n\(parts[3].trimmed)\n"
        return try await self("hash-object", "-t", "commit", "-w", "--stdin", input: object)
    }
}
