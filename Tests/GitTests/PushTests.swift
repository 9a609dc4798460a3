import Git
import Support
import Testing

@Suite("A push")
struct PushTests {
    @Test func `that lost a race says where the branch is now and changes nothing`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let mine = try await repository.commit(on: tip, ["mine": .text("1\n")])
        try remote.commit(["theirs": "1\n"], "Theirs")
        let result = try await repository.push([ReferenceUpdate(try main(), from: tip, to: mine)])
        let theirs = try #require(CommitID(hex: remote.tip()))
        #expect(result[try main()] == .moved(to: theirs))
        #expect(try remote.git("log", "--format=%s", "-1", "main") == "Theirs")
    }

    @Test func `of two references goes together or not at all`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let new = try await repository.commit(on: tip, ["a": .text("1\n")])
        let notes = try #require(ReferenceName.notes("headgate"))
        try remote.hook("update", "case $1 in refs/notes/*) echo 'no notes here' >&2; exit 1;; esac\n")
        let both = [ReferenceUpdate(try main(), from: tip, to: new), ReferenceUpdate(notes, from: nil, to: new)]
        let refused = try await repository.push(both)
        #expect(refused.wasAtomic)
        #expect(refused[try main()] == .skipped)
        guard case .refused(let words) = refused[notes] else { throw Unexpected(refused) }
        #expect(words.contains("no notes here"))
        #expect(try remote.tip() == tip.hex)

        try remote.hook("update", "exit 0\n")
        #expect(try await repository.push(both).isAccepted)
        #expect(try remote.tip(notes.text) == new.hex)
    }

    @Test func `to a server that is not atomic takes the branch first`() async throws {
        let remote = try RemoteRepository()
        try remote.git("config", "receive.advertiseAtomic", "false")
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let new = try await repository.commit(on: tip, ["a": .text("1\n")])
        let notes = try #require(ReferenceName.notes("headgate"))
        let both = [ReferenceUpdate(try main(), from: tip, to: new), ReferenceUpdate(notes, from: nil, to: new)]

        try remote.hook("update", "case $1 in refs/heads/*) exit 1;; esac\n")
        let refused = try await repository.push(both)
        #expect(!refused.wasAtomic)
        #expect(refused[notes] == .skipped)
        #expect(try remote.git.attempt(["rev-parse", "--verify", notes.text]).status != 0)

        try remote.hook("update", "case $1 in refs/notes/*) exit 1;; esac\n")
        let half = try await repository.push(both)
        #expect(half[try main()] == .accepted)
        guard case .refused = half[notes] else { throw Unexpected(half) }
        #expect(try remote.tip() == new.hex)
    }

    @Test func `that a hook refuses repeats its words without control characters`() async throws {
        let remote = try RemoteRepository()
        try remote.hook("pre-receive", "printf '\\033[31mfrozen until \\007Monday\\n' >&2\nexit 1\n")
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let new = try await repository.commit(on: tip, ["a": .text("1\n")])
        let result = try await repository.push([ReferenceUpdate(try main(), from: tip, to: new)])
        #expect(result[try main()] == .refused("pre-receive hook declined: [31mfrozen until Monday"))
    }

    @Test func `of too large a pack is refused and not an error`() async throws {
        let remote = try RemoteRepository()
        try remote.git("config", "receive.maxInputSize", "100")
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        var bytes: [UInt8] = []
        var generator = SplitMix64(seed: 1)
        for _ in 0..<2000 { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
        let new = try await repository.commit(on: tip, ["a": .write(bytes)])
        let result = try await repository.push([ReferenceUpdate(try main(), from: tip, to: new)])
        guard case .refused(let words) = result[try main()] else { throw Unexpected(result) }
        #expect(words.contains("maximum"))
    }

    @Test func `never moves a branch to what does not descend from it`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let other = try await repository.commit(on: nil, ["a": .text("1\n")])
        await #expect(throws: GitError.self) {
            try await repository.push([ReferenceUpdate(try main(), from: tip, to: other)])
        }
        #expect(try remote.tip() == tip.hex)
    }

    @Test func `makes a branch of its own anew on another base, and only while it is what it was`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let branch = try #require(ReferenceName.branch("headgate/promotion/checkout/7c2d9f40"))
        let one = try await repository.commit(on: tip, ["a": .text("1\n")])
        let other = try await repository.commit(on: tip, ["a": .text("2\n")])
        #expect(try await repository.push([ReferenceUpdate(branch, from: nil, to: one, replaces: true)]).isAccepted)
        #expect(
            try await repository.push([ReferenceUpdate(branch, from: tip, to: other, replaces: true)])[branch]
                == .moved(to: one))
        #expect(try await repository.push([ReferenceUpdate(branch, from: one, to: other, replaces: true)]).isAccepted)
        #expect(try remote.tip("refs/heads/headgate/promotion/checkout/7c2d9f40") == other.hex)
    }

    @Test func `creates a branch only where none is, and deletes it only as it is`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let branch = try #require(ReferenceName.branch("headgate/shop/checkout/promote"))
        #expect(try await repository.push([ReferenceUpdate(branch, from: nil, to: tip)]).isAccepted)
        #expect(try await repository.push([ReferenceUpdate(branch, from: nil, to: tip)])[branch] == .moved(to: tip))
        #expect(try await repository.push([ReferenceUpdate(branch, from: tip, to: nil)]).isAccepted)
        #expect(try await repository.listReferences()[branch] == nil)
    }

    @Test func `by many agents at once loses nothing`() async throws {
        let remote = try RemoteRepository(files: ["log": ""])
        let rounds = 12
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in 0..<3 {
                group.addTask {
                    let repository = try open(remote, cache: "cache\(agent)")
                    for round in 0..<rounds { try await append("\(agent)-\(round)\n", to: repository) }
                }
            }
            try await group.waitForAll()
        }
        let lines = try remote.git("show", "main:log").split(separator: "\n")
        #expect(Set(lines).count == 3 * rounds)
        #expect(try remote.git("rev-list", "--count", "main") == "\(3 * rounds + 1)")
        try remote.git("fsck", "--strict")
    }

    /// Fetches, appends and pushes until nobody else was faster.
    private func append(_ line: String, to repository: Repository) async throws {
        for _ in 0..<200 {
            let tip = try await repository.fetchMain()
            let old = try #require(try await repository.file("log", at: tip))
            let new = try await repository.commit(on: tip, ["log": .write(old + Array(line.utf8))])
            let result = try await repository.push([ReferenceUpdate(try main(), from: tip, to: new)])
            if result.isAccepted { return }
            guard result.isMoved else { throw Unexpected(result) }
        }
        Issue.record("others were always faster")
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ value: some Any) { description = "unexpected: \(value)" }
}

@Suite("Branches that the agent proposes from")
struct ProposalBranchTests {
    private func branch(_ name: String) throws -> ReferenceName { try #require(ReferenceName.branch(name)) }

    @Test func `come with the same listing, and go from the mirror when they are gone`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        for name in ["headgate/a/b", "headgate/c", "other"] { try remote.git("branch", name, "main") }
        let prefix = ["refs/heads/headgate/"]
        let first = try await repository.fetch([try main()], below: prefix)
        #expect(
            first.keys.map(\.text).sorted() == ["refs/heads/headgate/a/b", "refs/heads/headgate/c", "refs/heads/main"])
        #expect(await repository.tip(of: try branch("headgate/a/b")) != nil)

        // A name that becomes the folder of another.
        try remote.git("branch", "-D", "headgate/a/b")
        try remote.git("branch", "headgate/a/b/c", "main")
        let second = try await repository.fetch([try main()], below: prefix)
        #expect(second.keys.contains(try branch("headgate/a/b/c")))
        #expect(await repository.tip(of: try branch("headgate/a/b")) == nil)
        #expect(try await repository.fetch([try main()]).count == 1)
    }

    @Test func `are replaced only from exactly what they were`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let name = try branch("headgate/a")
        let one = try await repository.commit(on: tip, ["a": .text("1\n")])
        let two = try await repository.commit(on: tip, ["a": .text("2\n")])
        #expect(try await repository.push([ReferenceUpdate(name, from: nil, to: one)]).isAccepted)
        await #expect(throws: GitError.self) { try await repository.push([ReferenceUpdate(name, from: one, to: two)]) }
        let wrong = try await repository.push([ReferenceUpdate(name, from: tip, to: two, replaces: true)])
        #expect(wrong[name] == .moved(to: one))
        #expect(try await repository.push([ReferenceUpdate(name, from: one, to: two, replaces: true)]).isAccepted)
        #expect(try remote.tip(name.text) == two.hex)
        #expect(try await repository.push([ReferenceUpdate(name, from: two, to: nil)]).isAccepted)
        #expect(try remote.git("for-each-ref", "refs/heads/headgate") == "")
    }
}
