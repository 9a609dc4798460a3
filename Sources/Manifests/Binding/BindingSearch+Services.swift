internal import Rollouts
internal import YAML

/// The Services of the pair, and whose pods they select.
extension BindingSearch {
    /// Nil where one is missing, and where the route names no Services.
    mutating func findServices(
        _ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload, for split: Split?
    ) -> BoundRollout.Services? {
        if let subsets = spec.traffic?.subsets {
            if isRouteRendered {
                report(
                    "spec.traffic.subsets", "a route that a chart makes is split by Services, not by subsets of one",
                    "state traffic.services instead")
            }
            return split.flatMap { findSharedService(stable, canary, subsets, for: $0) }
        }
        if split?.provider.spec.backends.of == .workloads { return nil }
        let stated = spec.traffic?.services
        let stableService = findService(stated?.stable, .stable, of: stable)
        let canaryService = findService(stated?.canary, .canary, of: canary)
        guard let stableService, let canaryService else { return nil }
        check(stableService, selects: stable, not: canary)
        check(canaryService, selects: canary, not: stable)
        if spec.traffic?.route != nil { checkSelectors(stable, canary) }
        return BoundRollout.Services(stable: stableService, canary: canaryService)
    }

    private mutating func check(
        _ service: ManifestObject, selects own: BoundRollout.Workload, not other: BoundRollout.Workload
    ) {
        // Which pods a chart's objects select shows only in the cluster: doctor looks there.
        if service.isRendered || own.object.isRendered { return }
        let selector = Labels.read(service.root["spec"]?["selector"])
        guard check(service.title, selector, at: "spec.selector", of: service, selects: own) else { return }
        if Labels.select(selector, other.podLabels) {
            overlap("the selector of \(service.title)", service, "spec.selector", of: own, reaching: other)
        }
    }

    /// Whether `selector` selects the pods of `own`; reported where it does not.
    mutating func check(
        _ title: String, _ selector: [String: String], at path: FieldPath, of object: ManifestObject,
        selects own: BoundRollout.Workload, remark: String = ""
    ) -> Bool {
        let missing = selector.filter { own.podLabels[$0.key] != $0.value }.sorted { $0.key < $1.key }
        if !selector.isEmpty, missing.isEmpty { return true }
        let labels = missing.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        problems.append(
            object.diagnostic(
                at: path, "\(title) does not select the pods of \(own.object.title)",
                hint: (selector.isEmpty
                    ? "give it a selector" : "the pod template of \(own.object.title) has no \(labels)") + remark))
        return false
    }

    /// A selector that reaches the other side's pods, with the label that would tell them apart.
    mutating func overlap(
        _ title: String, _ object: ManifestObject, _ path: FieldPath, of own: BoundRollout.Workload,
        reaching other: BoundRollout.Workload
    ) {
        // A label that only one side has would be copied to the other when a release starts.
        let telling = own.podLabels.filter { label in
            other.podLabels[label.key].map { $0 != label.value } ?? false
        }.sorted { $0.key < $1.key }.first
        let hint: String
        if let telling {
            hint = "add \(telling.key): \(telling.value) to it"
        } else {
            hint =
                "give the pods of each side a label of their own, such as track: stable and track: canary, and select it"
        }
        problems.append(
            object.diagnostic(at: path, "\(title) also selects the pods of \(other.object.title)", hint: hint))
    }
}
