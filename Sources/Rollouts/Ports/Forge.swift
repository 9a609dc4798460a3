/// A forge: the service that hosts the repository and on which people review what is proposed to them.
///
/// Every method asks the service; nothing is remembered between calls but connections, tokens and the budget. Whoever
/// asks twice is told twice, so that a run that was killed is taken up by the next one.
package protocol Forge: Sendable {
    /// What the service can do and what it is called.
    var traits: ForgeTraits { get }

    /// The same forge, whose requests may spend what is kept back for rollbacks.
    var forRollbacks: any Forge { get }

    /// The pull requests of this repository from `branch` to `base`, the newest first; those of forks are left out.
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest]

    /// Opens one; where one is open already from the same branch to the same base, that is the answer.
    func open(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest

    /// Changes what differs; nothing is sent where nothing does.
    func update(
        _ number: PullRequest.Number, _ change: PullRequestChange
    ) async throws(ForgeFailure) -> PullRequest

    /// Writes the one comment that begins with `marker`, or changes it where its text differs.
    func comment(on number: PullRequest.Number, _ text: String, marker: String) async throws(ForgeFailure)

    /// What keeps a pull request from being merged, with the reviews of its present head.
    func readiness(of number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestReadiness

    /// Who closed a pull request without merging it; nil where it is not closed, or nobody says who did.
    func closer(of number: PullRequest.Number) async throws(ForgeFailure) -> ForgeUser?

    /// Merges while the head is still the given one, with the agent's own message; protection is never bypassed.
    func merge(_ merge: PullRequestMerge) async throws(ForgeFailure) -> MergeOutcome

    /// Shows `status` beside a commit, where it is not shown already.
    func set(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure)
}

/// What a forge is called and what can be expected of it.
package struct ForgeTraits: Hashable, Sendable {
    /// For people, for example `GitHub`.
    package let name: String
    /// Where it is asked, for people: a host with the repository.
    package let place: String
    /// The address of a commit's page without the id; nil where nobody knows it.
    package var commitPage: String?
    package var hasLabels = true
    /// Merges only while the head is the one that the request names; elsewhere the head is read just before.
    package var hasHeadGuard = true
    /// Can be asked to merge by itself once reviews and statuses are there.
    package var hasAutoMerge = true
    package var methods: Set<PullRequestMerge.Method> = Set(PullRequestMerge.Method.allCases)

    package init(name: String, place: String) {
        self.name = name
        self.place = place
    }
}

/// An account of a forge by the name that it is mentioned with.
package struct ForgeUser: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package var description: String { name }
}

/// Why a forge did not do what it was asked.
package struct ForgeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// Away, busy or too slow; the same may succeed later.
        case unavailable
        /// Nothing is answered before this time passes; nil where the service does not say.
        case rateLimited(wait: Duration?)
        /// The address, the credential or its rights; somebody has to change them.
        case configuration
        /// The repository, the pull request or the branch is not there, or not shown to this credential.
        case notFound
        /// The service understands the request and refuses it as it is.
        case refused
        /// The answer is not what this forge says, for example a login page.
        case garbage
        /// This run has asked as much as it may.
        case budget
        case cancelled
    }

    package let code: Code
    package let message: String
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
