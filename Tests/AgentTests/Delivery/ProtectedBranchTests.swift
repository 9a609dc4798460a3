import Agent
import Rollouts
import Support
import Testing

@Suite("A branch that takes no push of the agent")
struct ProtectedBranchTests {
    @Test func `drain and finish go by pull requests that the forge merges itself`() async throws {
        let (world, forge, request) = try await World.proposing("promote", "pullRequest: [promote], method: squash")
        try world.protect()
        #expect(forge.press(merge: request.number, by: .squash))
        for _ in 0..<30 where try world.actions().last != "finish finish" { _ = try await world.step() }
        #expect(try world.actions() == RolloutTests.forward)
        _ = try await world.settle(steps: 3)
        #expect(try world.branches() == [])
        #expect(forge.all.map(\.state) == [.merged, .merged, .merged])
        #expect(try world.repository.git("rev-list", "--count", "--merges", "main") == "0")
    }

    @Test func `a commit that somebody pushes as soon as it is open is not merged with it`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        try world.protect()
        forge.turn { rules in
            rules.afterOpen = { repository, branch in
                let git = repository.git.by("Eve")
                let tree = try git("rev-parse", "refs/heads/main~1^{tree}")
                let commit = try git("commit-tree", tree, "-p", "refs/heads/\(branch)", "-m", "More")
                try git("update-ref", "refs/heads/\(branch)", commit)
            }
        }
        world.metrics.setErrors(0.3, of: "checkout-canary")
        let line = try await world.settle(steps: 8)
        #expect(line.hasPrefix("Held: Eve pushed to the branch of "), "\(line)")
        #expect(try world.actions().last == "advance weight-10")
        #expect(try world.repository.git("log", "--format=%an", "main").contains("Eve") == false)
    }

    @Test func `a rollback is proposed with its label, and waits for what the rules ask for`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        let start = try #require(try world.ledger().commit("start start"))
        let before = try world.manifests(at: "\(start)~1")
        try world.protect()
        forge.turn { $0.approvalsRequired = 1 }
        world.metrics.setErrors(0.3, of: "checkout-canary")
        let line = try await world.settle(steps: 8)
        #expect(line.hasPrefix("RollingBack: for people to merge https://forge.example/2"), "\(line)")
        let back = try #require(forge.open.first { $0.number.value == 2 })
        #expect(back.labels == ["headgate/rollback"])
        #expect(forge.usesForRollbacks > 0)
        // What would bring the release further is not left for somebody to merge.
        #expect(forge.open.map(\.number.value) == [2])
        let head = back.head
        _ = try await world.settle(steps: 3)
        // What grows in the sentence of the failure makes nothing anew.
        #expect(forge.all.first { $0.number.value == 2 }?.head == head)
        forge.approve(back.number, by: "ann")
        for _ in 0..<10 where try world.actions().last != "rollback traffic" { _ = try await world.step() }
        #expect(try world.actions().last == "rollback traffic")
        for _ in 0..<20 where try world.actions().last != "rollback rest" {
            _ = try await world.step()
            for open in forge.open { forge.approve(open.number, by: "ann") }
        }
        #expect(try world.manifests() == before)
        _ = try await world.settle(steps: 3)
        #expect(try world.branches() == [])
        #expect(forge.open == [])
    }

    @Test func `any other stage is held with the server's words`() async throws {
        let world = try await World.midway("adopt finish", delivery: "mode: commit")
        try world.protect()
        let line = try await world.settle(steps: 3)
        #expect(line.hasPrefix("Held: the push was refused: "), "\(line)")
        let report = try await world.step()
        #expect(report.rollouts[0].remedy?.contains("spec.delivery: {mode: pullRequest}") == true)
        #expect(world.forge?.all == [])
    }
}
