internal import Rollouts
internal import YAML

/// The Services of the pair, and the route between them.
extension BindingSearch {
    mutating func findServices(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) -> BoundRollout
        .Services?
    {
        let stated = spec.traffic?.services
        let stableService = find(
            "Service", stated?.stable ?? stable.object.reference.name, group: "", at: "spec.traffic.services.stable")
        let canaryService = find(
            "Service", stated?.canary ?? canary.object.reference.name, group: "", at: "spec.traffic.services.canary")
        guard let stableService, let canaryService else { return nil }
        check(stableService, selects: stable, not: canary)
        check(canaryService, selects: canary, not: stable)
        if Labels.select(stable.selector, canary.podLabels) {
            overlap(stable.object, "spec.selector.matchLabels", of: stable, reaching: canary)
        }
        if Labels.select(canary.selector, stable.podLabels) {
            overlap(canary.object, "spec.selector.matchLabels", of: canary, reaching: stable)
        }
        return BoundRollout.Services(stable: stableService, canary: canaryService)
    }

    private mutating func check(
        _ service: ManifestObject, selects own: BoundRollout.Workload, not other: BoundRollout.Workload
    ) {
        let selector = Labels.read(service.root["spec"]?["selector"])
        let missing = selector.filter { own.podLabels[$0.key] != $0.value }.sorted { $0.key < $1.key }
        if selector.isEmpty || !missing.isEmpty {
            let labels = missing.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            problems.append(
                service.diagnostic(
                    at: "spec.selector", "\(service.title) does not select the pods of \(own.object.title)",
                    hint: selector.isEmpty
                        ? "give it a selector" : "the pod template of \(own.object.title) has no \(labels)"))
        } else if Labels.select(selector, other.podLabels) {
            overlap(service, "spec.selector", of: own, reaching: other)
        }
    }

    /// A selector that reaches the other side's pods, with the label that would tell them apart.
    private mutating func overlap(
        _ object: ManifestObject, _ path: FieldPath, of own: BoundRollout.Workload,
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
            object.diagnostic(
                at: path, "the selector of \(object.title) also selects the pods of \(other.object.title)",
                hint: hint))
    }

    mutating func findRoute(between services: BoundRollout.Services) -> BoundRollout.Route? {
        guard let text = spec.traffic?.route else {
            problems.append(
                source.diagnostic(
                    at: "spec.traffic", "no route splits the traffic of \(source.id.name)",
                    hint:
                        "name one, such as traffic: {route: HTTPRoute/\(source.id.name)}; going without is not supported"
                ))
            return nil
        }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            problems.append(
                source.diagnostic(at: "spec.traffic.route", "\"\(text)\" is no route", hint: "write <Kind>/<name>"))
            return nil
        }
        guard let provider = provider(for: parts[0]),
            let object = find(parts[0], parts[1], group: provider.group(of: parts[0]), at: "spec.traffic.route")
        else { return nil }
        let pair = ServicePair(
            stable: services.stable.writtenName, canary: services.canary.writtenName, namespace: source.id.namespace)
        let livePair = ServicePair(
            stable: services.stable.reference.name, canary: services.canary.reference.name,
            namespace: source.id.namespace)
        do throws(RouteProblem) {
            let tree = object.patchingLists(in: try tree(of: object))
            let lists = try provider.lists(in: tree, of: pair)
            if lists.isEmpty {
                problems.append(
                    object.diagnostic(
                        at: "spec", "\(object.title) names neither \(pair.stable) nor \(pair.canary)",
                        hint: "list both Services as backends, the canary's with weight 0"))
            }
            return BoundRollout.Route(object: object, provider: provider, pair: pair, livePair: livePair, lists: lists)
        } catch {
            problems.append(object.diagnostic(at: error.path, error.message, hint: error.hint))
            return nil
        }
    }

    private func tree(of object: ManifestObject) throws(RouteProblem) -> YAMLTree {
        do throws(YAMLError) {
            return try YAMLTree(object.root, of: object.stream)
        } catch {
            throw RouteProblem(path: .root, message: error.message, hint: error.hint ?? "")
        }
    }

    private mutating func provider(for kind: String) -> TrafficProvider? {
        if let stated = spec.traffic?.provider {
            if let found = providers.first(where: { $0.name == stated && $0.routes(kind) }) { return found }
            let near = Spelling.nearest(to: stated, among: providers.map(\.name))
            problems.append(
                source.diagnostic(
                    at: "spec.traffic.provider", "there is no traffic provider \(stated) for \(kind)",
                    hint: near.map { "did you mean \($0)?" }))
            return nil
        }
        let fitting = providers.filter { $0.routes(kind) }
        if fitting.count != 1 {
            let kinds = providers.flatMap { $0.spec.routes.flatMap(\.kinds) }.sorted()
            problems.append(
                source.diagnostic(
                    at: "spec.traffic.route",
                    fitting.isEmpty
                        ? "no traffic provider knows the kind \(kind)" : "several traffic providers know \(kind)",
                    hint: fitting.isEmpty
                        ? "there is \(kinds.joined(separator: ", "))"
                        : "name one as traffic.provider: " + fitting.map(\.name).joined(separator: ", ")))
            return nil
        }
        return fitting.first
    }

    /// Binds every weight, and reads it where it is decided: an overlay may have its own.
    mutating func bindWeights(_ route: BoundRollout.Route) -> BoundRollout.Route {
        var lists: [BackendList] = []
        for list in route.lists {
            var items: [BackendList.Item] = []
            for item in list.items {
                bind(.weight, to: item.path, of: route.object, format: .number, unwritten: String(list.unwritten))
                let field = fields.last { $0.binding == .weight && $0.livePath == item.path }
                let weight = field?.text.flatMap { Int($0) }
                let range = route.provider.spec.weight
                if let field, let text = field.text,
                    !(weight.map { $0 >= range.minimum && $0 <= range.maximum } ?? false)
                {
                    problems.append(
                        field.problem(
                            "\(text) is no weight",
                            hint: "a whole number from \(range.minimum) to \(range.maximum)"))
                    continue
                }
                items.append(.init(path: item.path, role: item.role, weight: weight))
            }
            lists.append(BackendList(path: list.path, items: items, unwritten: list.unwritten))
        }
        do throws(RouteProblem) {
            _ = try route.provider.share(lists)
        } catch {
            problems.append(route.object.diagnostic(at: error.path, error.message, hint: error.hint))
        }
        return BoundRollout.Route(
            object: route.object, provider: route.provider, pair: route.pair, livePair: route.livePair, lists: lists)
    }
}
