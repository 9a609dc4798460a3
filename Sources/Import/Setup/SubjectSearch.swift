internal import Manifests
internal import Rollouts
internal import YAML

/// Finds the objects of the application, or lists those that a person can choose from.
struct SubjectSearch {
    let index: ManifestIndex
    let providers: [TrafficProvider]
    let request: SetupRequest
    let environment: Environment

    func subject(_ workload: ManifestObject, namespace: String) throws(SetupRefusal) -> SetupSubject {
        let (service, route, provider) = try traffic(of: workload, namespace: namespace)
        return SetupSubject(
            name: request.name ?? workload.reference.name, namespace: namespace, environment: environment,
            workload: workload.placed(in: namespace), service: service.placed(in: namespace),
            route: route.placed(in: namespace), provider: provider,
            autoscaler: autoscaler(of: workload, namespace: namespace)?.placed(in: namespace),
            label: try label(workload, service))
    }

    // MARK: The workload

    /// The stable workload, and the namespace that it is applied to.
    func workload() throws(SetupRefusal) -> (workload: ManifestObject, namespace: String) {
        let workload = try stableWorkload()
        return (workload, try namespace(of: workload))
    }

    private func stableWorkload() throws(SetupRefusal) -> ManifestObject {
        let all = index.objects(of: "Deployment", in: environment).filter(isHere)
        let candidates = all.filter { object in
            !object.reference.name.hasSuffix("-canary") && object.namesItsPods
        }
        guard let wanted = try wantedName() else {
            if candidates.count == 1 { return candidates[0] }
            throw ambiguous(candidates)
        }
        let named = candidates.filter { $0.reference.name == wanted }
        if named.count == 1 { return named[0] }
        if named.count > 1 {
            throw ambiguous(named)
        }
        let near = Spelling.nearest(to: wanted, among: candidates.map(\.reference.name))
        throw SetupRefusal(
            "there is no Deployment/\(wanted) in \(folder)", causes: candidates.map(\.listed).sorted(),
            steps: [
                near.map { "did you mean --workload Deployment/\($0)?" }
                    ?? "where the Deployment has another name than the rollout, give --workload Deployment/NAME"
            ])
    }

    /// Several Deployments, or none: of one name where the folder is no single cluster's.
    private func ambiguous(_ candidates: [ManifestObject]) -> SetupRefusal {
        guard let first = candidates.first else {
            return SetupRefusal(
                "there is no Deployment in \(folder)",
                steps: ["name the folder that the cluster applies: --environment NAME=FOLDER"])
        }
        let folders = KustomizationRoots(index.tree, below: environment.root).folders
        if candidates.contains(where: { $0.reference.name != first.reference.name }) == false {
            // The same document by several kustomizations, or one in each namespace.
            let isLayered = !folders.isEmpty
            let example = folders.first.map { "\($0.name)=\($0)" } ?? "NAME=FOLDER"
            return SetupRefusal(
                "\(first.title) is stated \(candidates.count) times in \(folder)",
                causes: isLayered ? folders.map { "by way of \($0)" } : candidates.map(\.listed),
                steps: [
                    isLayered
                        ? "name an environment and the folder that its cluster applies: --environment \(example)"
                        : "choose a namespace: --namespace \(first.reference.namespace)"
                ])
        }
        return SetupRefusal(
            "there are \(candidates.count) Deployments in \(folder)", causes: candidates.map(\.listed).sorted(),
            steps: ["choose one: --name \(candidates.map(\.reference.name).min() ?? "NAME")"])
    }

    private func wantedName() throws(SetupRefusal) -> String? {
        guard let text = request.workload else { return request.name }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 1 || parts.first == "Deployment", let name = parts.last else {
            throw SetupRefusal(
                "\(text) cannot be set up: only Deployments have a pair that can be made from manifests alone",
                steps: ["give --workload Deployment/NAME"])
        }
        return name
    }

    private func isHere(_ object: ManifestObject) -> Bool {
        guard let namespace = request.namespace else { return true }
        return object.reference.namespace.isEmpty || object.reference.namespace == namespace
    }

    private var folder: String { environment.root.isEmpty ? "the repository" : environment.root }

    private func namespace(of workload: ManifestObject) throws(SetupRefusal) -> String {
        if !workload.reference.namespace.isEmpty { return workload.reference.namespace }
        if let namespace = request.namespace { return namespace }
        throw SetupRefusal(
            "nothing says which namespace \(workload.title) is in",
            causes: ["\(workload.place): no metadata.namespace, and no namespace in a kustomization"],
            steps: ["give the namespace that it is applied to: --namespace NAME"])
    }

    // MARK: Traffic

    private typealias Way = (service: ManifestObject, route: ManifestObject, provider: TrafficProvider)

    /// The Service that selects the pods, and the route that names it.
    private func traffic(
        of workload: ManifestObject, namespace: String
    ) throws(SetupRefusal) -> (ManifestObject, ManifestObject, TrafficProvider) {
        let services = index.objects(of: "Service", in: environment).filter { service in
            [namespace, ""].contains(service.reference.namespace)
                && Labels.select(service.serviceSelector, workload.podLabels)
        }
        guard !services.isEmpty else {
            throw SetupRefusal(
                "no Service selects the pods of \(workload.title)",
                causes: index.objects(of: "Service", in: environment).map(\.listed).sorted(),
                steps: ["add a Service for them, and an HTTPRoute that names it; then run this again"])
        }
        let ways = ways(to: services, namespace: namespace)
        let wanted = ways.filter { request.route == nil || $0.route.title == request.route }
        if wanted.count == 1 { return wanted[0] }
        if wanted.count > 1 {
            let named = wanted.filter { $0.service.reference.name == workload.reference.name }
            if named.count == 1, request.route != nil { return named[0] }
            throw SetupRefusal(
                "several routes lead to \(workload.title)",
                causes: wanted.map { "\($0.route.listed), by \($0.service.title)" }.sorted(),
                steps: ["choose one: --route \(wanted[0].route.title)"])
        }
        let names = services.map(\.title).joined(separator: " or ")
        let kinds = providers.flatMap { $0.spec.routes.flatMap(\.kinds) }
        let routes = kinds.flatMap { index.objects(of: $0, in: environment) }
        throw SetupRefusal(
            request.route.map { "\($0) does not name \(names)" } ?? "no route names \(names)",
            causes: (ways.isEmpty ? routes : ways.map(\.route)).map(\.listed).sorted(),
            steps: [
                ways.first.map { "choose a route that does: --route \($0.route.title)" }
                    ?? "add an HTTPRoute with \(services[0].title) among its backendRefs; then run this again"
            ])
    }

    private func ways(to services: [ManifestObject], namespace: String) -> [Way] {
        var ways: [Way] = []
        for provider in providers {
            for group in provider.spec.routes {
                for route in group.kinds.flatMap({ index.objects(of: $0, in: environment) }) {
                    guard route.group == group.group, [namespace, ""].contains(route.reference.namespace),
                        let tree = try? YAMLTree(route.root, of: route.stream)
                    else { continue }
                    for service in services {
                        let gaps = provider.gaps(
                            in: tree, stable: service.writtenName, canary: "\(service.writtenName)-canary",
                            namespace: namespace)
                        if !gaps.isEmpty { ways.append((service, route, provider)) }
                    }
                }
            }
        }
        return ways
    }

    private func autoscaler(of workload: ManifestObject, namespace: String) -> ManifestObject? {
        index.objects(of: "HorizontalPodAutoscaler", in: environment).first { scaler in
            let target = scaler.root["spec"]?["scaleTargetRef"]
            let name = target?["name"]?.resolved.text
            return [namespace, ""].contains(scaler.reference.namespace) && target?["kind"]?.string == "Deployment"
                && (name == workload.writtenName || name == workload.reference.name)
        }
    }

    // MARK: The label

    private func label(_ workload: ManifestObject, _ service: ManifestObject) throws(SetupRefusal) -> TellingLabel {
        if let expressions = workload.node(at: "spec.selector.matchExpressions"), !expressions.items.isEmpty {
            throw SetupRefusal(
                "\(workload.place(of: "spec.selector.matchExpressions")): \(workload.title) selects its pods by expressions,"
                    + " from which no selector for the canary follows",
                steps: ["make the pair by hand: selectors by matchLabels alone, one label of each side's own"])
        }
        if let text = request.label { return try stated(text, workload, service) }
        if let label = TellingLabel(selector: workload.matchLabels, service: service.serviceSelector) { return label }
        throw OverlapAdvice(workload: workload, service: service).refusal
    }

    private func stated(
        _ text: String, _ workload: ManifestObject, _ service: ManifestObject
    ) throws(SetupRefusal) -> TellingLabel {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw SetupRefusal("\"\(text)\" is no label", steps: ["write --label KEY=VALUE"])
        }
        guard let stable = workload.matchLabels[parts[0]], service.serviceSelector[parts[0]] == stable else {
            throw SetupRefusal(
                "\(parts[0]) cannot tell the pods apart: \(workload.title) and \(service.title) do not both select on it",
                causes: [
                    "\(workload.place(of: "spec.selector.matchLabels")): \(OverlapAdvice.text(workload.matchLabels))",
                    "\(service.place(of: "spec.selector")): \(OverlapAdvice.text(service.serviceSelector))",
                ])
        }
        guard stable != parts[1] else {
            throw SetupRefusal(
                "\(text) is the label that the stable pods have", steps: ["give the canary another value"])
        }
        return TellingLabel(key: parts[0], stable: stable, canary: parts[1])
    }
}

extension ManifestObject {
    /// `Kind/name (file:line)`, as lists of candidates show it.
    var listed: String { "\(title) (\(place))" }

    /// Whether it has a pod template with labels at all.
    fileprivate var namesItsPods: Bool { !podLabels.isEmpty }
}
