/// Looks at what a forge lets the agent do; nothing there is changed.
package protocol ForgeExaminer: Sendable {
    /// What the service can do and what it is called.
    var traits: ForgeTraits { get }

    /// - Parameter base: the branch that the agent pushes to, and that its pull requests are merged to.
    /// - Throws: where the forge does not answer or does not know the credential. A repository that it does not show is
    ///   part of the answer.
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination
}

/// Who the agent is to a forge, and what the rules of a branch let it do.
package struct ForgeExamination: Hashable, Sendable {
    /// Whether something is so.
    package enum Answer: Hashable, Sendable {
        case yes
        /// With the reason, for people.
        case no(String)
        /// Not shown to this credential, with what would show it.
        case hidden(String)
    }

    /// Something that the forge may keep from a credential.
    package enum Shown<Value: Hashable & Sendable>: Hashable, Sendable {
        case known(Value)
        /// Not shown to this credential, with what would show it.
        case hidden(String)

        package var value: Value? { if case .known(let value) = self { value } else { nil } }
    }

    /// What the agent does on a forge, whatever the branch.
    package enum Right: String, Hashable, Sendable, CaseIterable {
        /// Pushes to branches without rules, such as `headgate/…`.
        case push
        /// Opens, changes, merges and closes pull requests.
        case pullRequests = "pull requests"
        /// Sets the statuses of commits.
        case statuses = "commit statuses"
        case labels
    }

    /// What a merge to the branch waits for.
    package enum Requirement: Hashable, Sendable {
        /// As many people have to approve.
        case approvals(Int)
        /// The owners of the files have to approve.
        case owners
        /// These have to be successful.
        case statuses([String])
        /// In the words of a clause, for example `conversations are resolved`.
        case other(String)
    }

    package typealias Requirements = Shown<Set<Requirement>>

    /// The account whose credential this is.
    package var account: Shown<ForgeUser>
    /// Why the repository is not shown; nil where it is found.
    package var missing: ForgeFailure?
    package var rights: [Right: Answer]
    /// Whether the branch has rules.
    package var isProtected: Shown<Bool>
    /// Whether a commit of the agent may be pushed to the branch without a pull request.
    package var push: Answer
    package var requirements: Requirements
    /// Whether the forge merges by itself, when the agent asks for it, once the requirements are met.
    package var autoMerge: Answer

    package init(
        account: Shown<ForgeUser>, missing: ForgeFailure? = nil, rights: [Right: Answer], isProtected: Shown<Bool>,
        push: Answer, requirements: Requirements, autoMerge: Answer
    ) {
        self.account = account
        self.missing = missing
        self.rights = rights
        self.isProtected = isProtected
        self.push = push
        self.requirements = requirements
        self.autoMerge = autoMerge
    }
}
