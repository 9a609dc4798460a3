/// What the gateway serves by: the backends of a route as it last looked at them.
struct RouteView: Sendable {
    struct Backend: Sendable, Equatable {
        let service: ObjectKey
        let weight: Int
    }

    /// The last generation that the gateway has looked at; 0 before the first.
    var generation = 0
    /// The newest generation and when it was first seen, to be looked at after the gateway's delay.
    var pending: (generation: Int, since: Moment)
    var backends: [Backend] = []
}

extension Cluster {
    static let gatewayController = "example.com/gateway"

    /// Lets the gateway look at each route whose change is older than its delay: from then on it serves by the new weights, and
    /// the route's conditions say so.
    mutating func reconcileRoutes(at now: Moment) {
        for key in views.keys.sorted() where store[key] == nil { views[key] = nil }
        for route in store.all(.httpRoute) {
            var view = views[route.key] ?? RouteView(pending: (route.generation, now))
            if view.pending.generation != route.generation { view.pending = (route.generation, now) }
            let isDue = view.generation != route.generation && now - view.pending.since >= pace.gateway
            if isDue {
                view.generation = route.generation
                view.backends = backends(of: route)
            }
            views[route.key] = view
            if view.generation > 0 { report(route, view, at: now) }
        }
    }

    private func backends(of route: StoredObject) -> [RouteView.Backend] {
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
