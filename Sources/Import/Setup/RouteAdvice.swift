internal import Manifests
internal import Rollouts
internal import YAML

/// What to write into a route that leads to the Service, but not by what splits its traffic.
struct RouteAdvice {
    let service: ManifestObject
    let providers: [TrafficProvider]

    /// Nothing for a route that leads elsewhere.
    func steps(for route: ManifestObject) -> [String] {
        guard names(service.writtenName, route.root) else { return [] }
        if let steps = stepsByHand(for: route, of: providers.first(where: { $0.advises(on: route) })) { return steps }
        let ofKind = providers.filter { provider in
            provider.spec.routes.contains { $0.group == route.group && $0.kinds.contains(route.kind) }
        }
        guard let provider = ofKind.first(where: { $0.provides(route) }) else {
            let classes = ofKind.flatMap { $0.spec.routes.flatMap { $0.classes ?? [] } }
            guard !classes.isEmpty else { return [] }
            if let name = route.ingressClass { return [ownClass(name, of: route, ofKind, classes)] }
            return [
                "say which class \(route.listed) is of: spec.ingressClassName, one of \(classes.joined(separator: ", "));"
                    + " then run this again; or, where its class has a name of its own, whose it is: --provider"
                    + " \(ofKind[0].name)"
            ]
        }
        if let steps = stepsByHand(for: route, of: provider) { return steps }
        let places = (provider.spec.backends.path?.texts ?? provider.spec.backends.items?.texts ?? [])
            .filter { !$0.isEmpty }
        return [
            "\(route.listed) names it, but not in a list of weights: write it as an item of"
                + " \(places.joined(separator: " or ")); then run this again"
        ]
    }

    private func stepsByHand(for route: ManifestObject, of provider: TrafficProvider?) -> [String]? {
        provider?.stepsByHand(stable: service.writtenName, route: route.listed).map { $0 + ["run this again"] }
    }

    /// A class that no provider has: one of a known controller by another name, or nobody's.
    private func ownClass(
        _ name: String, of route: ManifestObject, _ providers: [TrafficProvider], _ classes: [String]
    ) -> String {
        "\(route.listed) is of the class \(name), and the classes that are known are \(classes.joined(separator: ", ")): where"
            + " \(name) is served by the controller of one of them, say by which: --provider"
            + " \(providers.map(\.name).joined(separator: " or --provider ")); otherwise add a route of a kind that has weights, such"
            + " as an HTTPRoute with \(service.title) among its backendRefs"
    }

    private func names(_ name: String, _ node: YAMLNode) -> Bool {
        let node = node.resolved
        if let text = node.text { return text == name || text.hasPrefix("\(name).") }
        return node.items.contains { names(name, $0) } || node.entries.contains { names(name, $0.value) }
    }
}

extension TrafficProvider {
    /// Whether `byHand` says what to put between the object and the Service that it leads to.
    func advises(on object: ManifestObject) -> Bool {
        spec.byHandFor?.contains { $0.group == object.group && $0.kinds.contains(object.kind) } ?? false
    }

    /// What people write first, with the names filled in; nil where the provider needs nothing.
    func stepsByHand(stable: String, route: String) -> [String]? {
        spec.byHand?.map { step in
            step.replacing("{{stable}}", with: stable).replacing("{{canary}}", with: "\(stable)-canary")
                .replacing("{{route}}", with: route)
        }
    }
}
