internal import Manifests
internal import Rollouts
internal import YAML

/// Finds the objects of the application, or lists those that a person can choose from.
struct SubjectSearch {
    let index: ManifestIndex
    let providers: [TrafficProvider]
    let request: SetupRequest
    let environment: Environment
    /// What a person who writes the Rollout by hand has to write beside it, each a step.
    var configuration: (SetupRequest) -> [String] = { _ in [] }

    /// The kinds that have a pair that can be made from manifests alone.
    static let kinds = ["Deployment", "StatefulSet", "DaemonSet"]

    /// - Throws: everything that is in the way, at once.
    func subject(_ workload: ManifestObject, namespace: Result<String, SetupRefusal>) throws(SetupRefusal)
        -> SetupSubject
    {
        let place = (try? namespace.get()) ?? ""
        let services = services(of: workload, namespace: place)
        let traffic = traffic(of: workload, services, namespace: place)
        let served = (try? traffic.get()).map { $0.service } ?? services.first
        let subsets = subsets(in: traffic, of: workload, namespace: place)
        let label = Result<TellingLabel, SetupRefusal> { () throws(SetupRefusal) in
            try self.label(workload, request.splitsByCounts || subsets != nil ? nil : served)
        }
        var faults = [namespace.refusal, traffic.refusal].compactMap(\.self)
        if let subsets { faults.insert(try subsets.refusal(byHand: configuration), at: 0) }
        if let refusal = label.refusal, subsets?.tellsTheSides != true { faults.append(refusal) }
        if let refusal = SetupRefusal.all(faults) { throw refusal }
        return SetupSubject(
            name: request.name ?? workload.reference.name, namespace: place, environment: environment,
            workload: workload.placed(in: place), traffic: try traffic.get().placed(in: place),
            autoscaler: autoscaler(of: workload, namespace: place), label: try label.get())
    }

    private func traffic(
        of workload: ManifestObject, _ services: [ManifestObject], namespace: String
    ) -> Result<SetupTraffic, SetupRefusal> {
        Result { () throws(SetupRefusal) in
            request.splitsByCounts
                ? try counts(of: workload, among: services, namespace: namespace)
                : .route(try way(to: services, of: workload, namespace: namespace))
        }
    }

    private func subsets(
        in traffic: Result<SetupTraffic, SetupRefusal>, of workload: ManifestObject, namespace: String
    ) -> SubsetAdvice? {
        guard case .success(.route(let way)) = traffic else { return nil }
        let id = RolloutID(
            environment: environment.name, namespace: namespace, name: request.name ?? workload.reference.name)
        return SubsetAdvice(
            way.placed(in: namespace), of: workload.placed(in: namespace), id: id, in: index, environment)
    }

    // MARK: The workload

    /// The stable workload.
    func workload() throws(SetupRefusal) -> ManifestObject {
        let (kind, name) = try wanted()
        let all = Self.kinds.flatMap { index.objects(of: $0, in: environment) }.filter { object in
            object.group == "apps" && isHere(object) && !object.reference.name.hasSuffix("-canary")
                && object.namesItsPods
        }
        let candidates = all.filter { kind == nil || $0.kind == kind }
        if !candidates.contains(where: { name == nil || $0.reference.name == name }) {
            let advice = ChartAdvice(
                index: index, request: request, environment: environment, configuration: configuration(request))
            if let refusal = knative(name) ?? argoRollout(name) ?? advice.refusal(for: name) { throw refusal }
        }
        guard let name else {
            if candidates.count == 1 { return candidates[0] }
            throw ambiguous(candidates, kind)
        }
        let named = candidates.filter { $0.reference.name == name }
        if named.count == 1 { return named[0] }
        if named.count > 1 { throw ambiguous(named, kind) }
        let near = Spelling.nearest(to: name, among: candidates.map(\.reference.name))
        let nearest = candidates.first { $0.reference.name == near }
        let noun = kind ?? "Deployment"
        throw SetupRefusal(
            "there is no \(kind.map { "\($0)/" } ?? "workload ")\(name) in \(folder)",
            causes: candidates.map(\.listed).sorted(),
            steps: [
                nearest.map { "did you mean --workload \($0.title)?" }
                    ?? "where the \(noun) has another name than the rollout, give --workload \(noun)/NAME"
            ])
    }

    /// Several workloads, or none: of one name where the folder is no single cluster's.
    private func ambiguous(_ candidates: [ManifestObject], _ kind: String?) -> SetupRefusal {
        guard let first = candidates.first else {
            return SetupRefusal(
                "there is no \(kind ?? "Deployment, StatefulSet or DaemonSet") in \(folder)",
                steps: ["name the folder that the cluster applies: --environment NAME=FOLDER"])
        }
        let folders = KustomizationRoots(index.tree, below: environment.root).folders
        if candidates.allSatisfy({ $0.title == first.title }) {
            if folders.count < 2, let refusal = duplicates(candidates) { return refusal }
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
        let kinds = Set(candidates.map(\.kind))
        let example = candidates.min { ($0.kind, $0.reference.name) < ($1.kind, $1.reference.name) }
        return SetupRefusal(
            "there are \(candidates.count) \(kinds.count == 1 ? "\(first.kind)s" : "workloads") in \(folder)",
            causes: candidates.map(\.listed).sorted(),
            steps: [
                "choose one: "
                    + (kinds == ["Deployment"]
                        ? "--name \(example?.reference.name ?? "NAME")" : "--workload \(example?.title ?? "KIND/NAME")")
            ])
    }

    /// One name in several places of one namespace; nil where another namespace or the same place is what they differ in.
    private func duplicates(_ objects: [ManifestObject]) -> SetupRefusal? {
        let places = objects.map(\.place)
        let namespaces = Set(objects.map(\.reference.namespace))
        guard Set(places).count == objects.count, namespaces.count == 1 || request.namespace != nil else { return nil }
        let namespace = request.namespace ?? namespaces.first ?? ""
        return SetupRefusal(
            "\(objects[0].title) is stated \(objects.count) times"
                + (namespace.isEmpty ? " in \(folder)" : " for the namespace \(namespace)"),
            causes: objects.map(\.listed).sorted(), steps: ["keep one, and remove the other; then run this again"])
    }

    /// What the request names; each nil where anything will do.
    private func wanted() throws(SetupRefusal) -> (kind: String?, name: String?) {
        guard let text = request.workload else { return (nil, request.name) }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let kind = parts.first, let name = parts.last else { return (nil, text) }
        guard Self.kinds.contains(kind) else {
            if kind == "Service", let refusal = knative(name) { throw refusal }
            if let near = Self.kinds.first(where: { $0.lowercased() == kind.lowercased() }) {
                throw SetupRefusal("there is no kind \(kind)", steps: ["did you mean --workload \(near)/\(name)?"])
            }
            if kind == "Rollout", let refusal = argoRollout(name) { throw refusal }
            throw SetupRefusal(
                "\(text) cannot be set up: no pair of them can be made from manifests alone",
                steps: ["give --workload Deployment/NAME, or a StatefulSet or DaemonSet"])
        }
        return (kind, name)
    }

    /// A Service of Knative is a workload and its route in one.
    private func knative(_ name: String?) -> SetupRefusal? {
        let provider = providers.first { $0.spec.backends.of == .workloads && $0.routes("Service") }
        let services = index.objects(of: "Service", in: environment).filter { object in
            provider?.provides(object) == true && isHere(object) && (name == nil || object.reference.name == name)
        }
        guard let provider, let service = services.first else { return nil }
        return SetupRefusal(
            "\(service.listed) is a Service of \(service.group), of which no canary follows from manifests alone",
            steps: (provider.stepsByHand(stable: service.writtenName, route: service.listed) ?? []) + [
                "run headgate check"
            ])
    }

    func isHere(_ object: ManifestObject) -> Bool {
        guard let namespace = request.namespace else { return true }
        return object.reference.namespace.isEmpty || object.reference.namespace == namespace
    }

    var folder: String { environment.root.isEmpty ? "the repository" : environment.root }

    /// The namespace that the workload is applied to.
    func namespace(of workload: ManifestObject) -> Result<String, SetupRefusal> {
        if !workload.reference.namespace.isEmpty { return .success(workload.reference.namespace) }
        if let namespace = request.namespace { return .success(namespace) }
        return .failure(
            SetupRefusal(
                "nothing says which namespace \(workload.title) is in",
                causes: ["\(workload.place): no metadata.namespace, and no namespace in a kustomization"],
                steps: ["give the namespace that it is applied to: --namespace NAME"]))
    }

    func autoscaler(of workload: ManifestObject, namespace: String) -> Autoscaler? {
        guard workload.kind != "DaemonSet" else { return nil }
        return Autoscaler.kinds.flatMap { index.objects(of: $0, in: environment) }.filter {
            [namespace, ""].contains($0.reference.namespace)
        }.lazy.compactMap { Autoscaler($0.placed(in: namespace)) }.first { $0.scales(workload) }
    }
}

extension Result where Failure == SetupRefusal {
    fileprivate var refusal: SetupRefusal? { if case .failure(let refusal) = self { refusal } else { nil } }
}

extension ManifestObject {
    /// `Kind/name (file:line)`, as lists of candidates show it.
    var listed: String { "\(title) (\(place))" }

    /// Whether it has a pod template with labels at all.
    fileprivate var namesItsPods: Bool { !podLabels.isEmpty }
}
