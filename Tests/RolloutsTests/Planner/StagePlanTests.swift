import Analysis
import Foundation
import Rollouts
import Support
import Testing

@Suite("Steps compile to stages")
struct StagePlanTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var steps: String
        var stages: [String]
        var testDescription: String { steps }
    }

    static func steps(_ json: String) throws -> [Step] {
        try JSONDecoder().decode([Step].self, from: Data(json.utf8))
    }

    /// `key weight conditions`, with `*` where the background analysis is judged.
    static func lines(_ plan: StagePlan) -> [String] {
        plan.stages.map { stage in
            let conditions = stage.conditions.map { condition in
                switch condition {
                case .pause(let duration): "pause \(Span(duration))"
                case .approval(let number): "approval \(number)"
                case .analysis(let spec, let number): "\(spec.templates.map(\.templateName)[0]) \(number)"
                }
            }
            let scale = stage.scale == .matchTraffic ? [] : ["\(stage.scale)"]
            return ([stage.key.text, stage.weight.description + (stage.judged ? "*" : "")] + scale + conditions)
                .joined(separator: ", ")
        }
    }

    @Test(
        "a step that changes manifests opens a stage, the others are its conditions",
        arguments: [
            Case(steps: "[]", stages: ["start, 0%", "promote, 0%*", "drain, 0%", "finish, 0%"]),
            Case(
                steps: #"[{"setWeight": 5}, {"pause": {"duration": "10m"}}, {"setWeight": 50}]"#,
                stages: [
                    "start, 0%", "weight-5, 5%*, pause 10m", "weight-50, 50%*", "promote, 50%*", "drain, 0%",
                    "finish, 0%",
                ]),
            Case(
                steps: #"[{"pause": {}}, {"setWeight": 5}, {"pause": {}}, {"pause": {}}]"#,
                stages: [
                    "start, 0%, approval 1", "weight-5, 5%*, approval 1, approval 2", "promote, 5%*", "drain, 0%",
                    "finish, 0%",
                ]),
            Case(
                steps: #"""
                    [{"setWeight": 5}, {"analysis": {"templates": [{"templateName": "a"}]}}, {"pause": {"duration": 90}},
                     {"analysis": {"templates": [{"templateName": "b"}]}}, {"setWeight": 5}, {"setWeight": 0},
                     {"setWeight": 5}]
                    """#,
                stages: [
                    "start, 0%", "weight-5, 5%*, a 1, pause 1m30s, b 2", "weight-5.2, 5%*", "weight-0, 0%*",
                    "weight-5.3, 5%*", "promote, 5%*", "drain, 0%", "finish, 0%",
                ]),
            // Before anything has been waited for it is start's own; between weights the next weight's; with conditions of
            // its own a stage.
            Case(
                steps: #"""
                    [{"setCanaryScale": {"replicas": 3}}, {"pause": {"duration": "1m"}}, {"setCanaryScale": {"weight": 50}},
                     {"setWeight": 5}, {"pause": {}}, {"setCanaryScale": {"matchTrafficWeight": true}}, {"pause": {}},
                     {"setWeight": 20}]
                    """#,
                stages: [
                    "start, 0%, 3 replicas, pause 1m", "weight-5, 5%*, 50% of the base, approval 1",
                    "scale-5, 5%*, approval 1", "weight-20, 20%*", "promote, 20%*", "drain, 0%", "finish, 0%",
                ]),
        ])
    func compiles(example: Case) throws {
        #expect(Self.lines(StagePlan(steps: try Self.steps(example.steps))) == example.stages)
    }

    @Test("the background analysis is judged from its starting step to the end of promote", arguments: 0...6)
    func startingStep(index: Int) {
        let plan = StagePlan(steps: PlannerWorld.standard, startingStep: index)
        let judged = plan.stages.filter(\.judged).map(\.key.text)
        let weights = ["weight-5", "weight-25", "weight-50"].dropFirst((index + 1) / 2)
        #expect(judged == weights + ["promote"])
    }

    @Test(
        "plans that say the same in other words have the same digest",
        arguments: [
            (#"[{"setWeight": 5}, {"pause": {"duration": "10m"}}]"#, #"[{"setWeight":5},{"pause":{"duration":600}}]"#),
            (#"[{"pause": {"duration": "1h30m"}}]"#, #"[{"pause": {"duration": "90m"}}]"#),
            (
                #"[{"analysis": {"templates": [{"templateName": "a"}], "args": [{"name": "x", "value": "1"}, {"name": "y", "value": "2"}]}}]"#,
                #"[{"analysis": {"args": [{"name": "y", "value": "2"}, {"name": "x", "value": "1"}], "templates": [{"templateName": "a", "clusterScope": false}]}}]"#
            ),
        ])
    func equalDigests(left: String, right: String) throws {
        #expect(StagePlan(steps: try Self.steps(left)).digest == StagePlan(steps: try Self.steps(right)).digest)
    }

    @Test(
        "plans that say something else have other digests",
        arguments: [
            #"[{"setWeight": 6}]"#, #"[{"setWeight": 5}, {"pause": {}}]"#, #"[{"setWeight": 5}, {"setWeight": 5}]"#,
            #"[{"pause": {"duration": "1s"}}, {"setWeight": 5}]"#,
            #"[{"setWeight": 5}, {"pause": {"duration": "1s"}}]"#,
            #"[{"setWeight": 5}, {"analysis": {"templates": [{"templateName": "a,b"}]}}]"#,
            #"[{"setWeight": 5}, {"analysis": {"templates": [{"templateName": "a"}, {"templateName": "b"}]}}]"#,
        ])
    func otherDigests(steps: String) throws {
        let all = [
            #"[{"setWeight": 5}]"#, #"[{"setWeight": 5}, {"analysis": {"templates": [{"templateName": "c"}]}}]"#,
        ]
        for other in all {
            #expect(StagePlan(steps: try Self.steps(steps)).digest != StagePlan(steps: try Self.steps(other)).digest)
        }
        let pair = ["a,b", "a"].map { #"[{"analysis": {"templates": [{"templateName": "\#($0)"}]}}]"# }
        #expect(try StagePlan(steps: Self.steps(pair[0])).digest != StagePlan(steps: Self.steps(pair[1])).digest)
    }

    @Test("no upgrade changes the digest of a plan")
    func pinned() {
        #expect(
            StagePlan(steps: PlannerWorld.standard).digest.hex
                == "9658fe992120c55fa20f3de803e1217167b79e240cdbf95dd12007a968462a64")
        #expect(StagePlan.fastReturn.digest.hex == "51a40bd29b994324f4b785cc565b525ba8924d0e10debaed69c87832b18cf2e5")
        #expect(StagePlan.fastReturn.digest == StagePlan(steps: []).digest)
    }

    @Test("a stage writes the capacity of the weight before it, its own and the next")
    func written() {
        let plan = StagePlan(steps: [5, 50, 25, 0].map { .setWeight(Weight(clamping: $0)) })
        let before = [0, 0, 5, 50, 25, 0]
        let written = (0..<6).map {
            Capacity(base: 10).written(at: $0, of: plan, before: Weight(clamping: before[$0]))
        }
        #expect(written == [1, 5, 5, 5, 3, 0])
    }
}

@Suite("Capacity for a weight")
struct CapacityTests {
    @Test(
        "the share is rounded up, and any traffic at all has a pod",
        arguments: [
            (10, 25, 3), (10, 33, 4), (10, 99, 10), (10, 100, 10), (10, 0, 0), (10, 1, 1), (0, 0, 0), (0, 50, 1),
            (1, 1, 1), (3, 34, 2), (23, 100, 23), (-5, 50, 1), (Int.max, 100, Int.max), (Int.max, 50, Int.max / 2 + 1),
            (Int.min, 100, 1), (200, 7, 14), (1000, 55, 550),
        ])
    func pods(base: Int, weight: Int, pods: Int) {
        #expect(Capacity(base: base).pods(for: Weight(clamping: weight)) == pods)
    }

    /// The base, the rule, the weight, the least count, and the canary's pods.
    static let scaled: [(Int, CanaryScale, Int, Int, Int)] = [
        (1, .replicas(9), 100, 1, 9), (4, .weight(200), 20, 1, 8), (10, .matchTraffic, 20, 1, 2),
        (10, .matchTraffic, 5, 2, 2), (1, .matchTraffic, 5, 2, 1), (10, .matchTraffic, 0, 2, 0),
        (10, .replicas(0), 0, 2, 0), (10, .replicas(0), 5, 2, 1), (10, .weight(25), 0, 1, 3),
        (10, .weight(5), 50, 3, 3),
    ]

    /// Where Argo Rollouts knows the case, the counts are its own (reference: `utils/replicaset/canary_test.go`).
    @Test("setCanaryScale takes the place of the weight, and minPods is the least of any count", arguments: scaled)
    func scales(base: Int, scale: CanaryScale, weight: Int, least: Int, pods: Int) {
        #expect(Capacity(base: base, minPods: least).pods(for: Weight(clamping: weight), scale: scale) == pods)
    }
}
