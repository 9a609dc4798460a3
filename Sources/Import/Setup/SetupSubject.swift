internal import Manifests
internal import Rollouts
internal import YAML

/// The objects of one application that a rollout is made of, as they stand before it is set up.
struct SetupSubject {
    let name: String
    let namespace: String
    let environment: Environment
    let workload: ManifestObject
    let traffic: SetupTraffic
    let autoscaler: Autoscaler?
    let label: TellingLabel

    var kind: String { workload.kind }
    /// The labels that the pods get.
    var podLabels: [String: String] { workload.podLabels }

    /// The Service that serves; nil for workers without one.
    var service: ManifestObject? { traffic.service }

    var way: SetupWay? { if case .route(let way) = traffic { way } else { nil } }
}

/// What splits the traffic of an application that is set up.
enum SetupTraffic {
    case route(SetupWay)
    /// The counts of pods: behind this Service, or among workers.
    case counts(serving: ManifestObject?)

    /// The Service that serves; nil for workers without one.
    var service: ManifestObject? {
        switch self {
        case .route(let way): way.service
        case .counts(let serving): serving
        }
    }

    func placed(in namespace: String) -> SetupTraffic {
        switch self {
        case .route(let way): .route(way.placed(in: namespace))
        case .counts(let serving): .counts(serving: serving?.placed(in: namespace))
        }
    }
}

/// A route that leads to the Service of the application.
struct SetupWay {
    let service: ManifestObject
    let route: ManifestObject
    let provider: TrafficProvider
    let namespace: String

    func placed(in namespace: String) -> SetupWay {
        SetupWay(
            service: service.placed(in: namespace), route: route.placed(in: namespace), provider: provider,
            namespace: namespace)
    }

    /// What the canary's Service is called in its file.
    var canary: String { "\(service.writtenName)-canary" }

    /// The route as it is written, lists of patches in their places.
    var tree: YAMLTree? { (try? YAMLTree(route.root, of: route.stream)).map(route.patchingLists) }

    /// The route's lists that name the Service.
    var gaps: [BackendGap] {
        tree.map {
            provider.gaps(in: $0, stable: service.writtenName, canary: canary, namespace: namespace)
        } ?? []
    }

    /// What is missing in the route's texts, where its weights stand there.
    var textGap: TextGap? {
        tree.flatMap {
            provider.textGap(in: $0, stable: service.writtenName, canary: canary, namespace: namespace)
        }
    }

    /// How the route is copied for the canary, where each side has a route of its own.
    var ownRoute: OwnRoute? {
        tree.flatMap {
            provider.ownRoute(in: $0, stable: service.writtenName, canary: canary, namespace: namespace)
        }
    }

    /// The route that the Rollout names.
    var split: String {
        provider.keepsRoutesApart
            ? "\(route.kind)/\(route.liveName(of: "\(route.writtenName)-canary"))" : route.title
    }

    /// Whether the route leads to the Service in the way by which its traffic can be split.
    var leads: Bool { ownRoute != nil || textGap != nil || !gaps.isEmpty }
}

extension ManifestObject {
    var template: YAMLNode? { node(at: BoundRollout.Workload.templatePath) }
    var podLabels: [String: String] { Labels.read(template?["metadata"]?["labels"]) }
    /// The labels by which a workload knows its pods.
    var matchLabels: [String: String] { Labels.read(node(at: "spec.selector.matchLabels")) }
    /// The labels by which a Service finds its pods.
    var serviceSelector: [String: String] { Labels.read(node(at: "spec.selector")) }
    var isHeadless: Bool { node(at: "spec.clusterIP")?.string == "None" }

    /// The place of the value at `path`, or of the nearest that is written.
    func place(of path: FieldPath) -> String {
        let problem = diagnostic(at: path, "")
        return "\(problem.file):\(problem.line)"
    }

    /// The name in the cluster of an object that is called `name` in the file and passes the same kustomizations.
    func liveName(of name: String) -> String { layers.reduce(name) { $1.namePrefix + $0 + $1.nameSuffix } }
}
