internal import CGitTransport
internal import CLibGit2

/// What libgit2 said on this thread about its latest failure.
struct LibraryFailure {
    let code: Int32
    let area: git_error_t
    let message: String

    /// Must be called in the same synchronous function that saw `code`: the library keeps the text per thread.
    init(code: Int32) {
        self.code = code
        let last = git_error_last()
        area = git_error_t(UInt32(bitPattern: last?.pointee.klass ?? 0))
        message = last?.pointee.message.map { String(cString: $0) } ?? "error \(code)"
    }

    /// Whether it speaks of the local mirror rather than of the question.
    var isLocalDamage: Bool {
        let areas = [
            GIT_ERROR_ODB, GIT_ERROR_OS, GIT_ERROR_FILESYSTEM, GIT_ERROR_REFERENCE, GIT_ERROR_REPOSITORY,
            GIT_ERROR_ZLIB, GIT_ERROR_OBJECT, GIT_ERROR_CONFIG, GIT_ERROR_TREE, GIT_ERROR_INDEXER,
        ]
        return areas.contains(area)
    }
}

enum Library {
    /// Starts the library once, blind to the configuration of the machine and the user.
    static let started: Bool = {
        guard git_libgit2_init() >= 0 else { return false }
        // TLS and the pipes of signing programs write without asking whether anybody reads.
        headgate_ignore_broken_pipes()
        let levels = [
            GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_PROGRAMDATA,
        ]
        for level in levels {
            guard headgate_set_search_path(level.rawValue, "") == 0 else { return false }
        }
        // The mirrors are the agent's own cache; a volume's files may belong to another user of the container.
        return headgate_set_owner_validation(0) == 0
    }()

    /// Throws when a call of the library failed; nothing may be awaited between the call and this.
    static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(GitError) {
        guard code < 0 else { return }
        let failure = LibraryFailure(code: code)
        let kind: GitError.Code =
            switch code {
            case GIT_ENOTFOUND.rawValue: .notFound
            case GIT_EINVALIDSPEC.rawValue: .invalid
            default: failure.isLocalDamage ? .damaged : .invalid
            }
        throw GitError(kind, operation(), failure.message)
    }

    /// Runs a call that hands out a new object, and takes ownership of it.
    static func make<Object: LibraryObject>(
        _ kind: Object.Type, _ operation: @autoclosure () -> String,
        _ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(GitError) -> Handle<Object> {
        var pointer: OpaquePointer?
        try check(call(&pointer), operation())
        guard let pointer else { throw GitError(.damaged, operation(), "the library returned nothing") }
        return Handle(pointer)
    }
}
