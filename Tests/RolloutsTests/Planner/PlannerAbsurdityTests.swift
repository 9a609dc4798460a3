import Analysis
import Rollouts
import Support
import Testing

@Suite("The planner and values that make no sense")
struct PlannerAbsurdityTests {
    @Test(
        "absurd texts in the manifests neither trap nor start a release",
        arguments: ["", "abc", "-3", "9223372036854775807", "99999999999999999999", "٣", "1e3", "0x10", " 0"])
    func garbageWeight(text: String) {
        let world = PlannerWorld(release: PlannerWorld.new)
        world.branch[0].values[.weight] = text
        guard case .held(.notAtRest(let fields)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        #expect(fields.first?.found == text)
    }

    @Test(
        "absurd counts of pods do not trap, forwards or backwards",
        arguments: ["-1", "9223372036854775807", "4611686018427387904", "many", ""], [false, true])
    func absurdReplicas(text: String, fails: Bool) {
        let world = PlannerWorld(release: PlannerWorld.new)
        world.branch[0].values[.stableReplicas] = text
        world.live.values[.stableReplicas] = text
        if fails {
            world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors") }
        }
        let isSettled = world.run { decision, world in
            if case .held = decision.standing { true } else { [.stable, .rolledBack].contains(world.state?.phase) }
        }
        #expect(isSettled)
    }

    @Test("states with the largest and smallest numbers do not trap", arguments: [Int.max, .min, 0, -1])
    func absurdNumbers(number: Int) {
        for phase in RolloutState.Phase.allCases {
            for kind in Stage.Kind.allCases {
                for history in Self.histories {
                    var observation = Observation(
                        history: history, nextSerial: number, manifests: ManifestReading(values: [.weight: "0"]),
                        live: .read(Self.live(number)))
                    observation.state = Self.state(number, phase, kind)
                    observation.taken = Self.state(number, .rollingBack, .traffic)
                    observation.note = StageNote(liveAt: Timestamp(milliseconds: Int64(number)))
                    for steps in [[], PlannerWorld.standard] {
                        var spec = PlannerWorld(steps: steps).spec
                        spec.steering = Steering(resume: "rewritten-\(number)", abort: observation.state?.releaseKey)
                        spec.progressDeadline = .seconds(number)
                        _ = Planner.plan(spec, observation, at: Timestamp(milliseconds: Int64(number)))
                    }
                }
            }
        }
    }

    private static var histories: [History] {
        let culprit = History.Culprit(commit: CommitID(hex: ""), author: "")
        return [.begin, .happened, .reverted(by: culprit), .rewritten, .notOurs(by: culprit)]
    }

    private static func live(_ number: Int) -> LiveReading {
        let side = SideReading(desired: number, total: number, updated: number, available: number, oldAvailable: number)
        let time = Timestamp(milliseconds: Int64(number))
        return LiveReading(time: time, changedAt: time, weight: Weight(clamping: number), stable: side, canary: side)
    }

    private static func state(_ number: Int, _ phase: RolloutState.Phase, _ kind: Stage.Kind) -> RolloutState? {
        let world = PlannerWorld()
        world.tick()
        var state = world.state
        state?.at = .init(serial: number, action: .resume, stage: StageKey(kind.rawValue))
        state?.phase = phase
        state?.release.attempt = number
        state?.stage = .init(
            index: number, count: number, key: StageKey(kind.rawValue), kind: kind, weight: Weight(clamping: number),
            max: Weight(clamping: number), capacity: number)
        state?.plan = ""
        state?.base = .init(replicas: number, from: .live)
        state?.rejected = [.init(.init(PlannerWorld.old, attempt: number, since: number), reason: "")]
        return state
    }

    @Test("a deleted Rollout is retired at rest and held while it moves")
    func deleted() throws {
        for phase in RolloutState.Phase.allCases {
            let isAtRest = phase == .stable || phase == .rolledBack
            #expect(
                Planner.planDeleted(try #require(Self.state(1, phase, .weight)))
                    == (isAtRest ? Decision(.retired, effects: [.retire]) : Decision(.held(.deleted))))
        }
    }
}
