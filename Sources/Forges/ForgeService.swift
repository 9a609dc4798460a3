internal import Analysis
internal import HTTP
internal import Rollouts

/// What is different from forge to forge: addresses, fields and words.
///
/// The rules that are the same everywhere are `ForgeClient`'s.
protocol ForgeService: Sendable {
    var traits: ForgeTraits { get }
    var connection: ForgeConnection { get set }
    /// What a description may have, in UTF-16 units.
    var bodyLimit: Int { get }

    /// The newest first; what belongs to forks may be among them.
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest]

    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer

    /// Nil where the forge says that there is one already.
    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest?

    /// Sends a change of which nothing is so yet.
    func change(_ pullRequest: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure)

    /// The oldest first.
    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment]

    /// Writes a comment, in the place of an older one where that is given.
    func write(
        _ text: String, on number: PullRequest.Number, inPlaceOf comment: ForgeComment?
    ) async throws(ForgeFailure)

    /// Of one that is open and no draft.
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition

    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews

    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser?

    /// Of one that was open with the expected head a moment ago.
    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome

    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool

    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure)

    /// What the credential is let do, and what the rules of a branch are.
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination
}

/// A pull request with everything else that the forge said about it.
struct PullRequestAnswer: Sendable {
    let pullRequest: PullRequest
    let json: JSON
}

/// A comment on a pull request.
struct ForgeComment: Sendable {
    /// As paths have it.
    let id: String
    let text: String
    /// What the forge compares before it takes a change, where it does.
    var version: Int?
}

extension String {
    /// The text where it is short enough, else its beginning; forges count in UTF-16.
    func cut(to limit: Int) -> String {
        guard utf16.count > limit else { return self }
        let end = "\n\n… (cut: the forge takes no more)"
        var length = end.utf16.count
        let beginning = prefix { character in
            length += character.utf16.count
            return length <= limit
        }
        return beginning + end
    }
}

extension PullRequestMerge {
    /// Subject and message as one text.
    var text: String { message.isEmpty ? subject : "\(subject)\n\n\(message)" }
}

extension ForgeUser {
    /// A user by the member of an object that has their name.
    init?(_ json: JSON?) {
        guard let name = json?.string, !name.isEmpty else { return nil }
        self.init(name)
    }
}

extension CommitID {
    /// A whole object id; forges state empty texts and short ones elsewhere.
    init?(_ json: JSON?) {
        guard let hex = json?.string, hex.count == 40 || hex.count == 64, hex.allSatisfy(\.isHexDigit) else {
            return nil
        }
        self.init(hex: hex.lowercased())
    }
}

extension ForgeFailure {
    /// An answer without what every answer of its kind has.
    static func lacking(_ what: String, in forge: String) -> Self {
        Self(.garbage, "\(forge)'s answer has no \(what)", hint: "check the forge's URL and its version")
    }
}
