import Analysis
import Rollouts

/// A repository, a cluster and a metrics backend of a few values each, around the real planner.
///
/// What it leaves out: files, text, several rollouts, and merges; those have tests of their own. The branch is a line
/// of commits, the cluster takes over the tip's values after a delay, and pods become available after another.
final class PlannerWorld {
    struct Commit {
        var state: RolloutState?
        var values: [BindingName: String]
        var arrived: Timestamp
        /// When it arrived by the clock of whoever made it.
        var stamped: Timestamp
        var author: String
        /// Whether a person changed bound fields in it, and did not just undo commits.
        var isEdit = false
    }

    var spec: Specification
    /// The true time, which is the API server's.
    var now = Timestamp(seconds: 1_800_000_000)
    /// How far the agent's clock is ahead.
    var skew: Duration = .zero
    var branch: [Commit]
    var notes: [Int: StageNote] = [:]
    /// The highest state that the branch has had.
    var mark: RolloutState?
    var steeredAt: Timestamp?
    var isDeleted = false
    var live: Cluster
    var faults = Faults()
    var judge: (AnalysisRequest, Timestamp) -> AnalysisReading = { request, now in
        AnalysisReading(
            id: request.id, verdict: now - request.from >= .seconds(60) ? .pass : .needsMoreData,
            completedAt: request.from + .seconds(60))
    }
    var clusterIsDown = false
    /// Where stages are proposed; nil where the agent knows none.
    var forge: ProposalDesk?
    /// Whether somebody decides who only looks.
    var isLooking = false
    let autoscaled: Bool
    /// Whether the counts of pods split the traffic, and no route.
    let byReplicas: Bool
    /// What the planner was last shown.
    var observed: Observation?

    /// Seconds from a commit to the cluster, and from the cluster to available pods.
    var applyDelay: Duration = .seconds(10)
    var podDelay: Duration = .seconds(20)
    /// Releases whose pods never become available, with the reason.
    var broken: [Release: String] = [:]

    static let old = Release(values: ["image.app": "ghcr.io/acme/checkout:v1"])
    static let new = Release(values: ["image.app": "ghcr.io/acme/checkout:v2"])
    static let newer = Release(values: ["image.app": "ghcr.io/acme/checkout:v3"])

    static let standard: [Step] = [5, 25, 50].flatMap { weight in
        [.setWeight(Weight(clamping: weight)), .pause(Span(.seconds(60)))]
    }

    init(
        steps: [Step] = standard, release: Release = old, replicas: Int = 10, autoscaled: Bool = false,
        byReplicas: Bool = false
    ) {
        spec = Specification(
            id: RolloutID(namespace: "shop", name: "checkout"), release: release, plan: StagePlan(steps: steps),
            background: .builtIn, bindings: Digest(of: "bindings"))
        var values: [BindingName: String] = [
            .release(.stable, "image.app"): Self.old.values["image.app"] ?? "",
            .release(.canary, "image.app"): Self.old.values["image.app"] ?? "", .weight: "0",
        ]
        if autoscaled {
            (values[.stableFloor], values[.canaryFloor]) = ("\(min(2, replicas))", "1")
        } else {
            (values[.stableReplicas], values[.canaryReplicas]) = ("\(replicas)", "0")
        }
        if byReplicas {
            values[.weight] = nil
            spec.split = .replicas(surge: .all, unavailable: .none)
        }
        self.autoscaled = autoscaled
        self.byReplicas = byReplicas
        branch = [Commit(state: nil, values: values, arrived: now, stamped: now, author: "Alice")]
        live = Cluster(
            values: values, changedAt: now, demand: replicas,
            stable: Pods(wanted: replicas, release: Self.old, since: now, before: 0, beforeRelease: Self.old),
            canary: Pods(
                wanted: autoscaled ? 1 : 0, release: Self.old, since: now, before: 0, beforeRelease: Self.old))
        now = now + .seconds(3600)
    }

    /// Commits a suspended Job, by which these stages are judged.
    func judge(_ stages: [StageKey], by job: String) {
        for stage in stages { spec.jobs[stage, default: []].append(job) }
        for index in branch.indices { branch[index].values[.jobSuspended(job)] = "true" }
        live.values[.jobSuspended(job)] = "true"
    }

    var agentTime: Timestamp { now + skew }
    var tip: Commit { branch[branch.count - 1] }
    var state: RolloutState? { tip.state }
    var weight: Int { Int(tip.values[.weight] ?? "") ?? 0 }
    /// By the pods that are there where they split the traffic.
    var liveWeight: Int {
        guard byReplicas else { return Int(live.values[.weight] ?? "") ?? 0 }
        guard case let pods = reading, let stable = pods.stable, let canary = pods.canary else { return 0 }
        return canary.total == 0 ? 0 : max(1, ReplicaSplit(stable: stable.total, canary: canary.total).share.percent)
    }
    var agentCommits: [Commit] { branch.filter { $0.author == "agent" } }
    var capacityBinding: BindingName { autoscaled ? .canaryFloor : .canaryReplicas }

    /// Ticks every ten seconds until `condition` holds.
    ///
    /// - Returns: whether it came to hold within `limit` ticks.
    @discardableResult
    func run(limit: Int = 400, until condition: (Decision, PlannerWorld) -> Bool) -> Bool {
        for _ in 0..<limit {
            let decision = tick()
            if condition(decision, self) { return true }
            now = now + .seconds(10)
        }
        return false
    }

    /// Ticks until the newest state has this stage.
    @discardableResult
    func run(to key: StageKey) -> Bool {
        run { _, world in world.state?.at.stage == key }
    }
}

extension [BindingName: String] {
    mutating func set(_ release: Release, _ side: Side) {
        for (name, value) in release.values { self[.release(side, name)] = value }
    }

    /// The fields of one side's release.
    func release(_ side: Side) -> [BindingName: String] {
        filter { $0.key.text.hasPrefix("\(side.rawValue).image") }
    }
}
