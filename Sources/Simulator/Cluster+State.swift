extension Cluster {
    /// What the demo and the tests look at: weights that are served by, pods, requests by version.
    package var state: Value {
        [
            "now": .string(now.description),
            "weights": .array(views.sorted { $0.key < $1.key }.map(Self.weights)),
            "pods": .array(pods.values.sorted { $0.key < $1.key }.map(summary)),
            "totals": .array(
                traffic.totals.sorted { ($0.key.workload, $0.key.image) < ($1.key.workload, $1.key.image) }.map {
                    [
                        "workload": .string($0.key.workload), "image": .string($0.key.image),
                        "served": .integer($0.value.served), "failed": .integer($0.value.failed),
                    ]
                }),
            "environments": .array(store.all(.kustomization).map { $0.rendered() }),
        ]
    }

    private static func weights(_ route: ObjectKey, _ view: RouteView) -> Value {
        var weights: Value = .empty
        for backend in view.backends { weights[backend.name] = .integer(backend.weight) }
        return [
            "route": .string("\(route.namespace)/\(route.name)"), "generation": .integer(view.generation),
            "weights": weights,
        ]
    }

    private func summary(_ pod: Pod) -> Value {
        var summary: Value = [
            "pod": .string("\(pod.key.namespace)/\(pod.key.name)"), "workload": .string(workload(of: pod).name),
            "image": .string(pod.image), "ready": .bool(pod.isReady), "restarts": .integer(pod.restarts),
        ]
        if case .waiting(let reason, _) = pod.state { summary["waiting"] = .string(reason) }
        if pod.state == .unschedulable { summary["waiting"] = "Unschedulable" }
        return summary
    }

    /// Requests served and failed by an image, over all workloads that ran it.
    package func total(image: String) -> (served: Int, failed: Int) {
        let totals = traffic.totals.filter { $0.key.image == image }.map(\.value)
        return (totals.reduce(0) { $0 + $1.served }, totals.reduce(0) { $0 + $1.failed })
    }
}
