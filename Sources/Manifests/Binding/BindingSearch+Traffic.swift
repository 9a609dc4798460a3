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
        if spec.traffic?.route != nil { checkSelectors(stable, canary) }
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
    mutating func overlap(
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
        guard let text = spec.traffic?.route else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            problems.append(
                source.diagnostic(at: "spec.traffic.route", "\"\(text)\" is no route", hint: "write <Kind>/<name>"))
            return nil
        }
        guard let (provider, object) = providedRoute(parts[0], parts[1]) else { return nil }
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

    /// The route, and the one provider that is for it: by its API group, for an Ingress by its class.
    private mutating func providedRoute(_ kind: String, _ name: String) -> (TrafficProvider, ManifestObject)? {
        var fitting = providers.filter { $0.routes(kind) }
        if let stated = spec.traffic?.provider {
            fitting = fitting.filter { $0.name == stated }
            guard !fitting.isEmpty else {
                let near = Spelling.nearest(to: stated, among: providers.map(\.name))
                report(
                    "spec.traffic.provider", "there is no traffic provider \(stated) for \(kind)",
                    near.map { "did you mean \($0)?" })
                return nil
            }
        }
        guard !fitting.isEmpty else {
            let kinds = Set(providers.flatMap { $0.spec.routes.flatMap(\.kinds) }).sorted()
            report(
                "spec.traffic.route", "no traffic provider knows the kind \(kind)",
                Spelling.nearest(to: kind, among: kinds).map { "did you mean \($0)?" }
                    ?? "there is \(kinds.joined(separator: ", "))")
            return nil
        }
        let groups = Set(fitting.flatMap { $0.spec.routes.filter { $0.kinds.contains(kind) }.map(\.group) })
        let known = groups.sorted().compactMap { group in
            try? index.find(kind, group: group, namespace: source.id.namespace, name: name, in: environment)
        }
        guard known.count == 1 else {
            // None, or one in each of several groups: said as for any other object.
            _ = find(kind, name, group: groups.count == 1 ? groups.first : nil, at: "spec.traffic.route")
            return nil
        }
        let object = known[0]
        let providing = fitting.filter { $0.fits(object) }
        guard providing.count == 1 else {
            let names = (providing.isEmpty ? fitting : providing).map(\.name).joined(separator: ", ")
            problems.append(
                object.diagnostic(
                    at: "spec",
                    providing.isEmpty
                        ? "no traffic provider is for the class of \(object.title)"
                        : "several traffic providers are for \(object.title)",
                    hint: providing.isEmpty
                        ? "\(names) knows \(kind), of another class" : "name one as traffic.provider: \(names)"))
            return nil
        }
        return (providing[0], object)
    }

    private mutating func report(_ path: FieldPath, _ message: String, _ hint: String?) {
        problems.append(source.diagnostic(at: path, message, hint: hint))
    }

    /// Binds every weight, and reads it where it is decided: an overlay may have its own.
    mutating func bindWeights(_ route: BoundRollout.Route) -> BoundRollout.Route {
        var lists: [BackendList] = []
        for list in route.lists {
            var items: [BackendList.Item] = []
            for item in list.items {
                let format: BoundField.Format = route.provider.spec.weight.text == true ? .value : .number
                bind(.weight, to: item.path, of: route.object, format: format, unwritten: String(list.unwritten))
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
            lists.append(
                BackendList(path: list.path, items: items, unwritten: list.unwritten, total: list.total))
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
