package import Analysis
package import Rollouts

/// One commit that changed a rollout's state.
package struct HistoryEvent: Equatable, Sendable {
    package var commit: CommitID
    package var time: Timestamp
    package var author: String
    package var subject: String
    /// Nil where the state was removed or cannot be read.
    package var state: RolloutState?
    package var kind: Kind

    /// What the change of the state says; trailers say nothing that counts.
    package enum Kind: String, Sendable {
        /// The next serial: the agent's own step.
        case step
        /// A serial that the branch has had before.
        case reverted
        /// Neither: a person wrote the state.
        case foreign
        case removed
    }

    package init(
        commit: CommitID, time: Timestamp, author: String, subject: String, state: RolloutState?, kind: Kind
    ) {
        self.commit = commit
        self.time = time
        self.author = author
        self.subject = subject
        self.state = state
        self.kind = kind
    }

    /// What the change from what stood before to `state` says.
    ///
    /// - Parameter highest: the highest serial that the branch has had before; nil before the first.
    package static func kind(of state: RolloutState?, isReadable: Bool, above highest: Int?, seen: Set<Int>) -> Kind {
        guard let state else { return isReadable ? .removed : .foreign }
        guard let highest else { return .step }
        if state.at.serial > highest { return .step }
        return seen.contains(state.at.serial) ? .reverted : .foreign
    }
}
