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
        /// A lower serial, which the branch has had before.
        case reverted
        /// What a revert had taken, back again.
        case restored
        /// Neither: a person wrote the state.
        case foreign
        case removed
    }

    package init(
        commit: CommitID, time: Timestamp, author: String, subject: String, state: RolloutState?, kind: Kind = .step
    ) {
        self.commit = commit
        self.time = time
        self.author = author
        self.subject = subject
        self.state = state
        self.kind = kind
    }

    /// Tells the agent's steps from what people did to the state, by the serials that the branch had before.
    ///
    /// - Parameter events: oldest first; those without a state stay what they are.
    package static func classifying(_ events: [HistoryEvent]) -> [HistoryEvent] {
        var seen: Set<Int> = []
        var present = 0
        return events.map { event in
            guard let serial = event.state?.at.serial else { return event }
            var event = event
            if serial > seen.max() ?? 0 {
                event.kind = .step
            } else if seen.contains(serial), serial != present {
                event.kind = serial < present ? .reverted : .restored
            } else {
                event.kind = .foreign
            }
            seen.insert(serial)
            present = serial
            return event
        }
    }
}
