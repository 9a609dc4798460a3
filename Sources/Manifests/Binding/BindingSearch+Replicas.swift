internal import Rollouts
internal import YAML

/// A pair whose traffic no route splits: the counts of its pods do, behind one Service or as workers without one.
extension BindingSearch {
    mutating func checkCounts(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) {
        for workload in [stable, canary] {
            guard let scaler = workload.autoscaler else { continue }
            problems.append(
                scaler.object.diagnostic(
                    "\(scaler.object.title) changes the pods of \(workload.object.title), and their counts split the traffic",
                    hint: "name a route that splits it, such as traffic: {route: HTTPRoute/\(name)}, or do without it"))
        }
        if stable.object.kind == "DaemonSet" || stable.isKnative {
            problems.append(
                source.diagnostic(
                    at: "spec.workload.kind",
                    "a \(stable.isKnative ? "Service of Knative" : "DaemonSet") has no count of pods that could split the traffic",
                    hint:
                        "name a route that splits it, such as traffic: {route: \(stable.isKnative ? "Route" : "HTTPRoute")/\(name)}"
                ))
        }
        if spec.traffic?.subsets != nil {
            problems.append(
                source.diagnostic(
                    at: "spec.traffic.subsets", "without a route nothing splits the traffic by subsets",
                    hint: "name the route, such as traffic: {route: VirtualService/\(name), …}"))
        }
        checkSelectors(stable, canary)
        checkCommonService(stable, canary)
    }

    /// A Service that reaches stable alone would leave the canary without the share that its pods stand for.
    private mutating func checkCommonService(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) {
        let services = index.objects(of: "Service", in: environment).filter { service in
            service.group.isEmpty && [source.id.namespace, ""].contains(service.reference.namespace)
                && Labels.select(Labels.read(service.root["spec"]?["selector"]), stable.podLabels)
        }
        let isShared = services.contains {
            Labels.select(Labels.read($0.root["spec"]?["selector"]), canary.podLabels)
        }
        guard let first = services.first, !isShared else { return }
        problems.append(
            first.diagnostic(
                at: "spec.selector", "without a route, one Service has to select the pods of both sides",
                hint:
                    "\(first.title) selects \(stable.object.title) alone: take out the label that tells the sides apart, "
                    + "or name a route, such as traffic: {route: HTTPRoute/\(name)}"))
    }

    /// The Services that select one side each, by which metrics tell the sides apart; nobody needs them for the traffic.
    mutating func findTellingServices(
        _ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload
    ) -> BoundRollout.Services? {
        if spec.traffic?.services != nil { return findServices(stable, canary, for: nil) }
        func service(of own: BoundRollout.Workload, not other: BoundRollout.Workload) -> ManifestObject? {
            let found = try? index.find(
                "Service", group: "", namespace: source.id.namespace, name: own.object.reference.name, in: environment)
            let selector = Labels.read(found?.root["spec"]?["selector"])
            let isTelling = Labels.select(selector, own.podLabels) && !Labels.select(selector, other.podLabels)
            return isTelling ? found : nil
        }
        guard let own = service(of: stable, not: canary), let other = service(of: canary, not: stable) else {
            return nil
        }
        return BoundRollout.Services(stable: own, canary: other)
    }

    /// Workloads that count each other's pods as their own.
    mutating func checkSelectors(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) {
        for (own, other) in [(stable, canary), (canary, stable)] where Labels.select(own.selector, other.podLabels) {
            let path: FieldPath = "spec.selector.matchLabels"
            overlap("the selector of \(own.object.title)", own.object, path, of: own, reaching: other)
        }
    }
}
