import Agent
import Analysis
import Manifests
import Rollouts
import Support
import Testing

@Suite("What happens to the branch and its notes")
struct BranchTests {
    private static let notes = "refs/notes/headgate/production"

    @Test func `deleted notes cost the times and nothing else`() async throws {
        let world = try await World.midway("advance weight-10")
        _ = try await world.settle(steps: 2)
        try world.repository.git("update-ref", "-d", Self.notes)
        try await world.run(until: "finish finish")
        #expect(try world.actions() == RolloutTests.forward)
    }

    @Test func `a commit names the evidence that the note on the stage before it holds`() async throws {
        let world = try await World.midway("advance weight-50")
        _ = try await world.settle(steps: 1)
        let stage = try world.repository.git(
            "log", "--format=%H", "--grep=canary 0% → 10%", "--fixed-strings", "--max-count=1", "main")
        let note = try JSON(parsing: try world.repository.git("notes", "--ref", Self.notes, "show", stage))
        let evidence = try #require(note["production/shop/checkout"]?["evidence"])
        #expect(evidence[0]?["verdict"] == "pass")
        let message = try world.repository.git(
            "log", "--format=%B", "--grep=canary 10% → 50%", "--fixed-strings", "--max-count=1", "main")
        #expect(message.contains("Headgate-Evidence: \(Digest(of: evidence.canonical))"))
    }

    @Test func `a repository without the notes is understood at every moment`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        for _ in 0..<60 {
            let report = try await world.step()
            _ = try world.repository.git.attempt(["update-ref", "-d", Self.notes])
            if report.rollouts[0].done == "finish finish" { break }
        }
        #expect(try world.actions() == RolloutTests.forward)
    }

    @Test func `a mark that was lost after a revert does not bring the release back`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.revert(["HEAD"])
        try world.repository.git("update-ref", "-d", Self.notes)
        #expect(try await world.settle().hasPrefix("Held: stage 2 (weight-50) was reverted by Bob"))
    }

    @Test func `a mark that lies far behind is moved up, and still knows a revert`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        let path = "\(Self.notes):marks/production/shop/checkout"
        let before = try world.repository.git("show", path)
        for number in 0..<12 { try world.put(["docs/\(number).md": "\(number)\n"], "Note \(number)") }
        let agent = try world.agent("second", longWalk: 10)
        _ = try await world.step(.seconds(5), agent)
        let after = try world.repository.git("show", path)
        #expect(after.split(separator: " ").prefix(2) == before.split(separator: " ").prefix(2))
        #expect(after.hasSuffix(try world.repository.tip()))
        // A further tick has nothing to write.
        let tip = try world.repository.git("rev-parse", Self.notes)
        _ = try await world.step(.seconds(5), agent)
        #expect(try world.repository.git("rev-parse", Self.notes) == tip)
        let finish = try #require(try world.ledger().commit("finish finish"))
        try world.revert([finish])
        let line = try await world.step(.seconds(5), agent).rollouts[0].line
        #expect(line.contains("was reverted by Bob"), "\(line)")
    }

    @Test func `a branch that was rewritten is refused until people resume`() async throws {
        let world = try await World.midway("advance weight-50")
        _ = try await world.step()
        try world.repository.git("update-ref", "refs/heads/main", "main~2")
        let tip = try world.repository.tip()
        #expect(try await world.settle().hasPrefix("Held: the branch was rewritten"))
        #expect(try world.repository.tip() == tip)
        try world.steer("resume: rewritten-4")
        try await world.run(until: "finish finish")
        #expect(try world.ledger().serials.suffix(7) == [2, 5, 6, 7, 8, 9, 10])
    }

    @Test func `the agent's commit under another id has happened all the same`() async throws {
        let world = try await World.midway("advance weight-50")
        _ = try await world.step()
        try world.repository.pull()
        let carol = world.repository.person.by("Carol", at: world.seconds)
        try carol("commit", "--quiet", "--amend", "--message", "Squashed by a forge (#12)")
        try carol("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main")
        try await world.run(until: "finish finish")
        #expect(try world.actions() == RolloutTests.forward)
    }

    @Test func `several stages in one squashed commit have happened`() async throws {
        let world = try await World.midway("advance weight-50")
        _ = try await world.step()
        try world.repository.pull()
        let carol = world.repository.person.by("Carol", at: world.seconds)
        try carol("reset", "--quiet", "--soft", "HEAD~3")
        try carol("commit", "--quiet", "--message", "Squash three stages")
        try carol("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main")
        try await world.run(until: "finish finish")
        #expect(try world.actions().suffix(3) == ["promote promote", "drain drain", "finish finish"])
    }

    @Test func `a merge with people's side first changes nothing`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.repository.pull()
        let git = world.repository.person.by("Carol", at: world.seconds)
        try git("checkout", "--quiet", "-B", "topic", "HEAD~2")
        try world.repository.folder.write("person/environments/production/README.md", "hello\n")
        try git("add", "--all")
        try git("commit", "--quiet", "--message", "Say hello")
        try git("merge", "--quiet", "--no-ff", "--no-edit", "origin/main")
        try git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        try git("checkout", "--quiet", "-B", "main", "HEAD")
        try await world.run(until: "finish finish")
        #expect(
            try world.repository.git("log", "--format=%s", "--", World.state()).split(separator: "\n").count == 7)
    }

    @Test func `a state that somebody else wrote is held, and accepted by its key`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.edit(World.state(), ["serial: 3": "serial: 9"])
        let line = try await world.settle(steps: 3)
        #expect(line.hasPrefix("Held: the state is not the agent's; Alice brought it in "))
        try world.steer("resume: foreign-\(try world.repository.git("rev-parse", "main").prefix(9))")
        try await world.run(until: "finish finish")
    }

    @Test func `a shadow decides and pushes nothing`() async throws {
        let world = try World { $0[World.rollout()]?.replace(World.v1, with: World.v2) }
        let shadow = try world.agent("shadow", isShadow: true)
        let before = try world.repository.git("for-each-ref")
        let report = try await world.step(.seconds(5), shadow)
        #expect(report.isShadow && report.rollouts[0].decision?.transition?.state.at.action == .start)
        #expect(try world.repository.git("for-each-ref") == before)
    }

    @Test func `a mode in the configuration makes every agent a shadow`() async throws {
        let world = try World { $0[".headgate/config.yaml"]?.append("mode: shadow\n") }
        let before = try world.repository.git("for-each-ref")
        try await world.step()
        #expect(try world.repository.git("for-each-ref") == before)
    }
}
