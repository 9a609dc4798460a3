package import Git

/// By which name or address in a commit the agent is known.
///
/// Whoever has the right to push can write any name: signatures say who has made a commit, names only who says so.
package struct BotIdentity: Hashable, Sendable {
    package let words: Set<String>

    /// The agent's own identity.
    package init(_ identity: Publisher.Identity = .init()) {
        words = [identity.name, identity.email.lowercased()]
    }

    /// - Parameter word: a name or an address.
    package init(_ word: String) {
        words = [word.contains("@") ? word.lowercased() : word]
    }

    /// Whether the commit says that the agent wrote or made it.
    package func made(_ commit: Commit) -> Bool {
        [commit.author, commit.committer].contains { signature in
            words.contains(signature.name) || words.contains(signature.email.lowercased())
        }
    }
}
