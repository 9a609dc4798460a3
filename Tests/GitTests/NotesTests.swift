import Git
import Support
import Testing

@Suite("Notes")
struct NotesTests {
    private func write(
        _ repository: Repository, _ name: ReferenceName, _ edit: NotesEdit
    ) async throws -> CommitID? {
        try await repository.updateNotes(name, message: "Note", author: agent, committer: agent) { _ in edit }
    }

    @Test func `are what git shows, with the mark beside them`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let name = try #require(ReferenceName.notes("headgate"))
        let edit = NotesEdit(notes: [tip: Array("live\n".utf8)], files: ["mark": .text("5\n")])
        let notes = try #require(try await write(repository, name, edit))
        #expect(try remote.git("notes", "--ref", "headgate", "show", "main") == "live")
        try remote.git("notes", "--ref", "headgate", "append", "-m", "more", "main")
        try remote.git("notes", "--ref", "headgate", "prune")
        let after = try #require(try await repository.fetch([name])[name])
        #expect(after != notes)
        #expect(try await repository.note(on: tip, in: after) == Array("live\n\nmore\n".utf8))
        #expect(try await repository.file("mark", at: after) == Array("5\n".utf8))

        _ = try await write(repository, name, NotesEdit(notes: [tip: Array("anew\n".utf8)]))
        #expect(try remote.git("notes", "--ref", "headgate", "show", "main") == "anew")
        #expect(try remote.git("notes", "--ref", "headgate", "list").split(separator: "\n").count == 1)
    }

    @Test func `written by several agents at once are all kept`() async throws {
        let remote = try RemoteRepository()
        let name = try #require(ReferenceName.notes("headgate"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    let repository = try open(remote, cache: "cache\(writer)")
                    for round in 0..<4 {
                        _ = try await repository.updateNotes(
                            name, attempts: 50, message: "Note", author: agent, committer: agent
                        ) { tip async throws(GitError) in
                            var text: [UInt8] = []
                            if let tip { text = try await repository.file("log", at: tip) ?? [] }
                            return NotesEdit(files: ["log": .write(text + Array("\(writer)-\(round)\n".utf8))])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(try remote.git("show", "refs/notes/headgate:log").split(separator: "\n")).count == 12)
    }

    @Test func `that are as they should be are not written`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let name = try #require(ReferenceName.notes("headgate"))
        let edit = NotesEdit(notes: [tip: Array("live\n".utf8)])
        let first = try await write(repository, name, edit)
        #expect(try await write(repository, name, edit) == first)
    }
}
