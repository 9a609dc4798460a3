import Rollouts
import Support
import Synchronization

/// A forge in memory over a real bare repository: pull requests are kept here, branches and merges are git's.
final class MemoryForge: Forge {
    private struct Contents {
        var requests: [PullRequest] = []
        var closers: [Int: String] = [:]
        var failure: ForgeFailure?
        var calls: [String] = []
        /// What happens when a call has come and before it is answered.
        var interruption: (@Sendable (String) throws -> Void)?
    }

    private let contents = Mutex(Contents())
    private let repository: RemoteRepository
    var traits: ForgeTraits {
        var traits = ForgeTraits(name: "Memory", place: "forge.example/acme/config")
        traits.commitPage = "https://forge.example/acme/config/commit/"
        return traits
    }
    var forRollbacks: any Forge { self }

    init(over repository: RemoteRepository) {
        self.repository = repository
    }

    // MARK: What tests look at and turn

    var requests: [PullRequest] { contents.withLock { $0.requests.map(self.fresh) } }
    var open: [PullRequest] { requests.filter { $0.state == .open } }
    var calls: [String] { contents.withLock { $0.calls } }
    func setFailure(_ failure: ForgeFailure?) { contents.withLock { $0.failure = failure } }
    func setInterruption(_ body: (@Sendable (String) throws -> Void)?) { contents.withLock { $0.interruption = body } }

    /// A person presses a button.
    func close(_ number: Int, by user: String = "alice") {
        contents.withLock { contents in
            contents.requests[number - 1] = contents.requests[number - 1].changed(state: .closed)
            contents.closers[number] = user
        }
    }

    func reopen(_ number: Int) {
        contents.withLock { $0.requests[number - 1] = $0.requests[number - 1].changed(state: .open) }
    }

    func label(_ number: Int, _ label: String) {
        contents.withLock { _ = $0.requests[number - 1].labels.insert(label) }
    }

    /// Merges as the forge does when a person presses the button, and deletes the branch as many forges are told to.
    func merge(_ number: Int, by method: PullRequestMerge.Method = .merge, deletingBranch: Bool = true, at time: Int64)
        throws
    {
        let request = contents.withLock { $0.requests[number - 1] }
        let git = repository.git.by("Carol", at: time)
        let base = try git("rev-parse", "refs/heads/\(request.base)")
        let head = try git("rev-parse", "refs/heads/\(request.branch)")
        let tree = try git("merge-tree", "--write-tree", base, head)
        let commit =
            switch method {
            case .squash: try git("commit-tree", tree, "-p", base, "-m", request.title)
            case .fastForward: head
            case .merge, .rebase: try git("commit-tree", tree, "-p", base, "-p", head, "-m", "Merge #\(number)")
            }
        try git("update-ref", "refs/heads/\(request.base)", commit, base)
        if deletingBranch { try git("update-ref", "-d", "refs/heads/\(request.branch)") }
        contents.withLock { $0.requests[number - 1] = $0.requests[number - 1].changed(state: .merged) }
    }

    private func fresh(_ request: PullRequest) -> PullRequest {
        let head = try? repository.git("rev-parse", "--verify", "--quiet", "refs/heads/\(request.branch)")
        return request.changed(head: head.map { CommitID(hex: $0) })
    }

    // MARK: The port

    private func called(_ name: String) throws(ForgeFailure) {
        let (failure, interruption) = contents.withLock { contents in
            contents.calls.append(name)
            return (contents.failure, contents.interruption)
        }
        if let failure { throw failure }
        do {
            try interruption?(name)
        } catch {
            throw ForgeFailure(.unavailable, "\(error)")
        }
    }

    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        try called("list \(state.rawValue)")
        return requests.filter { $0.branch == branch && $0.base == base && $0.state == state }.reversed()
    }

    func open(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest {
        try called("open")
        guard (try? repository.git("rev-parse", "--verify", "--quiet", "refs/heads/\(proposal.branch)")) != nil else {
            throw ForgeFailure(.refused, "there is no branch \(proposal.branch)")
        }
        return contents.withLock { contents in
            let known = contents.requests.first {
                $0.branch == proposal.branch && $0.base == proposal.base && $0.state == .open
            }
            if let known { return known }
            let number = contents.requests.count + 1
            let request = PullRequest(
                number: .init(number), url: "https://forge.example/acme/config/pull/\(number)", branch: proposal.branch,
                base: proposal.base, head: nil, title: proposal.title, body: proposal.body, state: .open,
                author: ForgeUser("headgate"))
            contents.requests.append(request)
            return request
        }
    }

    func update(
        _ number: PullRequest.Number, _ change: PullRequestChange
    ) async throws(ForgeFailure) -> PullRequest {
        let left = change.remaining(for: contents.withLock { $0.requests[number.value - 1] })
        if !left.isEmpty { try called(left.closes ? "close" : "update") }
        return contents.withLock { contents in
            let request = contents.requests[number.value - 1]
            contents.requests[number.value - 1] = request.changed(
                title: left.title, body: left.body, state: left.closes ? .closed : request.state)
            return contents.requests[number.value - 1]
        }
    }

    func comment(on number: PullRequest.Number, _ text: String, marker: String) async throws(ForgeFailure) {
        try called("comment")
    }

    func readiness(of number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestReadiness {
        try called("readiness")
        return PullRequestReadiness(head: nil, condition: .mergeable, reviews: .init())
    }

    func closer(of number: PullRequest.Number) async throws(ForgeFailure) -> ForgeUser? {
        try called("closer")
        return contents.withLock { $0.closers[number.value].map { ForgeUser($0) } }
    }

    func merge(_ merge: PullRequestMerge) async throws(ForgeFailure) -> MergeOutcome {
        try called("merge")
        return .refused("only people merge here")
    }

    func set(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) { try called("status") }
}

extension PullRequest {
    fileprivate func changed(
        title: String? = nil, body: String? = nil, state: State? = nil, head: CommitID?? = nil
    ) -> PullRequest {
        var copy = PullRequest(
            number: number, url: url, branch: branch, base: base, head: head ?? self.head, title: title ?? self.title,
            body: body ?? self.body, state: state ?? self.state, author: author)
        copy.labels = labels
        return copy
    }
}
