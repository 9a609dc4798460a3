import Git
import Support
import Testing

let agent = Signature(name: "Headgate", email: "headgate@example.com", time: 1_700_000_000)

func main() throws -> ReferenceName { try #require(ReferenceName.branch("main")) }

/// A repository with a mirror in the same temporary folder.
func open(_ remote: RemoteRepository, cache: String = "cache") throws -> Repository {
    try Repository(mirroring: remote.remote, in: remote.folder[cache])
}

extension Repository {
    /// Fetches `main` and returns its tip.
    func fetchMain() async throws -> CommitID {
        let name = try main()
        return try #require(try await fetch([name])[name])
    }

    func commit(
        on parent: CommitID?, _ changes: [String: FileChange], _ message: String = "Change"
    ) async throws -> CommitID {
        try await commit(on: parent, changes: changes, message: message, author: agent, committer: agent)
    }
}

extension FileChange {
    static func text(_ text: String) -> Self { .write(Array(text.utf8)) }
}

@Suite("A mirror")
struct MirrorTests {
    @Test func `brings the branch and reads its files`() async throws {
        let remote = try RemoteRepository(files: ["a.yaml": "a: 1\n", "deep/er/b.yaml": "b: 2\n"])
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        #expect(try tip.hex == remote.tip())
        let entries = try await repository.entries(at: tip)
        #expect(entries.map(\.path) == ["a.yaml", "deep/er/b.yaml"])
        #expect(try await repository.blob(entries[1].id) == Array("b: 2\n".utf8))
    }

    @Test func `commits without a work tree and pushes`() async throws {
        let remote = try RemoteRepository(files: ["a.yaml": "a: 1\n", "b.yaml": "b: 1\n"])
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let first = try await repository.commit(on: tip, ["a.yaml": .text("a: 2\n"), "b.yaml": .remove], "One")
        let second = try await repository.commit(on: first, ["new/c.yaml": .text("c: 1\n")], "Two")
        let result = try await repository.push([ReferenceUpdate(try main(), from: tip, to: second)])
        #expect(result.isAccepted)
        #expect(try remote.tip() == second.hex)
        #expect(try remote.git("ls-tree", "-r", "--name-only", "main") == "a.yaml\nnew/c.yaml")
        let log = try remote.git("log", "--format=%s %an %at", "-2", "main")
        #expect(log == "Two Headgate 1700000000\nOne Headgate 1700000000")
        try remote.git("fsck", "--strict")

    }
}
