internal import Rollouts
internal import YAML

/// The objects that a chart makes: those without a document, whose values `spec.bindings` states.
extension BindingSearch {
    /// A workload's document, or the workload as the Rollout names it.
    mutating func findWorkload(_ kind: String, _ name: String, _ side: Side) -> ManifestObject? {
        let place = FieldPath([.field("spec"), .field("workload"), .field(side.rawValue)])
        let isStated = states { $0.hasPrefix("\(side.rawValue).") }
        // A Service of Kubernetes runs nothing; what does is Knative's.
        let group = kind == "Service" ? KnativeService.group : nil
        guard isStated || isCharted, isMissing(kind, name, group: group), isStated || !isMisspelt(kind, name) else {
            return find(kind, name, group: group, at: place)
        }
        guard Self.workloads.contains(kind) else {
            report(
                place, "no chart's \(kind) can be followed", "it is one of \(Self.workloads.joined(separator: ", "))")
            return nil
        }
        return rendered("apps", kind, name)
    }

    /// A Service's document; else the Service itself, where its workload or the route is a chart's.
    mutating func findService(
        _ stated: String?, _ side: Side, of workload: BoundRollout.Workload
    ) -> ManifestObject? {
        let name = stated ?? workload.object.reference.name
        if isMissing("Service", name, group: ""), workload.object.isRendered || isRouteRendered {
            return rendered("", "Service", name)
        }
        let place = FieldPath([.field("spec"), .field("traffic"), .field("services"), .field(side.rawValue)])
        return find("Service", name, group: "", at: place)
    }

    /// Whether no document is the route that is named, and a chart makes it.
    var isRouteRendered: Bool {
        guard let (kind, name) = routeParts, providers.contains(where: { $0.routes(kind) }) else { return false }
        let isStated = states { $0 == BindingName.weight.text || $0 == BindingName.stableWeight.text }
        guard isStated || isCharted, isMissing(kind, name) else { return false }
        return isStated || !isMisspelt(kind, name)
    }

    /// The autoscaler of a workload that a chart makes, where its floor is stated: of the workload's name.
    func renderedAutoscaler(of object: ManifestObject, _ side: Side) -> Autoscaler? {
        let floor: BindingName = side == .stable ? .stableFloor : .canaryFloor
        guard states({ $0 == floor.text }) else { return nil }
        return Autoscaler(rendered("autoscaling", "HorizontalPodAutoscaler", object.reference.name))
    }

    /// The route as the Rollout names it, with its weights in the chart's values, in percent.
    mutating func renderedRoute(between services: BoundRollout.Services) -> BoundRollout.Route? {
        guard let reference = renderedRouteReference, let provider = renderedProvider(reference.kind) else {
            return nil
        }
        let object = ManifestObject(rendered: reference, for: source)
        let pair = BackendPair(
            stable: services.stable.reference.name, canary: services.canary.reference.name,
            namespace: source.id.namespace)
        let items = fields.filter { $0.binding == .weight }.map { field in
            BackendList.Item(
                path: field.livePath, role: field.livePath == BoundRollout.Route.canaryShare ? .canary : .stable,
                weight: field.value.flatMap { Int($0) })
        }
        let list = BackendList(
            path: "spec", items: items, unwritten: 0,
            total: items.contains { $0.role == .stable } ? nil : BoundRollout.Route.percent)
        return BoundRollout.Route(object: object, provider: provider, pair: pair, livePair: pair, lists: [list])
    }

    /// The one provider that knows the kind.
    private mutating func renderedProvider(_ kind: String) -> TrafficProvider? {
        let fitting = providers(for: kind)
        if fitting.count == 1 { return fitting[0] }
        if fitting.isEmpty {
            let names = providers.filter { $0.routes(kind) }.map(\.name).sorted().joined(separator: ", ")
            report(
                "spec.traffic.provider", "there is no traffic provider \(spec.traffic?.provider ?? "") for \(kind)",
                "there is \(names)")
        } else {
            report(
                "spec.traffic", "without a manifest nobody knows which \(kind) is meant",
                "name one as traffic.provider: \(fitting.map(\.name).sorted().joined(separator: ", "))")
        }
        return nil
    }

    private func providers(for kind: String) -> [TrafficProvider] {
        let stated = spec.traffic?.provider
        return providers.filter { $0.routes(kind) && (stated == nil || $0.name == stated) }
    }

    /// The route in the cluster: of the first group in which the provider has its kind.
    var renderedRouteReference: ObjectReference? {
        guard let (kind, name) = routeParts else { return nil }
        let routes = providers(for: kind).first?.spec.routes.first { $0.kinds.contains(kind) }
        return ObjectReference(group: routes?.group ?? "", kind: kind, namespace: source.id.namespace, name: name)
    }

    // MARK: Missing documents

    private static let workloads = ["Deployment", "StatefulSet"]

    var routeParts: (kind: String, name: String)? {
        let parts = (spec.traffic?.route ?? "").split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }

    func rendered(_ group: String, _ kind: String, _ name: String) -> ManifestObject {
        let reference = ObjectReference(group: group, kind: kind, namespace: source.id.namespace, name: name)
        return ManifestObject(rendered: reference, for: source)
    }

    func states(_ fits: (String) -> Bool) -> Bool { (spec.bindings ?? []).contains { fits($0.value) } }

    private func isMissing(_ kind: String, _ name: String, group: String? = nil) -> Bool {
        !index.objects(of: kind, in: environment).contains { object in
            (group == nil || object.group == group) && object.reference.name == name
                && ["", source.id.namespace].contains(object.reference.namespace)
        }
    }

    /// Whether a document of nearly the same name is there, which a person more likely means.
    private func isMisspelt(_ kind: String, _ name: String) -> Bool {
        Spelling.nearest(to: name, among: index.objects(of: kind, in: environment).map(\.reference.name)) != nil
    }

    /// Whether a chart is rendered into the Rollout's namespace.
    private var isCharted: Bool { chart != nil }

    /// One that is, for examples: the one of the Rollout's name, or any.
    var chart: ChartRelease? {
        let here = index.chartReleases(in: environment).filter { $0.namespaces.contains(source.id.namespace) }
        return here.first { $0.object.reference.name == name } ?? here.first
    }
}
