import Foundation
import Support

extension World {
    struct Conflict: Error {}

    /// Really merges, in the bare repository, and returns the commit that the base has then.
    @discardableResult
    mutating func merge(_ number: Int, by method: Method, _ message: String) throws -> String {
        let proposal = self[number]
        guard let base = tip(proposal.base), let head = tip(proposal.branch) else { throw Conflict() }
        let forge = git.by("Forge")
        let commit: String
        switch method {
        case .merge:
            commit = try forge("commit-tree", try tree(base, head), "-p", base, "-p", head, "-m", message)
        case .squash:
            commit = try forge("commit-tree", try tree(base, head), "-p", base, "-m", message)
        case .fastForward:
            guard isAncestor(base, of: head) else { throw Conflict() }
            commit = head
        case .rebase:
            commit = try rebased(head, onto: base)
        }
        try git("update-ref", "refs/heads/\(proposal.base)", commit, base)
        self[number].state = .merged
        self[number].mergeCommit = commit
        self[number].revision += 1
        return commit
    }

    private func tree(_ base: String, _ head: String) throws -> String {
        let outcome = try git.attempt(["merge-tree", "--write-tree", base, head])
        guard outcome.status == 0 else { throw Conflict() }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func rebased(_ head: String, onto base: String) throws -> String {
        let clone = GitCommand(in: try folder.folder("rebase-\(UUID().uuidString)")).by("Forge")
        try clone("clone", "--quiet", git.folder, ".")
        try clone("checkout", "--quiet", "--detach", head)
        guard try clone.attempt(["rebase", "--quiet", base]).status == 0 else { throw Conflict() }
        let commit = try clone("rev-parse", "HEAD")
        try clone("push", "--quiet", "origin", "HEAD:refs/rebased/\(commit)")
        return commit
    }
}
