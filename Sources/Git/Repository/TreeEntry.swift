internal import CLibGit2

/// One file of a tree.
package struct TreeEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file
        case executable
        /// Its blob is the path that it points to; nothing here follows it.
        case symlink
        /// A commit of another repository, which is not here.
        case submodule
    }

    /// Relative to the root, with slashes.
    package let path: String
    package let id: BlobID
    package let kind: Kind

    package init(path: String, id: BlobID, kind: Kind) {
        self.path = path
        self.id = id
        self.kind = kind
    }
}

extension TreeEntry.Kind {
    init(_ mode: git_filemode_t) {
        switch mode {
        case GIT_FILEMODE_BLOB_EXECUTABLE: self = .executable
        case GIT_FILEMODE_LINK: self = .symlink
        case GIT_FILEMODE_COMMIT: self = .submodule
        default: self = .file
        }
    }

    var mode: git_filemode_t {
        switch self {
        case .file: GIT_FILEMODE_BLOB
        case .executable: GIT_FILEMODE_BLOB_EXECUTABLE
        case .symlink: GIT_FILEMODE_LINK
        case .submodule: GIT_FILEMODE_COMMIT
        }
    }
}

/// How one path differs between two commits.
package struct TreeDifference: Hashable, Sendable {
    package let path: String
    /// Nil: the path is new.
    package let old: TreeEntry?
    /// Nil: the path is gone.
    package let new: TreeEntry?
}
