import Foundation
import Rollouts

/// What the forge sees in the repository and does there.
extension LocalForge {
    func tip(_ branch: String) -> String? {
        let outcome = try? repository.git.attempt(["rev-parse", "--verify", "--quiet", "refs/heads/\(branch)"])
        guard let outcome, outcome.status == 0 else { return nil }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func isAncestor(_ one: String, of other: String) -> Bool {
        (try? repository.git.attempt(["merge-base", "--is-ancestor", one, other]).status) == 0
    }

    /// Notices pushes, deleted branches and merges by hand, and makes the merges that wait.
    func look(_ contents: inout Contents) {
        for index in contents.entries.indices where contents.entries[index].pullRequest.state == .open {
            let entry = contents.entries[index]
            guard let head = tip(entry.pullRequest.branch) else {
                contents.entries[index].finish(.closed)
                contents.entries[index].closedBy = entry.deleter
                continue
            }
            if head != entry.pullRequest.head?.hex { contents.entries[index].setHead(CommitID(hex: head)) }
            if let base = tip(entry.pullRequest.base), isAncestor(head, of: base) {
                contents.entries[index].finish(.merged, CommitID(hex: head))
                continue
            }
            guard let waiting = entry.waiting, waiting.head.hex == head,
                condition(of: contents.entries[index], contents.rules) == .mergeable,
                let commit = join(entry.pullRequest, by: waiting.method, as: waiting, at: contents.time)
            else { continue }
            contents.entries[index].finish(.merged, commit)
        }
    }

    func reviews(of entry: Entry) -> PullRequestReviews {
        let approvals = entry.approvals.filter { $0.value == entry.pullRequest.head }.keys
        return PullRequestReviews(
            approvals: Set(approvals.map(ForgeUser.init)), changesRequested: Set(entry.critics.map(ForgeUser.init)))
    }

    func condition(of entry: Entry, _ rules: Rules) -> PullRequestReadiness.Condition {
        switch entry.pullRequest.state {
        case .merged: return .merged
        case .closed: return .closed
        case .open: break
        }
        if entry.pullRequest.isDraft { return .draft }
        guard let base = tip(entry.pullRequest.base), let head = tip(entry.pullRequest.branch),
            tree(base, head) != nil
        else { return .conflict }
        var reasons: [String] = []
        let given = reviews(of: entry).approvals.count
        if given < rules.approvalsRequired { reasons.append("\(given) of \(rules.approvalsRequired) reviews") }
        if reasons.isEmpty, rules.isStrict, !isAncestor(base, of: head) { return .behind }
        return reasons.isEmpty ? .mergeable : .blocked(reasons)
    }

    private func tree(_ base: String, _ head: String) -> String? {
        guard let outcome = try? repository.git.attempt(["merge-tree", "--write-tree", base, head]),
            outcome.status == 0
        else { return nil }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Really merges, in the bare repository, and returns the commit that the base has then; nil for a conflict.
    ///
    /// - Parameter merge: the message; the forge's own without.
    func join(
        _ pullRequest: PullRequest, by method: PullRequestMerge.Method, as merge: PullRequestMerge?, at time: Int64
    ) -> CommitID? {
        guard let base = tip(pullRequest.base), let head = tip(pullRequest.branch) else { return nil }
        let forge = repository.git.by("Forge", at: time)
        let message = merge.map { "\($0.subject)\n\n\($0.message)" } ?? "\(pullRequest.title) (#\(pullRequest.number))"
        let commit: String?
        switch method {
        case .merge:
            commit = tree(base, head).flatMap {
                try? forge("commit-tree", $0, "-p", base, "-p", head, "-m", message)
            }
        case .squash: commit = tree(base, head).flatMap { try? forge("commit-tree", $0, "-p", base, "-m", message) }
        case .fastForward: commit = isAncestor(base, of: head) ? head : nil
        case .rebase: commit = rebased(head, onto: base, by: forge)
        }
        guard let commit,
            (try? repository.git("update-ref", "refs/heads/\(pullRequest.base)", commit, base)) != nil
        else { return nil }
        return CommitID(hex: commit)
    }

    private func rebased(_ head: String, onto base: String, by forge: GitCommand) -> String? {
        guard let folder = try? repository.folder.folder("rebase-\(UUID().uuidString)") else { return nil }
        var clone = GitCommand(in: folder).by("Forge", at: forge.time)
        clone.settings = forge.settings
        guard (try? clone("clone", "--quiet", "--shared", repository.path, ".")) != nil,
            (try? clone("checkout", "--quiet", "--detach", head)) != nil,
            (try? clone.attempt(["rebase", "--quiet", base]).status) == 0,
            let commit = try? clone("rev-parse", "HEAD"),
            (try? clone("push", "--quiet", "origin", "HEAD:refs/rebased/\(commit)")) != nil
        else { return nil }
        return commit
    }
}

extension LocalForge.Entry {
    mutating func finish(_ state: PullRequest.State, _ commit: CommitID? = nil) {
        change(state: state, head: pullRequest.head)
        pullRequest.mergeCommit = commit
        waiting = nil
    }

    mutating func setHead(_ head: CommitID) { change(state: pullRequest.state, head: head) }

    mutating func change(state: PullRequest.State, head: CommitID?) {
        let old = pullRequest
        pullRequest = PullRequest(
            number: old.number, url: old.url, branch: old.branch, base: old.base, head: head, title: old.title,
            body: old.body, state: state, author: old.author)
        pullRequest.labels = old.labels
        (pullRequest.isDraft, pullRequest.mergeCommit) = (old.isDraft, old.mergeCommit)
    }
}
