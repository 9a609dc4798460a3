import Agent
import Rollouts
import Support
import Testing

@Suite("What people and metrics say while a pull request is open")
struct DeliverySteeringTests {
    @Test func `the agent merges what enough people have approved, and nothing else`() async throws {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: true, method: squash")
        #expect(
            try await world.settle(steps: 2)
                == "Waiting: for people to merge https://forge.example/1 (missing: 0 of 1 approval)")
        forge.approve(request.number, by: "ann")
        forge.askForChanges(on: request.number, by: "carl")
        #expect(try await world.settle(steps: 2).contains("carl asked for changes"))
        forge.approve(request.number, by: "carl")
        try await world.run(until: "advance weight-50")
        let message = try world.repository.git("log", "-1", "--format=%cn%n%B", "main")
        #expect(message.hasPrefix("Forge\ncheckout: canary 10% → 50% (stage 2 of 5)\n"))
        #expect(message.contains("Headgate-Stage: 2/5 weight-50"))
        try await world.run(until: "finish finish")
    }

    @Test func `somebody who asks for changes keeps the agent from merging, however few approvals it wants`()
        async throws
    {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: {approvals: 0}")
        forge.askForChanges(on: request.number, by: "carl")
        #expect(try await world.settle(steps: 3).hasSuffix("(missing: carl asked for changes)"))
        #expect(try world.actions().last == "advance weight-10")
        forge.approve(request.number, by: "carl")
        try await world.run(until: "advance weight-50")
    }

    @Test func `an approval of an older commit does not count`() async throws {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: true")
        forge.approve(request.number, by: "ann")
        // In the very moment in which the agent looks: the commit is made anew.
        try world.edit(World.manifest("httproute"), ["metadata:": "# The shop's.\nmetadata:"])
        #expect(try await world.settle(steps: 3).contains("0 of 1 approval"))
        #expect(try world.actions().last == "advance weight-10")
    }

    @Test func `a head that moves at the moment of the merge is not merged`() async throws {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: {approvals: 0}")
        // The first look opens it; the merge is asked for at the next one.
        let branch = request.branch
        forge.turn { rules in
            rules.beforeMerge = { repository in
                let tree = try repository.git("rev-parse", "refs/heads/\(branch)^{tree}")
                let commit = try repository.git.by("Eve")(
                    "commit-tree", tree, "-p", "refs/heads/\(branch)", "-m", "More")
                try repository.git("update-ref", "refs/heads/\(branch)", commit)
            }
        }
        #expect(try await world.settle(steps: 3).hasPrefix("Held: Eve pushed to the branch of "))
        #expect(try world.actions().last == "advance weight-10")
    }

    @Test func `a release that fails is taken back, and its pull request is closed by the agent`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        _ = try await world.settle(steps: 2)
        let closed = try #require(forge.all.first)
        #expect(closed.state == .closed)
        #expect(closed.body.hasPrefix("Withdrawn by Headgate: the release is taken back: canary errors "))
        #expect(forge.comments(on: request.number).count == 1)
        #expect(try world.branches() == [])
    }

    @Test func `evidence that is missing keeps it open and says so beside the commit and in the body`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        world.metrics.setDown(true)
        _ = try await world.settle(steps: 2)
        let open = try #require(forge.open.first)
        #expect(open.body.contains("> **Not to be merged now:** the metrics do not answer"))
        #expect(forge.statuses(of: open.head).map(\.state) == [.pending])
        world.metrics.setDown(false)
        _ = try await world.settle(steps: 2)
        let mended = try #require(forge.open.first)
        #expect(!mended.body.contains("Not to be merged now"))
        #expect(forge.statuses(of: mended.head).map(\.state) == [.success])
    }

    @Test func `a hold beside it turns the status red`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        try world.edit(World.rollout(), ["  delivery:": "  steer: {hold: not before Monday}\n  delivery:"])
        #expect(try await world.settle(steps: 2) == "Held: not before Monday")
        let open = try #require(forge.open.first)
        #expect(open.body.contains("> **Not to be merged now:** not before Monday"))
        #expect(forge.statuses(of: open.head).map(\.state) == [.failure])
    }

    @Test func `a start says where the release comes from, and names no more than what changes`() async throws {
        let (world, forge, _) = try await World.proposing("start")
        let body = try #require(forge.open.first).body
        let commit = try world.repository.git("rev-parse", "main").prefix(9)
        #expect(body.contains(" stated the release in [`\(commit)`]("))
        #expect(
            body.contains("Nothing was measured yet: the release has had no traffic of `production/shop/checkout`."))
        #expect(!body.contains("template"))
        #expect(body.contains("- `canary.image.app`: "))
    }

    @Test func `what else a pod template brings is named part by part`() async throws {
        let (_, forge, _) = try await World.proposing("start") { files in
            files[World.manifest("deployment")]?.replace("PeriodSeconds: 30", with: "PeriodSeconds: 60")
        }
        let body = try #require(forge.open.first).body
        let path = "spec.template.spec.terminationGracePeriodSeconds"
        let part = "- `Deployment/checkout-canary \(path)`: `30` → `60`, in "
        #expect(body.contains(part), "\(body)")
    }

    @Test func `labels hold and take back`() async throws {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: true")
        forge.label(request.number, "headgate/hold")
        forge.approve(request.number, by: "ann")
        let line = try await world.settle(steps: 3)
        #expect(line == "Held: label headgate/hold on https://forge.example/1")
        #expect(try world.actions().last == "advance weight-10")
        let held = try #require(forge.open.first)
        #expect(held.body.contains("> **Not to be merged now:** the label headgate/hold is on it"))
        #expect(forge.statuses(of: held.head).map(\.state) == [.failure])
        forge.unlabel(request.number)
        forge.label(request.number, "headgate/rollback")
        try await world.run(until: "rollback rest")
        _ = try await world.settle(steps: 2)
        #expect(forge.open == [])
        #expect(try world.actions().last == "rollback rest")
    }

    @Test func `a label that takes the release back is named as the reason`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        forge.label(request.number, "headgate/rollback")
        try await world.run(until: "rollback rest")
        let reason = "Taken back by the label headgate/rollback on https://forge.example/1"
        #expect(try await world.settle(steps: 2) == "RolledBack: \(reason)")
        #expect(try world.repository.git("log", "-1", "--format=%b", "main").contains(reason))
    }

    @Test func `the label that takes a release back holds one that has not begun, and says how to turn it down`()
        async throws
    {
        let (world, forge, request) = try await World.proposing("start")
        forge.label(request.number, "headgate/rollback")
        let report = try await world.step(.seconds(5)).rollouts[0]
        #expect(report.line == "Held: label headgate/rollback on https://forge.example/1")
        #expect(
            report.remedy
                == "close https://forge.example/1 to turn the release down, or take the label headgate/rollback off")
        let open = try #require(forge.open.first)
        #expect(open.body.contains("> **Not to be merged now:** the label headgate/rollback is on it"))
        #expect(forge.statuses(of: open.head).map(\.state) == [.failure])
    }

    @Test func `another release that is stated closes the start of the first`() async throws {
        let (world, forge, request) = try await World.proposing("start")
        try world.state(World.v3, over: World.v2)
        _ = try await world.settle(steps: 3)
        #expect(forge.open.map(\.number.value) == [request.number.value + 1])
        #expect(try world.branches().count == 1)
        let first = try #require(forge.all.first { $0.number == request.number })
        #expect(first.body.hasPrefix("Withdrawn by Headgate: v2.5.0 is stated now\n"))
        #expect(forge.statuses(of: first.head).map(\.description) == ["withdrawn: v2.5.0 is stated now"])
        let next = try #require(forge.open.first)
        #expect(forge.press(merge: next.number, by: .merge))
        try await world.run(until: "finish finish")
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v3, count: 4))
    }

    @Test func `the numbers in the body are written anew every five minutes`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        let first = try #require(forge.open.first?.body)
        _ = try await world.settle(steps: 10)
        #expect(forge.open.first?.body == first)
        _ = try await world.step(.seconds(300))
        let later = try #require(forge.open.first?.body)
        #expect(later != first)
        #expect(ProposalMark(in: later)?.head == ProposalMark(in: first)?.head)
    }
}
