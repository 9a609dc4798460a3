package import Git

/// By which name and address in a commit the agent is known.
///
/// Whoever has the right to push can write any name: signatures say who has made a commit, names only who says so.
package struct BotIdentity: Hashable, Sendable {
    private enum Mark: Hashable {
        /// A name alone is anybody's: both have to be the agent's.
        case identity(name: String, address: String)
        /// What somebody says the agent is known by.
        case word(String)
    }

    private let mark: Mark

    /// The agent's own identity.
    package init(_ identity: Publisher.Identity = .init()) {
        mark = .identity(name: identity.name, address: identity.email.lowercased())
    }

    /// - Parameter word: a name or an address.
    package init(_ word: String) {
        mark = .word(word.contains("@") ? word.lowercased() : word)
    }

    /// Whether the commit says that the agent wrote or made it.
    package func made(_ commit: Commit) -> Bool {
        [commit.author, commit.committer].contains { signature in
            switch mark {
            case .identity(let name, let address): signature.name == name && signature.email.lowercased() == address
            case .word(let word): signature.name == word || signature.email.lowercased() == word
            }
        }
    }
}
