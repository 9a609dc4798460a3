internal import CLibGit2
internal import FoundationEssentials

/// A remote repository, read and written through a bare mirror that holds no truth of its own.
///
/// The mirror lives in a folder that may be deleted at any time: it is made anew by the next `fetch`. Nothing ever
/// touches a work tree; commits are made in the object database and leave by `push` alone.
///
/// Everything blocking runs on the actor's own thread.
package actor Repository {
    package nonisolated let remote: Remote
    nonisolated let signing: CommitSigning?
    nonisolated let folder: String
    /// Whether the folder is a cache, which may be thrown away; somebody's own repository is only read.
    nonisolated let isMirror: Bool
    private let executor = RepositoryExecutor()
    private var handle: Handle<RepositoryObject>
    /// What `remote.credentials` gave last.
    private var given: Credential?
    /// Distinguishes the temporary references of pushes.
    private var pushes: UInt64 = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the mirror of `remote` below `cache`, or makes an empty one.
    ///
    /// - Throws: `damaged` when the folder cannot be written.
    package init(mirroring remote: Remote, in cache: String, signing: CommitSigning? = nil) throws(GitError) {
        guard Library.started else {
            throw GitError(.damaged, "open the mirror", "libgit2 does not start")
        }
        self.remote = remote
        self.signing = signing
        folder = cache + "/mirror-" + MirrorFolder.name(for: remote.location) + ".git"
        isMirror = true
        handle = try MirrorFolder.open(folder)
    }

    /// Opens somebody's repository at `path`, with or without a work tree, to read what is in it; folders above are not
    /// looked at.
    ///
    /// - Throws: `notFound` where there is no repository, `damaged` where it cannot be read.
    package init(reading path: String) throws(GitError) {
        guard Library.started else {
            throw GitError(.damaged, "open the repository", "libgit2 does not start")
        }
        remote = Remote(.local(path: path))
        signing = nil
        folder = path
        isMirror = false
        handle = try Library.make(RepositoryObject.self, "open the repository \(path)") {
            git_repository_open_ext($0, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        }
    }

    var pointer: OpaquePointer { handle.pointer }

    /// The remote with the credential of this conversation.
    var present: Remote {
        var present = remote
        if remote.credentials != nil { present.credential = given }
        return present
    }

    /// Gets the credential of the next conversation, where it is one that ends.
    func authenticate() async throws(GitError) {
        if let credentials = remote.credentials { given = try await credentials() }
    }

    /// Throws the mirror away and begins with an empty one; the next fetch fills it.
    func remake() throws(GitError) {
        guard isMirror else {
            throw GitError(.damaged, "read \(folder)", "it is somebody's own repository and is not fetched into")
        }
        try MirrorFolder.remove(folder)
        handle = try MirrorFolder.open(folder)
    }

    func nextPush() -> UInt64 {
        pushes &+= 1
        return pushes
    }
}

/// The folder of a mirror.
enum MirrorFolder {
    /// Different remotes may share a cache folder; FNV-1a keeps their mirrors apart.
    static func name(for location: RemoteLocation) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in location.description.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }

    /// What cannot be opened is removed first: it is a cache.
    static func open(_ folder: String) throws(GitError) -> Handle<RepositoryObject> {
        let operation = "open the mirror \(folder)"
        var existing: OpaquePointer?
        if git_repository_open_bare(&existing, folder) == 0, let existing { return Handle(existing) }
        if FileManager.default.fileExists(atPath: folder) { try remove(folder) }
        return try Library.make(RepositoryObject.self, operation) { out in
            var options = git_repository_init_options()
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
            options.flags = GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
            return git_repository_init_ext(out, folder, &options)
        }
    }

    static func remove(_ folder: String) throws(GitError) {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            throw GitError(.damaged, "remove the mirror \(folder)", "\(error)")
        }
    }
}
