package import Rollouts
internal import YAML

/// Finds everything that a Rollout names or leaves to the defaults.
///
/// Problems are collected, so that a person sees all of them at once; one broken rollout never stops another.
package struct RolloutBinder {
    package let index: ManifestIndex
    package let providers: [TrafficProvider]

    package init(index: ManifestIndex, providers: [TrafficProvider]) {
        self.index = index
        self.providers = providers
    }

    /// What was found, and all that is wrong; with a problem there is no rollout.
    package func bind(_ source: RolloutSource, in environment: Environment) -> Binding {
        var search = BindingSearch(index: index, providers: providers, source: source, environment: environment)
        let rollout = search.run()
        return Binding(rollout: search.problems.isEmpty ? rollout : nil, problems: search.problems)
    }

    package struct Binding: Sendable {
        package let rollout: BoundRollout?
        package let problems: [Diagnostic]
    }
}

/// The search for one rollout's objects and fields.
struct BindingSearch {
    let index: ManifestIndex
    let providers: [TrafficProvider]
    let source: RolloutSource
    let environment: Environment
    var problems: [Diagnostic] = []
    var fields: [BoundField] = []
    /// What a person should know, though nothing forbids it.
    var warnings: [Diagnostic] = []
    /// Autoscalers of pairs that scale something else than their own side.
    var misdirected: Set<ObjectReference> = []
    /// The values of objects that a chart makes, which stand where `spec.bindings` says.
    var rendered: Set<BindingName> = []
    var holders: [String: YAMLStream] = [:]

    var spec: RolloutSpec { source.spec }
    var name: String { source.id.name }
    var canaryName: String { "\(name)-canary" }

    init(index: ManifestIndex, providers: [TrafficProvider], source: RolloutSource, environment: Environment) {
        self.index = index
        self.providers = providers
        self.source = source
        self.environment = environment
    }

    mutating func run() -> BoundRollout? {
        let kind = spec.workload?.kind ?? "Deployment"
        guard BoundRollout.Workload.kinds.contains(kind) else {
            problems.append(
                source.diagnostic(
                    at: "spec.workload.kind", "a \(kind) is no workload that a release goes through",
                    hint: "it can be a " + BoundRollout.Workload.kinds.joined(separator: ", a ") + " of Knative"))
            return nil
        }
        let stable = findWorkload(kind, spec.workload?.stable ?? name, .stable)
        let canary = findWorkload(kind, spec.workload?.canary ?? canaryName, .canary)
        let companions = findCompanions()
        guard let stable, let canary else { return nil }
        if stable.reference == canary.reference {
            problems.append(
                source.diagnostic(at: "spec.workload", "stable and canary are the same \(stable.title)"))
            return nil
        }
        problems += [stable, canary].compactMap(KnativeService.problem)
        checkScalers(companions, beside: stable, canary)
        let pair = (workload(stable, .stable), workload(canary, .canary))
        check(companions, beside: pair.0, pair.1)
        let services: BoundRollout.Services?
        var route: BoundRollout.Route?
        if spec.traffic?.route == nil {
            checkCounts(pair.0, pair.1)
            services = findTellingServices(pair.0, pair.1)
        } else {
            let split = isRouteRendered ? nil : spec.traffic?.route.flatMap { findSplit($0) }
            services = findServices(pair.0, pair.1, for: split)
            route = split.flatMap { findRoute($0, services, pair.0, pair.1) }
        }
        bindRendered(pair.0, pair.1)
        bindImages(pair.0, .stable)
        bindImages(pair.1, .canary)
        bindCapacity(pair.0, .stable)
        bindCapacity(pair.1, .canary)
        route = isRouteRendered ? services.flatMap { renderedRoute(between: $0) } : route.map { bindWeights($0) }
        bindValues(pair.0, pair.1, companions)
        bindJobs()
        applyStatedBindings(pair.0, pair.1)
        checkAddresses()
        checkSharing(pair.0, pair.1)
        return BoundRollout(
            id: source.id, environment: environment, source: source, stable: pair.0, canary: pair.1, route: route,
            services: services, companions: companions, fields: fields, warnings: warnings, holders: holders)
    }

    // MARK: Objects

    mutating func find(_ kind: String, _ name: String, group: String? = nil, at path: FieldPath) -> ManifestObject? {
        do throws(LookupFailure) {
            return try index.find(
                kind, group: group, namespace: source.id.namespace, name: name, in: environment)
        } catch {
            problems.append(source.diagnostic(at: path, error.message, hint: error.hint))
            return nil
        }
    }

    private mutating func workload(_ object: ManifestObject, _ side: Side) -> BoundRollout.Workload {
        if object.isRendered {
            return BoundRollout.Workload(
                object: object, autoscaler: autoscaler(of: object) ?? renderedAutoscaler(of: object, side),
                ownsTemplate: false)
        }
        let template = BoundRollout.Workload.templatePath
        let isCovered = object.layers.contains { layer in
            !layer.opaque.isEmpty || layer.patches.contains { $0.fits(object) && $0.touches(template) }
        }
        let isShared = !index.sharers(of: object.file, besides: environment).isEmpty
        return BoundRollout.Workload(
            object: object, autoscaler: autoscaler(of: object), ownsTemplate: !isCovered && !isShared)
    }
}
