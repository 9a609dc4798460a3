internal import Rollouts
internal import YAML

/// The route that splits the pair's traffic.
extension BindingSearch {
    /// A route, and the provider that is for it.
    struct Split {
        let provider: TrafficProvider
        let object: ManifestObject
    }

    mutating func findSplit(_ text: String) -> Split? {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            report("spec.traffic.route", "\"\(text)\" is no route", "write <Kind>/<name>")
            return nil
        }
        return providedRoute(parts[0], parts[1])
    }

    mutating func findRoute(
        _ split: Split, _ services: BoundRollout.Services?, _ stable: BoundRollout.Workload,
        _ canary: BoundRollout.Workload
    ) -> BoundRollout.Route? {
        guard let (pair, livePair) = pairs(split.provider, services, stable, canary) else { return nil }
        let (provider, object) = (split.provider, split.object)
        do throws(RouteProblem) {
            let tree = try placingTexts(of: provider, in: object.patchingLists(in: try tree(of: object)), of: object)
            let lists = try provider.lists(in: tree, of: pair)
            if lists.isEmpty {
                problems.append(
                    object.diagnostic(
                        at: provider.spec.backends.text?.paths.first?.parent ?? "spec",
                        "\(object.title) names neither \(pair.title(.stable)) nor \(pair.title(.canary))",
                        hint: "list \(provider.both(of: pair)) as backends, the canary's with weight 0"))
            }
            return BoundRollout.Route(
                object: object, provider: provider, pair: pair, livePair: livePair, lists: lists,
                main: mainRoute(beside: split, of: pair))
        } catch {
            problems.append(object.placedDiagnostic(at: error.path, error.message, hint: error.hint))
            return nil
        }
    }

    /// Stable's route, where the canary has one of its own.
    private func mainRoute(beside split: Split, of pair: BackendPair) -> String? {
        guard split.provider.keepsRoutesApart else { return nil }
        let others = index.objects(of: split.object.kind, in: environment).filter { other in
            other.reference.namespace == split.object.reference.namespace && other.reference != split.object.reference
                && split.provider.provides(other, anyClass: true)
        }
        return others.first { other in
            guard let tree = try? tree(of: other) else { return false }
            return split.provider.ownRoute(
                in: tree, stable: pair.stable, canary: pair.canary, namespace: pair.namespace) != nil
        }?.reference.name
    }

    /// What the route calls the two sides, in the file and in the cluster.
    private func pairs(
        _ provider: TrafficProvider, _ services: BoundRollout.Services?, _ stable: BoundRollout.Workload,
        _ canary: BoundRollout.Workload
    ) -> (BackendPair, BackendPair)? {
        let namespace = source.id.namespace
        if provider.spec.backends.of == .workloads {
            let stated = spec.traffic?.services
            func pair(_ name: (ManifestObject) -> String) -> BackendPair {
                BackendPair(
                    stable: stated?.stable ?? name(stable.object), canary: stated?.canary ?? name(canary.object),
                    namespace: namespace)
            }
            return (pair(\.writtenName), pair(\.reference.name))
        }
        guard let services else { return nil }
        let subsets = spec.traffic?.subsets.map { BackendPair.Sides(stable: $0.stable, canary: $0.canary) }
        let written = BackendPair(
            stable: services.stable.writtenName, canary: services.canary.writtenName, namespace: namespace,
            subsets: subsets)
        var live = BackendPair(
            stable: services.stable.reference.name, canary: services.canary.reference.name, namespace: namespace,
            subsets: subsets)
        guard provider.spec.backends.text != nil, written != live else { return (written, live) }
        // Kustomize renames what a route names in its fields, and leaves texts as they are.
        let renamed = live
        live.routed = .init(stable: written.stable, canary: written.canary)
        return (live, renamed)
    }

    /// The tree with the texts that are applied, which an overlay may replace.
    private func placingTexts(
        of provider: TrafficProvider, in tree: YAMLTree, of object: ManifestObject
    ) throws(RouteProblem) -> YAMLTree {
        var tree = tree
        let placement = Placement(index: index, environment: environment)
        for path in provider.textPaths(in: tree) {
            do throws(Diagnostic) {
                guard let text = try placement.text(at: path, of: object) else { continue }
                tree = tree.setting(path, to: .string(text)) ?? tree
            } catch {
                throw RouteProblem(path: path, message: error.message, hint: error.hint ?? "")
            }
        }
        return tree
    }

    private func tree(of object: ManifestObject) throws(RouteProblem) -> YAMLTree {
        do throws(YAMLError) {
            return try YAMLTree(object.root, of: object.stream)
        } catch {
            throw RouteProblem(path: .root, message: error.message, hint: error.hint ?? "")
        }
    }

    /// The route, and the one provider that is for it: by its API group, for an Ingress by its class.
    private mutating func providedRoute(_ kind: String, _ name: String) -> Split? {
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
        let isStated = spec.traffic?.provider != nil
        let providing = fitting.filter { $0.fits(object, anyClass: isStated) }
        guard providing.count == 1 else {
            let names = (providing.isEmpty ? fitting : providing).map(\.name).joined(separator: ", ")
            problems.append(
                object.diagnostic(
                    at: "spec",
                    providing.isEmpty
                        ? "no traffic provider is for the class of \(object.title)"
                        : "several traffic providers are for \(object.title)",
                    hint: providing.isEmpty
                        ? "\(names) knows \(kind), of another class; where a class of another name is meant, say traffic.provider"
                        : "name one as traffic.provider: \(names)"))
            return nil
        }
        return Split(provider: providing[0], object: object)
    }

    mutating func report(_ path: FieldPath, _ message: String, _ hint: String?) {
        problems.append(source.diagnostic(at: path, message, hint: hint))
    }
}
