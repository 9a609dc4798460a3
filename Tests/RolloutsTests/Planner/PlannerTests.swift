import Analysis
import Rollouts
import Testing

@Suite("The planner takes a release from start to finish and back")
struct PlannerTests {
    @Test("a repository without a state adopts what is running, with a commit of the state alone")
    func adopts() throws {
        let world = PlannerWorld()
        let decision = world.tick()
        let transition = try #require(decision.transition)
        #expect(transition.changes.isEmpty)
        #expect(transition.state.at == .init(serial: 1, action: .adopt, stage: .finish))
        #expect(transition.state.phase == .stable)
        #expect(world.tick() == Decision(.stable))
    }

    @Test("a good release goes out in exactly the planned commits")
    func goodRelease() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        #expect(
            world.agentCommits.compactMap(\.state?.at.stage.text) == [
                "finish", "start", "weight-5", "weight-25", "weight-50", "promote", "drain", "finish",
            ])
        #expect(world.agentCommits.compactMap { $0.values[.weight] } == ["0", "0", "5", "25", "50", "50", "0", "0"])
        #expect(
            world.agentCommits.compactMap { $0.values[.canaryReplicas] } == ["0", "1", "3", "5", "5", "5", "5", "0"])
        #expect(world.tip.values[.release(.stable, "image.app")] == "ghcr.io/acme/checkout:v2")
    }

    @Test("a failing verdict takes the traffic back first and everything else when that is live")
    func badRelease() throws {
        let world = PlannerWorld()
        world.tick()
        let before = world.tip.values
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-25"))
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run(to: StageKey("traffic")))
        #expect(world.tip.values[.weight] == "0")
        #expect(world.tip.values[.canaryReplicas] == "5")
        #expect(world.state?.phase == .rollingBack)
        #expect(world.run(to: StageKey("rest")))
        #expect(world.liveWeight == 0)
        #expect(world.tip.values == before)
        let state = try #require(world.state)
        #expect(state.phase == .rolledBack)
        #expect(state.rejected.first?.reason == "errors tripled")
        let left = world.tick()
        #expect(
            left
                == Decision(
                    .rolledBack(
                        .init(
                            reason: "errors tripled",
                            retry: state.releaseKey))))
    }

    @Test("a rejected release starts anew with its retry key, as the next attempt")
    func retries() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        let judge = world.judge
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        world.run(to: StageKey("rest"))
        world.judge = judge
        world.spec.steering.retry = world.state?.releaseKey
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        #expect(world.state?.release.attempt == 2)
        #expect(world.state?.rejected == [])
    }

    @Test("a canary that never gets ready is rolled back with the pods' reasons")
    func crashLoop() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.broken[PlannerWorld.new] = "checkout-canary-1: CrashLoopBackOff"
        #expect(world.run(to: StageKey("rest")))
        #expect(world.state?.failure?.reason.contains("CrashLoopBackOff") == true)
        #expect(!world.agentCommits.contains { $0.values[.weight] != "0" })
    }

    @Test("an approval waits for its key and for nothing else")
    func approval() {
        let world = PlannerWorld(steps: [
            .setWeight(Weight(clamping: 5)), .pause(nil), .setWeight(Weight(clamping: 50)),
        ])
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: .start)
        let key = "\(world.state?.releaseKey ?? "")/weight-5"
        #expect(world.run { decision, _ in decision.standing == .progressing(.approval(key: key)) })
        world.spec.steering.approve = "\(PlannerWorld.newer.digest.short)/weight-5"
        #expect(!world.run(limit: 20) { _, world in world.weight == 50 })
        world.spec.steering.approve = key
        #expect(world.run(limit: 20) { _, world in world.weight == 50 })
    }

    @Test("a hold stops the advance and not the rollback")
    func hold() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-5"))
        world.spec.steering.hold = "Black Friday"
        #expect(!world.run(limit: 60) { _, world in world.weight != 5 })
        #expect(world.tick().standing == .held(.steered("Black Friday")))
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run(to: StageKey("rest")))
    }

    @Test("an unreachable cluster stops everything and changes nothing")
    func outage() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-5"))
        let commits = world.branch.count
        world.clusterIsDown = true
        #expect(!world.run(limit: 50) { _, world in world.branch.count != commits })
        #expect(world.tick().standing == .progressing(.cluster("connection refused")))
    }

    @Test("a release that fails is taken back although the cluster cannot be read")
    func failureDuringOutage() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-5"))
        #expect(world.run { _, world in world.observed?.note.liveAt != nil })
        world.clusterIsDown = true
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run(limit: 3) { _, world in world.weight == 0 })
        #expect(world.state?.stage.kind == .traffic)
    }

    @Test("metrics that cannot be reached neither promote nor roll back")
    func unknownMetrics() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-5"))
        let commits = world.branch.count
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .unknown, sentence: "timed out") }
        #expect(!world.run(limit: 50) { _, world in world.branch.count != commits })
    }
}

@Suite("The planner and what people do")
struct PlannerPeopleTests {
    /// A world in the middle of a release, at 25 %.
    static func midway() -> PlannerWorld {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-25"))
        return world
    }

    @Test("a revert of the newest stage commit holds at the restored stage")
    func revertsStage() {
        let world = Self.midway()
        world.revert(to: world.branch.count - 2, by: "Alice")
        let commits = world.branch.count
        #expect(!world.run(limit: 50) { _, world in world.branch.count != commits })
        guard case .held(.reverted(let what, let culprit, _)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        #expect(what == "stage 2 (weight-25)")
        #expect(culprit.author == "Alice")
    }

    @Test("a resume after a revert goes on from the restored stage")
    func resumes() {
        let world = Self.midway()
        world.revert(to: world.branch.count - 2, by: "Alice")
        guard case .held(.reverted(_, _, let key)) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        world.spec.steering.resume = key
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
    }

    @Test("a reverted revert goes on from the stage")
    func revertsRevert() {
        let world = Self.midway()
        let stage = world.branch.count - 1
        world.revert(to: stage - 1, by: "Alice")
        world.run(limit: 5) { _, _ in false }
        world.revert(to: stage, by: "Bob")
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
    }

    @Test("a reverted release counts as rejected and starts again only by its retry key")
    func revertsRelease() {
        let world = Self.midway()
        let start = world.branch.firstIndex { $0.state?.at.action == .start } ?? 0
        world.revert(to: start - 1, by: "Alice")
        let commits = world.branch.count
        #expect(!world.run(limit: 50) { _, world in world.branch.count != commits })
        guard case .held(.reverted(_, _, let key)) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        world.spec.steering.retry = key
        #expect(world.run { _, world in world.state?.phase == .stable && world.state?.release.attempt == 2 })
    }

    @Test("a reverted rollback is held and judged")
    func revertsRollback() {
        let world = Self.midway()
        let passing = world.judge
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        world.run(to: StageKey("traffic"))
        world.judge = passing
        world.revert(to: world.branch.count - 2, by: "Alice")
        #expect(
            world.run(limit: 50) { decision, _ in
                if case .held(.rollbackReverted) = decision.standing { true } else { false }
            })
        let commits = world.branch.count
        #expect(!world.run(limit: 50) { _, world in world.branch.count != commits })
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled again")
        }
        #expect(world.run(to: StageKey("rest")))
    }

    @Test("a release taken back in the Rollout rolls back without being rejected", arguments: ["weight-25", "promote"])
    func takesBack(stage: String) {
        let world = Self.midway()
        world.run(to: StageKey(stage))
        world.spec.release = PlannerWorld.old
        #expect(world.run { _, world in world.state?.phase == .stable })
        #expect(world.state?.release.values == PlannerWorld.old)
        #expect(world.state?.rejected == [])
        #expect(world.tip.values[.release(.stable, "image.app")] == "ghcr.io/acme/checkout:v1")
        #expect(world.run(limit: 3) { decision, _ in decision == Decision(.stable) })
    }

    @Test("another release mid-rollout takes the traffic back and then starts")
    func supersedes() {
        let world = Self.midway()
        world.spec.release = PlannerWorld.newer
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.newer }
        )
        #expect(
            !world.agentCommits.contains { commit in
                commit.state?.release.values == PlannerWorld.newer && commit.state?.at.action == .start
                    && commit.values[.weight] != "0"
            })
    }

    @Test("an abort by its key rolls back and rejects")
    func aborts() {
        let world = Self.midway()
        world.spec.steering.abort = world.state?.releaseKey
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        #expect(world.state?.rejected.first?.reason == "Aborted by a person")
    }

    @Test("changed steps go on at the same key, else at the next weight not below")
    func changesSteps() {
        let world = Self.midway()
        world.spec.plan = StagePlan(steps: [10, 30, 90].map { .setWeight(Weight(clamping: $0)) })
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        let weights = world.agentCommits.filter { $0.state?.at.action == .advance }.compactMap { $0.values[.weight] }
        #expect(weights == ["5", "25", "30", "90"])
    }

    @Test("a next weight that needs more pods than were written ahead gets them at the same weight first")
    func grows() {
        let world = Self.midway()
        world.spec.plan = StagePlan(steps: [5, 25, 80].map { .setWeight(Weight(clamping: $0)) })
        #expect(world.run { _, world in world.weight == 80 })
        let grown = world.agentCommits.first { $0.state?.at.action == .grow }
        #expect(grown?.values[.weight] == "25")
        #expect(grown?.values[.canaryReplicas] == "8")
    }

    @Test("an edited bound field is taken as it is, reported and held")
    func edits() {
        let world = Self.midway()
        world.commit("Alice") { $0.values[.weight] = "30" }
        let commits = world.branch.count
        #expect(!world.run(limit: 50) { _, world in world.branch.count != commits })
        guard case .held(.edited(let fields, let key)) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        #expect(fields.map(\.found) == ["30"])
        world.spec.steering.resume = key
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
    }

    @Test("a return to the release that was stable before needs no pauses")
    func fastReturn() {
        let world = Self.midway()
        world.run { _, world in world.state?.phase == .stable }
        world.spec.release = PlannerWorld.old
        let commits = world.agentCommits.count
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.old })
        #expect(world.agentCommits.dropFirst(commits).compactMap(\.state?.at.action) == [.start, .promote, .finish])
    }

    @Test("how far back a fast return reaches is the Rollout's to say", arguments: [1, 2])
    func fastReturnFurtherBack(_ reach: Int) {
        let world = Self.midway()
        world.run { _, world in world.state?.phase == .stable }
        world.spec.release = PlannerWorld.newer
        world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.newer }
        world.spec.release = PlannerWorld.old
        world.spec.fastReturn = reach
        let commits = world.agentCommits.count
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.old })
        let actions = world.agentCommits.dropFirst(commits).compactMap(\.state?.at.action)
        #expect(actions.contains(.advance) == (reach == 1))
        #expect(world.state?.formerlyStable == [PlannerWorld.newer.digest, PlannerWorld.new.digest])
    }

    @Test("what is accumulated counts from when the first weight became live, and again for the next attempt")
    func servedSince() {
        let world = Self.midway()
        var served: [Timestamp?] = []
        world.run { _, world in
            served.append(world.state?.release.served)
            return world.state?.at.stage == .promote
        }
        let first = world.notes.values.compactMap(\.liveAt).sorted().dropFirst().first
        #expect(Set(served.compactMap(\.self)).count == 1)
        #expect(served.last == first)
        world.run { _, world in world.state?.phase == .stable }
        #expect(world.state?.release.served == nil)
    }

    @Test("a canary that is given traffic while nothing is delivered is named")
    func servedAtRest() {
        let world = PlannerWorld()
        world.tick()
        world.commit("Carol", isEdit: true) { $0.values[.weight] = "7" }
        guard case .held(.notAtRest(let fields)) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        #expect(fields.map(\.found) == ["7"])
    }

    @Test("an approval can be asked for while the metrics do not answer")
    func nextApproval() {
        let world = PlannerWorld(steps: [.setWeight(Weight(clamping: 10)), .pause(nil), .pause(nil)])
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-10"))
        let key = world.state.map { "\($0.releaseKey)/weight-10" }
        #expect(Planner.nextApproval(world.spec, world.observe(), at: world.now) == key)
        world.spec.steering.approve = key
        #expect(Planner.nextApproval(world.spec, world.observe(), at: world.now) == key.map { $0 + "#2" })
        world.spec.steering.approve = key.map { $0 + "#2" }
        #expect(Planner.nextApproval(world.spec, world.observe(), at: world.now) == nil)
    }

    @Test("a release that was reverted before anything was adopted is not forgotten by the next one")
    func rejectedBeforeAdoption() {
        let world = PlannerWorld(release: PlannerWorld.new)
        world.run(to: StageKey("weight-25"))
        world.revert(to: 0, by: "Bob")
        guard case .held(.reverted) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        world.spec.release = PlannerWorld.newer
        world.run { _, world in world.state?.phase == .stable }
        world.spec.release = PlannerWorld.new
        let commits = world.agentCommits.count
        guard case .rolledBack = world.tick().standing else {
            Issue.record("started again")
            return
        }
        #expect(world.agentCommits.count == commits)
    }

    @Test("a fast return is judged once it serves, and comes back where it fails")
    func judgedFastReturn() {
        let world = Self.midway()
        world.run { _, world in world.state?.phase == .stable }
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "bad") }
        world.spec.release = PlannerWorld.old
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        #expect(world.tip.values.release(.stable).values.contains("ghcr.io/acme/checkout:v2"))
    }

    @Test("a weight that is not the state's is an edit, also where a revert brought the state back over it")
    func editBelowARevert() {
        let world = Self.midway()
        world.run(to: .promote)
        world.commit("Carol", isEdit: true) { $0.values[.weight] = "7" }
        // The commit that brings the state has the edit in its tree already.
        world.commit("Carol") { $0.state?.at.stage = .promote }
        guard case .held(.edited(let fields, let key)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        #expect(fields.map(\.found) == ["7"])
        world.spec.steering.resume = key
        world.run { _, world in world.state?.at.action == .resume }
        #expect(world.state?.stage.weight.percent == 7)
        #expect(world.run { _, world in world.state?.phase == .stable })
        #expect(world.weight == 0)
    }

    @Test("what stable served before promote stays known when people resume there")
    func promotedTime() {
        let world = Self.midway()
        world.run(to: .promote)
        let promoted = world.state?.release.promoted
        #expect(promoted != nil)
        world.commit("Carol", isEdit: true) { $0.values[.canaryReplicas] = "9" }
        guard case .held(.edited(_, let key)) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        world.spec.steering.resume = key
        world.run { _, world in world.state?.at.action == .resume }
        #expect(world.state?.release.promoted == promoted)
        var until: Timestamp?
        world.judge = { request, _ in
            until = request.comparedUntil
            return AnalysisReading(id: request.id, verdict: .needsMoreData)
        }
        world.run(limit: 30) { _, _ in until != nil }
        #expect(until == promoted)
    }

    @Test("nothing running means a first release, promoted at once")
    func firstRelease() {
        let world = PlannerWorld(replicas: 0)
        world.spec.release = PlannerWorld.new
        #expect(world.run(limit: 1) { _, world in world.state?.at.action == .promote })
        #expect(world.run { _, world in world.state?.phase == .stable })
    }

    @Test("a canary that is not at rest is named before anything starts")
    func notAtRest() {
        let world = PlannerWorld()
        world.branch[0].values[.weight] = "10"
        world.branch[0].values[.canaryReplicas] = "2"
        world.spec.release = PlannerWorld.new
        guard case .held(.notAtRest(let fields)) = world.tick().standing else {
            Issue.record("not held")
            return
        }
        #expect(fields.map(\.binding) == [.weight, .canaryReplicas])
    }
}
