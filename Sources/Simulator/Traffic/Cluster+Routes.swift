/// What the gateway serves by: the backends of a route as it last looked at them.
struct RouteView: Sendable {
    struct Backend: Sendable, Equatable {
        let service: ObjectKey
        let weight: Int
        /// What a subset of the Service's pods is called, and the labels that they have.
        var subset: (name: String, labels: [String: String])?

        var name: String { subset.map { "\(service.name)/\($0.name)" } ?? service.name }

        static func == (left: Self, right: Self) -> Bool {
            (left.service, left.weight, left.name) == (right.service, right.weight, right.name)
        }
    }

    /// The last generation that the gateway has looked at; 0 before the first.
    var generation = 0
    /// The newest generation and when it was first seen, to be looked at after the gateway's delay.
    var pending: (generation: Int, since: Moment)
    var backends: [Backend] = []
}

extension StoredObject {
    fileprivate var resourceVersion: Int { content["metadata", "resourceVersion"]?.string.flatMap { Int($0) } ?? 0 }
}

extension Cluster {
    static let gatewayController = "example.com/gateway"

    /// Lets the gateway look at each route whose change is older than its delay: from then on it serves by the new weights, and
    /// the conditions of an HTTPRoute say so.
    mutating func reconcileRoutes(at now: Moment) {
        for key in views.keys.sorted() where store[key] == nil { views[key] = nil }
        for route in routes {
            // A change of annotations alone counts no generation.
            let version = route.key.kind == .ingress ? route.resourceVersion : route.generation
            var view = views[route.key] ?? RouteView(pending: (version, now))
            if view.pending.generation != version { view.pending = (version, now) }
            let isDue = view.generation != version && now - view.pending.since >= pace.gateway
            if isDue {
                view.generation = version
                view.backends = backends(of: route)
            }
            views[route.key] = view
            if view.generation > 0, route.key.kind == .httpRoute { report(route, view, at: now) }
        }
    }

    private var routes: [StoredObject] {
        let ingresses = store.all(.ingress).filter { $0.spec["ingressClassName"] == "alb" }
        return store.all(.httpRoute) + store.all(.virtualService) + ingresses
    }

    private func backends(of route: StoredObject) -> [RouteView.Backend] {
        switch route.key.kind {
        case .virtualService: destinations(of: route)
        case .ingress: targetGroups(of: route)
        default: references(of: route)
        }
    }

    private func references(of route: StoredObject) -> [RouteView.Backend] {
        let rules = route.spec["rules"]?.array ?? []
        let references = rules.first?["backendRefs"]?.array ?? []
        return references.compactMap { reference in
            guard reference["kind"] == "Service", let name = reference["name"]?.string else { return nil }
            let namespace = reference["namespace"]?.string ?? route.key.namespace
            return RouteView.Backend(
                service: ObjectKey(.service, namespace: namespace, name: name),
                weight: max(0, reference["weight"]?.integer ?? 1))
        }
    }

    /// The first http route of a VirtualService; hosts are of its own namespace.
    private func destinations(of route: StoredObject) -> [RouteView.Backend] {
        (route.spec["http"]?.array?.first?["route"]?.array ?? []).compactMap { item in
            guard let host = item["destination", "host"]?.string.map(Self.service) else { return nil }
            let subset = item["destination", "subset"]?.string
            return RouteView.Backend(
                service: ObjectKey(.service, namespace: route.key.namespace, name: host),
                weight: max(0, item["weight"]?.integer ?? 0),
                subset: subset.map { ($0, labels(of: $0, host, in: route.key.namespace)) })
        }
    }

    private static func service(_ host: String) -> String { String(host.prefix { $0 != "." }) }

    /// Labels that no pod has where nobody defines the subset.
    private func labels(of subset: String, _ host: String, in namespace: String) -> [String: String] {
        let rules = store.all(.destinationRule).filter {
            $0.key.namespace == namespace && $0.spec["host"]?.string.map(Self.service) == host
        }
        let subsets = rules.flatMap { $0.spec["subsets"]?.array ?? [] }
        return subsets.first { $0["name"]?.string == subset }?["labels"]?.strings ?? ["subset": subset]
    }

    /// The first forward action of an Ingress for the AWS Load Balancer Controller.
    private func targetGroups(of route: StoredObject) -> [RouteView.Backend] {
        let annotations = route.rendered()["metadata", "annotations"]?.strings ?? [:]
        let actions = annotations.filter { $0.key.hasPrefix("alb.ingress.kubernetes.io/actions.") }
            .sorted { $0.key < $1.key }
            .compactMap { (try? ValueReader.read($0.value))?["forwardConfig", "targetGroups"]?.array }
        return (actions.first ?? []).compactMap { group in
            group["serviceName"]?.string.map {
                RouteView.Backend(
                    service: ObjectKey(.service, namespace: route.key.namespace, name: $0),
                    weight: max(0, group["weight"]?.integer ?? 0))
            }
        }
    }

    private mutating func report(_ route: StoredObject, _ view: RouteView, at now: Moment) {
        let missing = view.backends.first { store[$0.service] == nil }
        let resolved: (Bool, String, String) =
            missing.map { (false, "BackendNotFound", "service \($0.service.namespace)/\($0.service.name) not found") }
            ?? (true, "ResolvedRefs", "")
        let before = route.status["parents"]?.array ?? []
        let parents = (route.spec["parentRefs"]?.array ?? []).map { reference -> Value in
            let old = before.first { $0["parentRef"] == reference }
            var conditions = Conditions(old?["conditions"])
            conditions = conditions.setting("Accepted", true, "Accepted", "", at: now)
            conditions = conditions.setting("ResolvedRefs", resolved.0, resolved.1, resolved.2, at: now)
            let elements = conditions.elements.map { condition in
                var condition = condition
                condition["lastUpdateTime"] = nil
                condition["observedGeneration"] = .integer(view.generation)
                return condition
            }
            return [
                "conditions": .array(elements), "controllerName": .string(Self.gatewayController),
                "parentRef": reference,
            ]
        }
        store.update(route.key, manager: "example-gateway", subresource: "status", at: now) {
            $0["status", "parents"] = .array(parents)
        }
    }
}
