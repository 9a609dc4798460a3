import Foundation
import Git
import Support
import Testing

@Suite("A commit")
struct CommitTests {
    @Test(arguments: [1, 50, 51, 120])
    func `of many files is what git reads`(count: Int) async throws {
        let remote = try RemoteRepository(files: ["keep": "1\n", "gone": "1\n", "folder/only": "1\n"])
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        var changes: [String: FileChange] = ["gone": .remove, "folder/only": .remove, "never/was": .remove]
        for number in 0..<count { changes["apps/\(number % 7)/\(number).yaml"] = .text("n: \(number)\n") }
        let new = try await repository.commit(on: tip, changes)
        let expected = ["keep"] + (0..<count).map { "apps/\($0 % 7)/\($0).yaml" }
        #expect(Set(try await repository.entries(at: new).map(\.path)) == Set(expected))
        let differences = try await repository.differences(from: tip, to: new)
        #expect(differences.count == count + 2)
        #expect(differences.first { $0.path == "gone" }?.new == nil)
        #expect(try await repository.push([ReferenceUpdate(try main(), from: tip, to: new)]).isAccepted)
        try remote.git("fsck", "--strict")
    }

    @Test(arguments: ["../x", ".git/config", "a//b", "/abs", "a/./b", "", "link", "README.md/below"])
    func `never writes to a path like`(path: String) async throws {
        let remote = try RemoteRepository()
        try FileManager.default.createSymbolicLink(
            atPath: remote.folder["person/link"], withDestinationPath: "/etc/passwd")
        try remote.commit([:], "Link")
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        do {
            throw Unexpected(try await repository.commit(on: tip, [path: .text("x")]))
        } catch let error as GitError {
            #expect(error.code == .invalid)
        }
        #expect(try await repository.entry("link", at: tip)?.kind == .symlink)
        #expect(try await repository.file("link", at: tip) == nil)
    }

    @Test func `keeps an executable executable and changes nothing without a change`() async throws {
        let remote = try RemoteRepository()
        try remote.folder.write("person/run.sh", "#!/bin/sh\n", mode: 0o755)
        try remote.commit([:], "Script")
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let new = try await repository.commit(on: tip, ["run.sh": .text("#!/bin/sh\ntrue\n")])
        #expect(try await repository.entry("run.sh", at: new)?.kind == .executable)
        do {
            throw Unexpected(try await repository.commit(on: new, ["run.sh": .text("#!/bin/sh\ntrue\n")]))
        } catch let error as GitError {
            #expect(error.code == .unchanged)
        }
    }

    @Test func `tells who made it, when, on what, and its trailers`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let body = "checkout: 5% → 25%\n\nKey: not a trailer\n\nBody.\n"
        let message = body + "\nHeadgate-Stage: 2/6\nHeadgate-Action: advance\n"
        let new = try await repository.commit(on: tip, ["a": .text("1")], message)
        let commit = try await repository.commit(new)
        #expect(commit.parents == [tip])
        #expect(commit.subject == "checkout: 5% → 25%")
        #expect(commit.author == agent)
        #expect(commit.message == message)
        #expect(commit.trailers.map(\.key) == ["Headgate-Stage", "Headgate-Action"])
        #expect(await repository.isAncestor(tip, of: new))
        #expect(await !repository.isAncestor(new, of: tip))
        #expect(try await repository.history(from: new).map(\.id) == [new, tip])
        let revisions = try await repository.history(of: ["a", "b"], from: new, until: [tip])
        #expect(revisions.map(\.id) == [new])
        #expect(revisions.first?.blobs.keys.sorted() == ["a"])
    }

    @Test(arguments: ["ed25519", "rsa"])
    func `is signed so that git verifies it`(kind: String) async throws {
        let remote = try RemoteRepository()
        let key = remote.folder["signing"]
        _ = try Program.run("ssh-keygen", ["-q", "-t", kind, "-N", "", "-f", key])
        let publicKey = String(decoding: try Data(contentsOf: URL(fileURLWithPath: key + ".pub")), as: UTF8.self)
        let allowed = try remote.folder.write("allowed", "headgate@example.com \(publicKey)")
        let repository = try Repository(
            mirroring: remote.remote, in: remote.folder["cache"], signing: CommitSigning(key: key))
        let tip = try await repository.fetchMain()
        let new = try await repository.commit(on: tip, ["a": .text("1\n")], "Signed\n\nUmlaute: äöü\n")
        #expect(try await repository.push([ReferenceUpdate(try main(), from: tip, to: new)]).isAccepted)
        let verified = try remote.git.attempt(["-c", "gpg.ssh.allowedSignersFile=\(allowed)", "verify-commit", new.hex])
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.errors.contains("Good \"git\" signature for headgate@example.com"))
    }

    @Test func `whose key is missing is not made`() async throws {
        let remote = try RemoteRepository()
        let repository = try Repository(
            mirroring: remote.remote, in: remote.folder["cache"], signing: CommitSigning(key: "/nonexistent"))
        let tip = try await repository.fetchMain()
        do {
            throw Unexpected(try await repository.commit(on: tip, ["a": .text("1\n")]))
        } catch let error as GitError {
            #expect(error.code == .signing)
        }
    }

    @Test func `is reverted by git to the bytes of before`() async throws {
        let remote = try RemoteRepository(files: ["a.yaml": "weight: 5\n"])
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let new = try await repository.commit(on: tip, ["a.yaml": .text("weight: 25\n")])
        #expect(try await repository.push([ReferenceUpdate(try main(), from: tip, to: new)]).isAccepted)
        try remote.person("pull", "--quiet", "origin", "main")
        try remote.person("revert", "--no-edit", new.hex)
        try remote.person("push", "--quiet", "origin", "HEAD:main")
        let reverted = try await repository.fetchMain()
        #expect(try await repository.differences(from: tip, to: reverted).isEmpty)
    }
}

@Suite("A cache")
struct CacheTests {
    @Test(arguments: ["objects", "refs", "HEAD", "."])
    func `that lost something is made anew by the next fetch`(lost: String) async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        let cache = remote.folder["cache"]
        let mirror = try #require(try FileManager.default.contentsOfDirectory(atPath: cache).first)
        try FileManager.default.removeItem(atPath: lost == "." ? cache : "\(cache)/\(mirror)/\(lost)")
        #expect(try await repository.fetchMain() == tip)
        #expect(try await open(remote).fetchMain() == tip)
        try remote.commit(["more": "1\n"], "More")
        let more = try await repository.fetchMain()
        #expect(try await repository.entries(at: more).map(\.path) == ["README.md", "more"])
    }

    @Test func `with a truncated pack is made anew`() async throws {
        let remote = try RemoteRepository()
        _ = try await open(remote).fetchMain()
        let cache = remote.folder["cache"]
        let mirror = try #require(try FileManager.default.contentsOfDirectory(atPath: cache).first)
        let packs = "\(cache)/\(mirror)/objects/pack"
        for file in try FileManager.default.contentsOfDirectory(atPath: packs) {
            let path = packs + "/" + file
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            try Data("short".utf8).write(to: URL(fileURLWithPath: path))
        }
        let repository = try open(remote)
        let tip = try await repository.fetchMain()
        #expect(try await repository.entries(at: tip).count == 1)
    }

    @Test func `forgets a reference that the remote has no more`() async throws {
        let remote = try RemoteRepository()
        let repository = try open(remote)
        let branch = try #require(ReferenceName.branch("topic"))
        try remote.git("branch", "topic", "main")
        #expect(try await repository.fetch([branch])[branch] != nil)
        try remote.git("branch", "-D", "topic")
        #expect(try await repository.fetch([branch]).isEmpty)
        #expect(await repository.tip(of: branch) == nil)
    }
}

@Suite("A merge of one file")
struct FileMergeTests {
    @Test(arguments: [
        ("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"),
        ("a\nb\nc\n", "A\nb\nc\n", "X\nb\nc\n", nil),
        ("a\n", "a\n", "b\n", "b\n"),
        ("", "", "new\n", "new\n"),
    ])
    func `joins changes that do not touch`(base: String, ours: String, theirs: String, merged: String?) {
        let result = FileMerge.merge(base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
        #expect(result.map { String(decoding: $0, as: UTF8.self) } == merged)
    }
}
