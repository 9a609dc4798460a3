import Rollouts
import Synchronization

/// A forge that remembers comments and does nothing else.
final class RecordingForge: Forge {
    private let written = Mutex<[String]>([])

    var comments: [String] { written.withLock { $0 } }
    var traits: ForgeTraits { ForgeTraits(name: "paper", place: "desk") }
    var forRollbacks: any Forge { self }

    func comment(on number: PullRequest.Number, _ text: String, marker: String) async throws(ForgeFailure) {
        written.withLock { $0.append("\(number) \(marker) \(text)") }
    }

    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] { throw Self.nothing }
    func open(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest { throw Self.nothing }
    func update(
        _ number: PullRequest.Number, _ change: PullRequestChange
    ) async throws(ForgeFailure) -> PullRequest { throw Self.nothing }
    func readiness(of number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestReadiness {
        throw Self.nothing
    }
    func closer(of number: PullRequest.Number) async throws(ForgeFailure) -> ForgeUser? { throw Self.nothing }
    func merge(_ merge: PullRequestMerge) async throws(ForgeFailure) -> MergeOutcome { throw Self.nothing }
    func set(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) { throw Self.nothing }

    private static let nothing = ForgeFailure(.refused, "it only takes comments")
}
