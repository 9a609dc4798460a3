internal import CLibGit2

/// The full name of a reference, such as `refs/heads/main`; always one that git accepts.
package struct ReferenceName: Hashable, Sendable, Comparable {
    package let text: String

    /// Nil when git does not take the name, or it does not begin with `refs/`.
    package init?(_ text: String) {
        var valid: Int32 = 0
        guard text.hasPrefix("refs/"), !text.utf8.contains(0),
            git_reference_name_is_valid(&valid, text) == 0, valid == 1
        else { return nil }
        self.text = text
    }

    private init(trusted text: String) {
        self.text = text
    }

    /// `refs/heads/<name>`.
    package static func branch(_ name: String) -> Self? { Self("refs/heads/" + name) }

    /// `refs/notes/<name>`.
    package static func notes(_ name: String) -> Self? { Self("refs/notes/" + name) }

    /// Where the mirror keeps what the remote had under this name.
    var tracking: String { "refs/remote/" + text.dropFirst("refs/".count) }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension ReferenceName: CustomStringConvertible {
    package var description: String { text }
}
