internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// A plan against the workload that it is for: steps that change nothing, and deadlines that cannot be kept.
struct PlanCheck {
    let rollout: RepositoryDocuments.LoadedRollout
    let bound: BoundRollout
    let specification: Specification

    var errors: [Diagnostic] { deadlines + counts + nodes + refusals }
    var warnings: [Diagnostic] { descending + unjudged }

    var place: FieldPath { rollout.source.document.spec.steps == nil ? "spec.plan" : "spec.steps" }

    private var descending: [Diagnostic] {
        let weights = specification.plan.weights
        return zip(weights, weights.dropFirst()).filter { $0 >= $1 }.map { weight, next in
            rollout.source.diagnostic(
                at: place, "\(next) comes after \(weight): a plan's weights go up",
                hint: "put the steps in order; a step of the same weight only adds conditions")
        }
    }

    /// A background analysis that begins when every weight has been served.
    private var unjudged: [Diagnostic] {
        guard specification.background.spec?.startingStep != nil,
            !specification.plan.stages.contains(where: { $0.kind == .weight && $0.judged })
        else { return [] }
        return [
            rollout.source.diagnostic(
                at: "spec.analysis.startingStep", "no step sets a weight from this one on: no weight is judged",
                hint: "steps are counted from 0; leave startingStep out to judge from the first weight")
        ]
    }

    // MARK: Counts

    /// Where the counts of pods split the traffic: weights that no count of this many pods tells apart.
    private var counts: [Diagnostic] {
        guard case .replicas = specification.split else { return [] }
        var found = rulesForRoutes
        guard let base = bound.field(.stableReplicas)?.value.flatMap({ Int($0) }), base > 0 else { return found }
        func split(_ weight: Weight) -> ReplicaSplit { specification.split.counts(of: base, at: weight) }
        var known: [ReplicaSplit: Weight] = [:]
        for weight in specification.plan.weights {
            let counts = split(weight)
            if let other = known[counts], other != weight {
                var shares: [Weight] = []
                for share in (1..<100).map({ split(Weight(clamping: $0)).share }) where !shares.contains(share) {
                    shares.append(share)
                }
                found.append(
                    rollout.source.diagnostic(
                        at: place,
                        "\(other) and \(weight) are the same here: \(counts.canary) of "
                            + Readable.plural(counts.stable + counts.canary, "pod"),
                        hint: "\(bound.stable.object.title) has \(Readable.plural(base, "pod")), which make "
                            + "\(Self.listed(shares)); or name a route that splits the traffic"))
            }
            known[counts] = weight
        }
        return found
    }

    /// The first of many weights.
    static func listed(_ weights: [Weight]) -> String {
        weights.prefix(12).map(\.description).joined(separator: ", ") + (weights.count > 12 ? "…" : "")
    }

    private var rulesForRoutes: [Diagnostic] {
        var found: [Diagnostic] = []
        if specification.plan.stages.contains(where: { $0.scale != .matchTraffic }) {
            found.append(
                rollout.source.diagnostic(
                    at: place, "setCanaryScale has no meaning where the counts of pods split the traffic",
                    hint: "name a route that splits it, or leave the step out"))
        }
        if rollout.source.document.spec.minPods != nil {
            found.append(
                rollout.source.diagnostic(
                    at: "spec.minPods", "minPods has no meaning where the counts of pods split the traffic",
                    hint: "name a route that splits it, or leave it out"))
        }
        return found
    }

    /// A pod on every node or none: there is nothing between.
    private var nodes: [Diagnostic] {
        guard bound.reading().onEveryNode, specification.plan.stages.contains(where: { $0.scale != .matchTraffic })
        else { return [] }
        return [
            rollout.source.diagnostic(
                at: place, "setCanaryScale has no meaning for a DaemonSet, which has a pod on every node or none",
                hint: "leave the step out")
        ]
    }

    // MARK: Deadlines

    private var deadlines: [Diagnostic] {
        let named = [
            ("applyDeadline", specification.applyDeadline), ("progressDeadline", specification.progressDeadline),
        ]
        var found = named.filter { $0.1 <= .zero }.map { name, _ in
            rollout.source.diagnostic(
                at: FieldPath([.field("spec"), .field(name)]), "\(name) is over before anything can have happened",
                hint: "leave it out for 10m")
        }
        for (side, workload) in [("stable", bound.stable), ("canary", bound.canary)] {
            let needed = Self.secondsToReady(workload.object)
            let deadline = specification.progressDeadline
            guard deadline > .zero, .seconds(needed) >= deadline else { continue }
            found.append(
                rollout.source.diagnostic(
                    at: "spec.progressDeadline",
                    "no pod of \(side) is available within \(Span(deadline)): \(workload.object.title) asks for "
                        + "\(Span(.seconds(needed))) first",
                    hint: "minReadySeconds and the readiness probe's delay have to fit into progressDeadline"))
        }
        return found
    }

    /// What the manifest itself makes a new pod wait before it counts as available.
    private static func secondsToReady(_ object: ManifestObject) -> Int {
        let containers = object.node(at: "spec.template.spec.containers")?.items ?? []
        let delays = containers.map { max(0, $0["readinessProbe"]?["initialDelaySeconds"]?.int ?? 0) }
        let ready = max(0, object.node(at: "spec.minReadySeconds")?.int ?? 0)
        let limit = 315_360_000
        return min(limit, delays.max() ?? 0) + min(limit, ready)
    }
}
