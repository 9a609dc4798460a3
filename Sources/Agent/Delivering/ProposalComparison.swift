internal import Git
internal import Manifests
internal import Rollouts

/// Whether a branch holds what would be proposed now.
struct ProposalComparison: Sendable {
    let publisher: Publisher
    let snapshot: Snapshot

    /// Whether the commit says what the agent would say, but for the numbers that change at every look.
    private func isSaid(by commit: Commit, _ message: CommitMessage) -> Bool {
        guard commit.subject == message.subject else { return false }
        let stated = commit.trailers.map { [$0.key, $0.value] }
        return message.trailers.allSatisfy {
            $0.name == CommitMessage.Name.evidence || stated.contains([$0.name, $0.value])
        }
    }

    /// Compares every file that the commit changes, and every one that it would change.
    ///
    /// Files that it leaves alone may differ: a base that has moved elsewhere must not void what people have approved.
    func holds(_ made: ProposalBranch.Made, _ proposal: Publisher.Proposal) async -> Bool {
        do {
            // By what is written, since a state that was read has no more than that.
            guard made.state.withoutReasons.text == proposal.transition.state.withoutReasons.text,
                let head = Git.CommitID(hex: made.commit.hex)
            else { return false }
            let commit = try await publisher.repository.commit(head)
            let rendering = try publisher.rendering(of: proposal, on: snapshot)
            guard let parent = commit.parents.first, isSaid(by: commit, rendering.message) else { return false }
            let files = rendering.files
            let path = proposal.id.statePath
            for (file, bytes) in files where file != path {
                guard try await publisher.repository.file(file, at: head) == bytes else { return false }
            }
            for difference in try await publisher.repository.differences(from: parent, to: head) {
                guard files[difference.path] != nil else { return false }
                // A merge takes the base's side of what only the base has changed since.
                let then = try await publisher.repository.entry(difference.path, at: parent)?.id.hex
                guard then == snapshot.tree.entries[difference.path]?.blob else { return false }
            }
            return true
        } catch {
            return false
        }
    }
}

extension RolloutState {
    /// Without sentences whose numbers change at every look.
    fileprivate var withoutReasons: Self {
        var state = self
        state.failure?.reason = ""
        for index in state.rejected.indices { state.rejected[index].reason = "" }
        return state
    }
}
