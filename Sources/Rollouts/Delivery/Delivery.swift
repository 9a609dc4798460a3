/// How the stages of one rollout reach the branch, with every default filled in.
package struct Delivery: Equatable, Sendable {
    /// Every stage that takes the release further goes by pull request, whether or not it is named.
    package var everyAdvance = false
    /// The stages that go by pull request, by name.
    package var stages: Set<StageKey> = []
    /// How many approvals let the agent merge; nil where people merge.
    package var approvals: Int?
    package var method = PullRequestMerge.Method.merge

    package init() {}

    /// Whether the stage with this key waits for people to merge it.
    package func proposes(_ key: StageKey, _ kind: Stage.Kind) -> Bool {
        if stages.contains(key) { return !kind.isBackward }
        switch kind {
        case .start, .weight, .promote: return everyAdvance
        // They only clear up, and nobody has anything to decide.
        case .drain, .finish, .stable, .traffic, .rest: return false
        }
    }

    /// Whether any stage may go by pull request.
    package var usesPullRequests: Bool { everyAdvance || !stages.isEmpty }
}
