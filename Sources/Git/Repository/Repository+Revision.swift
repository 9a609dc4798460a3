internal import CLibGit2

extension Repository {
    /// The commit that a person means by `text`: a branch, a tag, an id or its beginning, `HEAD~2`, `origin/main`.
    ///
    /// - Throws: `notFound` where there is none, `invalid` where it is no revision or several.
    package func resolve(_ text: String) throws(GitError) -> CommitID {
        let operation = "find the revision \(RemoteWords.clean(text))"
        // As an argument of git it would be an option, and it is no name of anything.
        guard !text.isEmpty, !text.hasPrefix("-"), !text.utf8.contains(0) else {
            throw GitError(.invalid, operation, "that is no revision")
        }
        let found = try Library.make(RevisionObject.self, operation) { git_revparse_single($0, pointer, text) }
        let commit = try Library.make(RevisionObject.self, operation) {
            git_object_peel($0, found.pointer, GIT_OBJECT_COMMIT)
        }
        guard let id = git_object_id(commit.pointer) else {
            throw GitError(.damaged, operation, "the library returned nothing")
        }
        return CommitID(id.pointee)
    }

    /// Whether the history ends where somebody cut it off: `git clone --depth`.
    package var isShallow: Bool { git_repository_is_shallow(pointer) == 1 }
}

/// An object of whatever kind a revision names.
enum RevisionObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_object_free(pointer) }
}
