/// One reference of a push: from what it must be to what it shall be.
package struct ReferenceUpdate: Hashable, Sendable {
    package let name: ReferenceName
    /// Nil: the reference must not exist.
    package let expected: CommitID?
    /// Nil: the reference is deleted.
    ///
    /// Otherwise a descendant of `expected`, so that nothing is ever overwritten, unless `replaces`.
    package let new: CommitID?
    /// Whether `new` may take the place of `expected` without having it in its history: only for a branch that holds one
    /// commit of the agent's own and nobody else's, and only from exactly that commit.
    package let replaces: Bool

    package init(_ name: ReferenceName, from expected: CommitID?, to new: CommitID?, replaces: Bool = false) {
        self.name = name
        self.expected = expected
        self.new = new
        self.replaces = replaces
    }
}

/// What became of one reference of a push.
package enum ReferenceOutcome: Hashable, Sendable {
    case accepted
    /// Somebody else was faster: fetch and decide again. `to` is nil where it is gone or not known.
    case moved(to: CommitID?)
    /// The server will not have it; its own words.
    case refused(String)
    /// It was held back because another reference of the same push did not go.
    case skipped
}

package struct PushResult: Hashable, Sendable {
    package internal(set) var outcomes: [ReferenceName: ReferenceOutcome]
    /// Whether the references were taken all or none.
    package let wasAtomic: Bool

    package subscript(name: ReferenceName) -> ReferenceOutcome? { outcomes[name] }

    package var isAccepted: Bool { outcomes.values.allSatisfy { $0 == .accepted } }
    package var isMoved: Bool { outcomes.values.contains { if case .moved = $0 { true } else { false } } }
}
