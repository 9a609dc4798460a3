package import Manifests
internal import Rollouts
internal import YAML

/// Sets a rollout up: from the manifests of an application as they are to one change set that adds the canary.
///
/// What is there already is left as it is, so that a second run changes nothing. The result is bound before it is returned:
/// no change set is given that `check` would refuse.
package struct Setup {
    var request: SetupRequest
    let providers: [TrafficProvider]
    let environments: SetupEnvironments
    var environment: Environment { environments.environment }
    var changes: ChangeSet { didSet { look() } }
    /// The objects as they are with what has been written so far.
    private(set) var index: ManifestIndex
    private var cache = ParseCache()
    var notes: [String] = []
    /// The set of metrics that goes with the route, where one does.
    var standardSet: String?

    private init(_ request: SetupRequest, in tree: Tree, providers: [TrafficProvider]) throws(SetupRefusal) {
        self.request = request
        self.providers = providers
        environments = try SetupEnvironments(request.environment, in: tree)
        changes = ChangeSet(tree)
        index = ManifestIndex(tree, environments: environments.all, cache: &cache)
    }

    /// Reads again what has changed, and that alone.
    private mutating func look() {
        index = ManifestIndex(changes.tree, environments: environments.all, cache: &cache)
    }

    /// The change set for `request`.
    ///
    /// - Throws: where the manifests do not allow it, with what to do first.
    package static func plan(
        _ request: SetupRequest, in tree: Tree, providers: [TrafficProvider]
    ) throws(SetupRefusal) -> SetupPlan {
        var setup = try Setup(request, in: tree, providers: providers)
        return try setup.run()
    }

    private mutating func run() throws(SetupRefusal) -> SetupPlan {
        var search = SubjectSearch(index: index, providers: providers, request: request, environment: environment)
        let setup = self
        search.configuration = { (try? setup.configurationByHand(for: $0)) ?? [] }
        try search.requireProvider()
        let workload = try search.workload()
        let namespace = search.namespace(of: workload)
        func id(_ namespace: String) -> RolloutID {
            RolloutID(
                environment: environment.name, namespace: namespace, name: request.name ?? workload.reference.name)
        }
        let present = (try? namespace.get()).map(id)
        let existing = present.flatMap {
            RolloutFile.find($0, in: changes.original, environments: environments.all)
        }
        if let present, let existing, bind(existing).problems.isEmpty { return plan(present, notes: []) }
        let subject = try search.subject(workload, namespace: namespace)
        let id = id(subject.namespace)
        try addCanary(of: subject)
        let telling = try addTellingServices(of: subject)
        try splitImages(of: subject)
        if let way = subject.way {
            try addBackends(by: way)
            try addOwnRoute(by: way, for: subject)
        }
        standardSet = standardSet(for: subject)
        try writeConfig()
        try writeIgnoreRule()
        try writeRollout(of: subject, id: id, telling: telling, existing: existing)
        notes += hints(about: subject)
        return plan(id, notes: notes)
    }

    private func plan(_ id: RolloutID, notes: [String]) -> SetupPlan {
        let title = id.environment == RolloutID.defaultEnvironment ? "\(id.namespace)/\(id.name)" : "\(id)"
        return SetupPlan(id: id, title: title, files: changes.files, tree: changes.tree, notes: notes)
    }

    // MARK: Files

    /// Whether only this environment applies the file: what lies outside of its folder may be anybody's.
    func owns(_ file: String) -> Bool {
        file.isBelow(environment.root) && index.sharers(of: file, besides: environment).isEmpty
    }

    /// The result bound, as `check` does it.
    func bind(_ source: RolloutSource) -> RolloutBinder.Binding {
        RolloutBinder(index: index, providers: providers).bind(source, in: environment)
    }
}
