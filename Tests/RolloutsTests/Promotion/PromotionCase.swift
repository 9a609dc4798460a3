import Analysis
@testable import Rollouts

/// A step from staging to production at one time, as the tests change it.
struct PromotionCase {
    static let staging = RolloutID(environment: "staging", namespace: "shop", name: "checkout")
    static let production = RolloutID(environment: "production", namespace: "shop", name: "checkout")
    static let island = RolloutID(environment: "island", namespace: "shop", name: "checkout")
    static let now = Timestamp(seconds: 1_800_000_000)

    var step = PromotionStep(
        promotion: "checkout", file: ".headgate/promotions/checkout.yaml", source: staging, target: production,
        later: [island])
    var world: PromotionObservation
    var now = Self.now

    /// Staging has had v2 for two hours; production and what comes after it have v1, and nobody has touched their lines.
    init() {
        world = PromotionObservation(
            source: Self.stop(Self.staging, on: "v2", since: .seconds(7200)),
            target: Self.stop(Self.production, on: "v1"), later: [Self.stop(Self.island, on: "v1")])
        world.line = LineReading(way: [
            ProvingCommit(id: Self.commit("a1"), subject: "checkout: start v2", evidence: []),
            ProvingCommit(
                id: Self.commit("a2"), subject: "checkout: promote v2", evidence: ["Analysis  passed over 10m"]),
        ])
    }

    func decide() -> PromotionDecision { PromotionPlanner.plan(step, world, at: now) }

    // MARK: Parts

    static func release(_ version: String, _ more: [String: String] = [:]) -> Release {
        Release(values: ["image.app": "ghcr.io/acme/checkout:\(version)"].merging(more) { $1 })
    }

    static func commit(_ start: String) -> CommitID {
        CommitID(hex: start + String(repeating: "0", count: 40 - start.count))
    }

    static func state(_ release: Release, since: Int = 3, phase: RolloutState.Phase = .stable) -> RolloutState {
        let plan = StagePlan(steps: [.setWeight(Weight(clamping: 10))])
        let stage = plan.stages[plan.lastIndex]
        return RolloutState(
            at: .init(serial: since + 4, action: .finish, stage: stage.key), phase: phase,
            release: .init(release, since: since), previous: .init(Self.release("v0")),
            stage: .init(
                index: plan.lastIndex, count: plan.lastIndex, key: stage.key, kind: stage.kind, weight: .none,
                max: .none, capacity: 0),
            plan: plan.digest.description, bindings: nil, base: nil, restore: [], failure: nil, rejected: [])
    }

    static func stop(
        _ id: RolloutID, on version: String, since age: Duration = .seconds(86_400)
    ) -> PromotionStop {
        PromotionStop(
            id: id, state: state(release(version)), standing: .stable, stated: release(version),
            stageCommit: .init(id: commit("5e"), arrived: now - age))
    }

    static func change(to version: String?, by author: String = "Alice") -> LineReading.Change {
        .init(by: .init(commit: commit("abc123def"), author: author), release: version.map { release($0) })
    }
}
