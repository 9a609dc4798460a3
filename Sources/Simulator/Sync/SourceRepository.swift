package import Git

/// Where the GitOps engine reads the branch that it follows.
package protocol SourceRepository: Sendable {
    /// The id of the newest commit of the branch, in hexadecimal digits.
    func head() async throws -> String
    func tree(at commit: String) async throws -> SourceTree
}

/// Why the branch could not be read.
package struct SourceFailure: Error, Equatable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

/// A branch of a Git repository, read through a mirror of the simulator's own.
package struct GitBranch: SourceRepository {
    private let repository: Repository
    private let reference: ReferenceName

    /// Follows a branch of the repository at an address; `cache` is the folder of the mirror and must not be the agent's.
    package init(_ branch: String, of address: String, cache: String) throws {
        try self.init(branch, of: Remote(RemoteLocation(parsing: address)), cache: cache)
    }

    package init(_ branch: String, of remote: Remote, cache: String) throws {
        guard let reference = ReferenceName("refs/heads/" + branch) else {
            throw SourceFailure(message: "'\(branch)' is not the name of a branch")
        }
        self.reference = reference
        repository = try Repository(mirroring: remote, in: cache)
    }

    package func head() async throws -> String {
        guard let commit = try await repository.fetch([reference])[reference] else {
            throw SourceFailure(message: "there is no \(reference.text) in \(repository.remote.location)")
        }
        return commit.hex
    }

    /// All regular files of a commit; symbolic links and submodules are left out.
    package func tree(at commit: String) async throws -> SourceTree {
        guard let id = CommitID(hex: commit) else { throw SourceFailure(message: "'\(commit)' is not a commit") }
        var tree = SourceTree()
        for entry in try await repository.entries(at: id) where entry.kind == .file || entry.kind == .executable {
            tree.files[entry.path] = try await repository.blob(entry.id)
        }
        return tree
    }
}
