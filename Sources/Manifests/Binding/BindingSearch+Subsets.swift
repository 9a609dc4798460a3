internal import Rollouts
internal import YAML

/// One Service with both sides behind it, whose pods are divided into subsets by labels.
extension BindingSearch {
    mutating func findSharedService(
        _ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload, _ subsets: TrafficSpec.Subsets,
        for split: Split
    ) -> BoundRollout.Services? {
        guard let definition = split.provider.spec.subsets else {
            let names = providers.filter { $0.spec.subsets != nil }.map(\.name).joined(separator: ", ")
            report(
                "spec.traffic.subsets", "\(split.object.title) is split by Services, not by subsets of one",
                names.isEmpty
                    ? "state traffic.services instead" : "routes of \(names) have subsets; state traffic.services here")
            return nil
        }
        if subsets.stable == subsets.canary {
            report(
                "spec.traffic.subsets.canary", "stable and canary are the same subset \(subsets.stable)",
                "give each side a subset of its own")
            return nil
        }
        let stated = spec.traffic?.services
        if let other = stated?.canary, other != stated?.stable {
            report(
                "spec.traffic.services.canary", "with subsets both sides are behind one Service, not also \(other)",
                "leave out services.canary, or the subsets")
            return nil
        }
        let name = stated?.stable ?? stable.object.reference.name
        guard let service = find("Service", name, group: "", at: "spec.traffic.services.stable") else { return nil }
        var result = BoundRollout.Services(stable: service, canary: service)
        let selector = Labels.read(service.root["spec"]?["selector"])
        let isWhole = [stable, canary].allSatisfy {
            check(
                service.title, selector, at: "spec.selector", of: service, selects: $0,
                remark: "; with subsets the Service selects both sides")
        }
        checkSelectors(stable, canary)
        guard let rule = subsetRule(definition, for: service, subsets) else { return result }
        let sides = [(subsets.stable, stable, canary), (subsets.canary, canary, stable)]
        for (subset, own, other) in sides {
            guard let (labels, place) = labels(of: subset, in: rule, definition) else { continue }
            result.subsetLabels.formUnion(labels.keys)
            if isWhole { check(subset, labels, beside: selector, at: place, of: rule, selects: own, not: other) }
        }
        return result
    }

    /// The object that defines the subsets of the Service: exactly one.
    private mutating func subsetRule(
        _ definition: TrafficProvider.Subsets, for service: ManifestObject, _ subsets: TrafficSpec.Subsets
    ) -> ManifestObject? {
        let namespace = source.id.namespace
        let hosts = [service.writtenName, service.reference.name].flatMap { name in
            [name, "\(name).\(namespace)", "\(name).\(namespace).svc"]
        }
        let rules = index.objects(of: definition.kind, in: environment).filter { object in
            guard object.group == definition.group, [namespace, ""].contains(object.reference.namespace),
                let path = TrafficProvider.path(definition.host), let host = object.node(at: path)?.text
            else { return false }
            return hosts.contains { host == $0 || $0.hasSuffix(".svc") && host.hasPrefix("\($0).") }
        }
        if let second = rules.dropFirst().first {
            problems.append(
                second.diagnostic(
                    "\(rules.count) objects \(definition.kind) divide \(service.title) into subsets",
                    hint: "keep one of " + rules.map(\.place).joined(separator: ", ")))
            return nil
        }
        if rules.isEmpty {
            report(
                "spec.traffic.subsets", "no \(definition.kind) divides \(service.title) into subsets",
                "add one with \(definition.host): \(service.writtenName) and the subsets \(subsets.stable) and \(subsets.canary)"
            )
        }
        return rules.first
    }

    private mutating func labels(
        of subset: String, in rule: ManifestObject, _ definition: TrafficProvider.Subsets
    ) -> ([String: String], FieldPath)? {
        guard let list = TrafficProvider.path(definition.list) else { return nil }
        let items = rule.node(at: list)?.items ?? []
        let found = items.indices.filter { items[$0]["name"]?.resolved.text == subset }
        guard found.count == 1 else {
            let names = items.compactMap { $0["name"]?.resolved.text }
            problems.append(
                rule.diagnostic(
                    at: list,
                    found.isEmpty
                        ? "\(rule.title) has no subset \(subset)"
                        : "\(rule.title) has \(found.count) subsets \(subset)",
                    hint: !found.isEmpty
                        ? "keep one"
                        : names.isEmpty ? "define it with its labels" : "it has \(names.joined(separator: ", "))"))
            return nil
        }
        let place = list.appending(found[0]).appending("labels")
        return (Labels.read(items[found[0]]["labels"]), place)
    }

    private mutating func check(
        _ subset: String, _ labels: [String: String], beside selector: [String: String], at place: FieldPath,
        of rule: ManifestObject, selects own: BoundRollout.Workload, not other: BoundRollout.Workload
    ) {
        let title = "the subset \(subset) of \(rule.title)"
        guard labels.isEmpty || check(title, labels, at: place, of: rule, selects: own) else { return }
        if Labels.select(selector.merging(labels) { $1 }, other.podLabels) {
            overlap(title, rule, place, of: own, reaching: other)
        }
    }
}
