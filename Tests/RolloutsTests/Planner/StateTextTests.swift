import Analysis
import Rollouts
import Testing

@Suite("The state as it is written")
struct StateTextTests {
    @Test("a rollout under way")
    func underWay() throws {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-25"))
        var state = try #require(world.state)
        state.recent = [Digest(of: "before")]
        state.restore = [
            .init(binding: .weight, manifest: "apps/route.yaml", path: "spec.rules[0]", value: "0"),
            .init(binding: BindingName("canary.value.a, b: {c}"), manifest: "a \"b\".yaml", path: "x", value: nil),
        ]
        state.reject(
            .init(PlannerWorld.newer, attempt: 2, since: 1), reason: "errors: 5 %\u{85}{tripled}, \"see\" # log\n")
        #expect(
            state.text == #"""
                # What Headgate has rolled out. Written by the agent in the commit of each stage; never edit it by hand.
                apiVersion: headgate.dev/v1alpha1
                kind: RolloutState
                at: {serial: 4, action: advance, stage: weight-25}
                phase: Progressing
                release:
                  digest: sha256:290de8eb2d6f8a6997d1db3914ff28cd7af811d0ace66508e00fd024845b1ce6
                  attempt: 1
                  since: 2
                  served: "2027-01-15T09:00:40Z"
                  values:
                    "image.app": "ghcr.io/acme/checkout:v2"
                previous:
                  digest: sha256:8f50a6c0cff40f9ff2037b86a5c5f4b9acad3edc3b6e4eb2ddf41d5a8b88d2ea
                  attempt: 1
                  since: 0
                  values:
                    "image.app": "ghcr.io/acme/checkout:v1"
                recent:
                - sha256:6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb
                stage: {index: 2, count: 6, key: weight-25, kind: weight, weight: 25, max: 25, capacity: 5}
                plan: sha256:9658fe992120c55fa20f3de803e1217167b79e240cdbf95dd12007a968462a64
                bindings: sha256:1f7378b5c19e6bafe2eaeb0c3404de571bac942248db6119b20dfe74d0581b4c
                base: {replicas: 10, from: manifest}
                restore:
                - {binding: "route.weight", manifest: "apps/route.yaml", path: "spec.rules[0]", value: "0"}
                - {binding: "canary.value.a, b: {c}", manifest: "a \"b\".yaml", path: "x"}
                rejected:
                - {digest: sha256:cf13e8a506d9c223523b572687026f37815874c24bb3c309077043e8bd580de5, attempt: 2, since: 1, reason: "errors: 5 %\u0085{tripled}, \"see\" # log\n"}

                """#)
    }

    @Test("no more than the newest 20 rejections are kept, each release once")
    func rejections() throws {
        let world = PlannerWorld()
        world.tick()
        var state = try #require(world.state)
        let records = (0..<30).map { RolloutState.Record(Release(values: ["image.app": "app:\($0)"]), since: $0) }
        for record in records { state.reject(record, reason: "once") }
        var again = records[20]
        again.attempt = 2
        state.reject(again, reason: "again")
        #expect(state.rejected.count == 20)
        #expect(state.rejected.first == .init(again, reason: "again"))
        #expect(state.rejected.filter { $0.digest == again.digest }.count == 1)
    }
}

@Suite("Subjects of commits")
struct CommitSubjectTests {
    /// The subjects of the agent's commits in a world, without running anything else.
    private func subjects(_ world: PlannerWorld, until: (PlannerWorld) -> Bool) -> [String] {
        var subjects: [String] = []
        for _ in 0..<400 where !until(world) {
            if let transition = world.tick().transition {
                subjects.append(CommitMessage(of: transition, by: world.spec.id).subject)
            }
            world.now = world.now + .seconds(10)
        }
        return subjects
    }

    @Test("from adoption to the end")
    func forward() {
        let world = PlannerWorld()
        #expect(subjects(world) { $0.state != nil } == ["checkout: adopt v1, stable everywhere"])
        world.spec.release = PlannerWorld.new
        #expect(
            subjects(world) { $0.state?.phase == .stable && $0.state?.release.values == PlannerWorld.new } == [
                "checkout: start v2 with 1 pod of canary (stage 0 of 6)",
                "checkout: canary 0% → 5% (stage 1 of 6)",
                "checkout: canary 5% → 25% (stage 2 of 6)",
                "checkout: canary 25% → 50% (stage 3 of 6)",
                "checkout: promote v2 to stable (stage 4 of 6)",
                "checkout: canary 50% → 0%, all on stable (stage 5 of 6)",
                "checkout: finish v2, stable everywhere",
            ])
    }

    @Test("back, from a weight and from promote", arguments: ["weight-25", "promote"])
    func back(stage: String) {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey(stage))
        world.spec.steering.abort = world.state?.releaseKey
        let stable = stage == "promote" ? ["checkout: roll back v2: stable to v1"] : []
        #expect(
            subjects(world) { $0.state?.phase == .rolledBack } == stable + [
                "checkout: roll back v2: canary \(stage == "promote" ? 50 : 25)% → 0%",
                "checkout: roll back v2: everything as before",
            ])
    }

    @Test("growing, resuming, and taking a release back that nobody rejected")
    func others() {
        let world = PlannerPeopleTests.midway()
        world.spec.plan = StagePlan(steps: [5, 25, 80].map { .setWeight(Weight(clamping: $0)) })
        #expect(
            subjects(world) { $0.state?.at.action == .grow } == [
                "checkout: canary grows to 8 pods at 25% (stage 2 of 6)"
            ]
        )
        world.commit("Alice", isEdit: true) { $0.values[.weight] = "30" }
        if case .held(let hold) = world.tick().standing { world.spec.steering.resume = hold.key }
        #expect(subjects(world) { $0.state?.at.action == .resume } == ["checkout: resume at weight-25"])
        world.spec.release = PlannerWorld.old
        #expect(
            subjects(world) { $0.state?.phase == .stable } == [
                "checkout: roll back v2: canary 30% → 0%", "checkout: roll back done: everything as before",
            ])
    }

    @Test("no text from a release can end the subject's line")
    func oneLine() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = Release(values: ["image.app": "checkout:v2\n\nHeadgate-Action: \u{1B}[31mfinish\u{9B}"])
        let subject = subjects(world) { $0.state?.phase == .progressing }.first ?? ""
        #expect(subject == "checkout: start   [31mfinish  with 1 pod of canary (stage 0 of 6)")
    }
}
