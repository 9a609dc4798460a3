internal import Manifests
internal import Rollouts
internal import YAML

/// The Services of the application, and the routes that lead to them.
extension SubjectSearch {
    /// The Services that select the pods.
    func services(of workload: ManifestObject, namespace: String) -> [ManifestObject] {
        index.objects(of: "Service", in: environment).filter { service in
            service.group.isEmpty && [namespace, ""].contains(service.reference.namespace)
                && Labels.select(service.serviceSelector, workload.podLabels)
        }
    }

    /// The route that names one of the Services.
    func way(
        to services: [ManifestObject], of workload: ManifestObject, namespace: String
    ) throws(SetupRefusal) -> SetupWay {
        guard !services.isEmpty else {
            throw SetupRefusal(
                "no Service selects the pods of \(workload.title)",
                causes: index.objects(of: "Service", in: environment).map(\.listed).sorted(),
                steps: ["add a Service for them, and an HTTPRoute that names it; then run this again"],
                alternative: withoutRoute(workload, namespace))
        }
        let ways = ways(to: services, namespace: namespace)
        let wanted = ways.filter { request.route == nil || [$0.route.title, $0.split].contains(request.route) }
        if wanted.count == 1 { return wanted[0] }
        if wanted.count > 1 {
            let named = wanted.filter { $0.service.reference.name == workload.reference.name }
            if named.count == 1, request.route != nil { return named[0] }
            throw SetupRefusal(
                "several routes lead to \(workload.title)",
                causes: wanted.map { "\($0.route.listed), by \($0.service.title)" }.sorted(),
                steps: ["choose one: --route \(wanted[0].route.title)"])
        }
        throw noRoute(to: services, of: workload, ways, namespace: namespace)
    }

    private func noRoute(
        to services: [ManifestObject], of workload: ManifestObject, _ ways: [SetupWay], namespace: String
    ) -> SetupRefusal {
        let names = services.map(\.title).joined(separator: " or ")
        let known = providers.flatMap { $0.spec.routes + ($0.spec.byHandFor ?? []) }
        let kinds = Set(known.flatMap(\.kinds)).sorted()
        let routes = kinds.flatMap { index.objects(of: $0, in: environment) }.filter { object in
            providers.contains { $0.provides(object, anyClass: true) || $0.advises(on: object) }
        }
        let message = request.route.map { "\($0) does not name \(names)" } ?? "no route names \(names)"
        let causes = (ways.isEmpty ? routes : ways.map(\.route)).map(\.listed).sorted()
        if let way = ways.first {
            return SetupRefusal(
                message, causes: causes, steps: ["choose a route that does: --route \(way.route.title)"])
        }
        let advice = RouteAdvice(service: services[0], providers: providers)
        let steps = routes.lazy.map(advice.steps).first { !$0.isEmpty } ?? []
        let add = "add an HTTPRoute with \(services[0].title) among its backendRefs; then run this again"
        return SetupRefusal(
            message, causes: causes, steps: steps.isEmpty ? [add] : steps,
            alternative: withoutRoute(workload, namespace))
    }

    private func withoutRoute(_ workload: ManifestObject, _ namespace: String) -> String? {
        if workload.kind == "DaemonSet" { return nil }
        if let scaler = autoscaler(of: workload, namespace: namespace)?.object {
            return
                "fix the count of its pods, by removing \(scaler.listed): a worker under an autoscaler needs either that, or a route,"
                + " since counts that something else changes cannot split the traffic"
        }
        return
            "let the counts of pods split the traffic, as behind one Service or among workers that take their work from a"
            + " queue: --route none"
    }

    /// Refuses a name that no provider has.
    func requireProvider() throws(SetupRefusal) {
        guard let name = request.provider, !providers.contains(where: { $0.name == name }) else { return }
        let known = providers.map(\.name).sorted()
        let near = Spelling.nearest(to: name, among: known).map { "did you mean \($0)? " } ?? ""
        throw SetupRefusal(
            "there is no traffic provider \(name)",
            steps: [
                near
                    + "known are \(known.joined(separator: ", ")); another can be added as a file in .headgate/policies/traffic"
            ])
    }

    private func ways(to services: [ManifestObject], namespace: String) -> [SetupWay] {
        var ways: [SetupWay] = []
        for provider in providers where request.provider == nil || provider.name == request.provider {
            // One kind may be of several groups.
            for kind in Set(provider.spec.routes.flatMap(\.kinds)).sorted() {
                for route in index.objects(of: kind, in: environment)
                where provider.provides(route, anyClass: request.provider != nil)
                    && [namespace, ""].contains(route.reference.namespace)
                {
                    for service in services {
                        let way = SetupWay(service: service, route: route, provider: provider, namespace: namespace)
                        if way.leads { ways.append(way) }
                    }
                }
            }
        }
        return ways
    }

    // MARK: Counts of pods

    /// The Service that is to select both sides.
    func counts(
        of workload: ManifestObject, among services: [ManifestObject], namespace: String
    ) throws(SetupRefusal) -> SetupTraffic {
        let another = "add a route that splits it, such as an HTTPRoute, and run this again without --route none"
        guard workload.kind != "DaemonSet" else {
            throw SetupRefusal("a DaemonSet has no count of pods that could split the traffic", steps: [another])
        }
        if let scaler = autoscaler(of: workload, namespace: namespace) {
            throw SetupRefusal(
                "\(scaler.object.title) changes the pods of \(workload.title), and their counts are to split the traffic",
                causes: [scaler.object.listed], steps: [another], alternative: "remove \(scaler.object.title)")
        }
        guard !services.isEmpty else {
            if !request.isJudged { return .counts(serving: nil) }
            throw SetupRefusal(
                "no Service selects the pods of \(workload.title), so nothing tells the metrics of the two sides apart",
                steps: ["add a Service for the port of their metrics; then run this again"],
                alternative:
                    "let readiness and the time of each step alone decide on a release, with --analysis none; spec.analysis can"
                    + " name metrics of your own later")
        }
        // What selects stable alone already is there for metrics, where something else serves both.
        let key = try? label(workload, nil).key
        let common = services.filter { service in key.map { service.serviceSelector[$0] == nil } ?? true }
        if let serving = common.first(where: { !$0.isHeadless }) ?? common.first { return .counts(serving: serving) }
        guard services.count == 1 else {
            throw SetupRefusal(
                "\(services.count) Services select \(workload.title) alone, and one of them has to select the canary's pods, too",
                causes: services.map(\.listed).sorted(),
                steps: [
                    "take the label \(key ?? "that tells the sides apart") out of spec.selector of the one that serves; then run this again"
                ])
        }
        return .counts(serving: services[0])
    }
}
