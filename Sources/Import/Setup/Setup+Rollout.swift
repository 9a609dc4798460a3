internal import Manifests
internal import Rollouts
internal import YAML

/// The Rollout, and what belongs to it below `.headgate`.
extension Setup {
    /// Writes the Rollout with what runs now as its release, and proves that it binds.
    mutating func writeRollout(
        of subject: SetupSubject, id: RolloutID, telling: Pair?, existing: RolloutSource?
    ) throws(SetupRefusal) {
        if let existing { return try prove(existing) }
        let workload = subject.workload
        let containers = BoundRollout.Workload.images(workload.template).map(\.container)
        guard let container = Self.main(of: containers, id.name) else {
            throw SetupRefusal("\(workload.listed) has no container with a name")
        }
        var rollout = RolloutFile(
            id: id, image: (container, "unknown"), kind: subject.kind, route: subject.way?.split,
            provider: subject.way.flatMap { $0.provider.provides($0.route) ? nil : $0.provider.name },
            workload: (workload.reference.name, workload.liveName(of: canaryNames(of: subject).workload)),
            services: telling ?? services(of: subject), isJudged: request.isJudged)
        let draft = bind(try rollout.source()).rollout
        rollout.image.reference = draft?.field(.release(.stable, "image.\(container)"))?.value ?? "unknown"
        if subject.way == nil, let pods = draft?.field(.stableReplicas)?.value.flatMap({ Int($0) }) {
            rollout.weights = steps(for: pods, of: workload)
        }
        if changes.original.entries[rollout.path] != nil {
            throw SetupRefusal("\(rollout.path) exists, and holds another document", steps: ["rename it"])
        }
        changes.write(rollout.text, at: rollout.path)
        try prove(try rollout.source())
        if containers.count > 1 {
            let others = containers.filter { $0 != container }.joined(separator: ", ")
            notes.append(
                "The release states the image of the container \(container) alone; add \(others) to release.images where a release"
                    + " changes them too.")
        }
    }

    /// The Services that the route names.
    private func services(of subject: SetupSubject) -> Pair? {
        subject.way.map { way in
            (way.service.reference.name, way.service.liveName(of: "\(way.service.writtenName)-canary"))
        }
    }

    /// The weights of the plan `standard`, where that many pods can tell them apart.
    static let weights = [5, 25, 50]

    /// What so many pods make of the weights of the plan; nil where they can tell them apart as they are.
    private mutating func steps(for pods: Int, of workload: ManifestObject) -> [Int]? {
        let splits = Self.weights.map { ReplicaSplit(of: pods, at: Weight(clamping: $0), surges: true) }
        guard pods > 0, Set(splits).count < splits.count else { return nil }
        var shares: [Int] = []
        for split in splits where !shares.contains(split.share.percent) { shares.append(split.share.percent) }
        notes.append(
            "\(workload.title) has \(pods == 1 ? "1 pod" : "\(pods) pods"), which cannot make the weights of the plan standard: the"
                + " Rollout has steps with those that they make.")
        return shares
    }

    private func prove(_ source: RolloutSource) throws(SetupRefusal) {
        let problems = bind(source).problems + index.appliedPathProblems(of: environment)
        guard problems.isEmpty else {
            throw SetupRefusal(
                "the manifests cannot be set up as they are",
                causes: problems.map { $0.description + ($0.hint.map { " (\($0))" } ?? "") })
        }
    }

    /// The container that a release most likely means.
    static func main(of containers: [String], _ name: String) -> String? {
        containers.first { [name, "app", "main", "server"].contains($0) } ?? containers.first
    }

    // MARK: Configuration

    static let defaultMetrics = "app-http"

    /// The set of the route's provider, if it knows the workload.
    func standardSet(for subject: SetupSubject) -> String? {
        guard let set = subject.way.flatMap({ request.standardSets[$0.provider.name] }),
            set.spec.workloads?.contains(subject.kind) ?? true
        else { return nil }
        return set.metadata.name
    }

    mutating func writeConfig() throws(SetupRefusal) {
        let path = SetupEnvironments.configPath
        let own: YAMLTree = ["path": .string(environment.root.isEmpty ? "." : environment.root)]
        guard changes.original.entries[path] != nil else {
            changes.write(newConfig(own), at: path)
            return
        }
        let name = environment.name
        let isNew = environments.isNew
        let request = request
        let metrics = metrics
        try changes.edit(path) { (editor) throws(YAMLError) in
            if isNew {
                let key: FieldPath = "environments"
                if editor.has(key) {
                    try editor.insert(key.appending(.field(name)), own.flow)
                } else {
                    try editor.insert(key, .mapping([.init(name, own.flow)]))
                }
            }
            if !editor.has("metrics"), let metrics { try editor.insert("metrics", metrics) }
            if !editor.has("metrics.set"), let set = request.metrics {
                try editor.insert("metrics.set", .string(set), at: 0)
            }
            if !editor.has("metrics.prometheus"), let address = request.prometheus {
                let prometheus: YAMLTree = ["address": .string(address)]
                try editor.insert("metrics.prometheus", prometheus.flow)
            }
        }
    }

    /// What the configuration says of metrics; nil where it has nothing to say.
    private var metrics: YAMLTree? {
        guard request.needsMetrics else { return nil }
        var metrics = YAMLTree.mapping([])
        if let set = request.metrics ?? (standardSet == nil ? Self.defaultMetrics : nil) {
            metrics["set"] = .string(set)
        }
        if let address = request.prometheus {
            let prometheus: YAMLTree = ["address": .string(address)]
            metrics["prometheus"] = prometheus.flow
        }
        return metrics["set"] == nil && metrics["prometheus"] == nil ? nil : metrics
    }

    private mutating func newConfig(_ own: YAMLTree) -> String {
        var config: YAMLTree = ["apiVersion": "headgate.dev/v1alpha1", "kind": "Config"]
        if environments.isNew { config["environments"] = .mapping([.init(environment.name, own.flow)]) }
        if let metrics { config["metrics"] = metrics }
        if request.needsMetrics { noteMetrics() }
        return
            "# What Headgate knows about this repository; each Rollout stands in a file of its own below rollouts/.\n"
            + YAMLWriter.text(config)
    }

    private mutating func noteMetrics() {
        if request.metrics == nil, let standardSet {
            notes.append(
                "Releases are judged by the metrics of the set \(standardSet), which goes with the route; give --metrics for"
                    + " another set.")
        } else if request.metrics == nil {
            notes.append(
                "The metrics are taken to be those of the set \(Self.defaultMetrics), which applications export themselves"
                    + " (http_requests_total, http_request_duration_seconds); give --metrics for another set.")
        }
        if request.prometheus == nil {
            notes.append(
                "Say where Prometheus is before the first release: metrics.prometheus.address in"
                    + " \(SetupEnvironments.configPath), or --prometheus.")
        }
    }

    /// What the configuration and the ignore rule have to be, where a person writes the Rollout.
    func configurationByHand(for request: SetupRequest) throws(SetupRefusal) -> [String] {
        var setup = self
        setup.request = request
        try setup.writeConfig()
        try setup.writeIgnoreRule()
        return setup.changes.files.sorted { $0.key < $1.key }.map { path, bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let application =
                path == Self.ignoreFile
                ? " (for Flux; under Argo CD set spec.source.directory.exclude to '.headgate/*' in the Application)"
                : ""
            return "let \(path) be\(application):\n\(text)"
        }
    }

    // MARK: The ignore rule

    private static let ignoreFile = ".sourceignore"

    /// Keeps `.headgate` from being applied where the root of the repository is; Argo CD's rule stands in its Application.
    mutating func writeIgnoreRule() throws(SetupRefusal) {
        let probe = changes.tree.writing([".headgate/rollouts/probe.yaml": []])
        let problems = ManifestIndex(probe, environments: environments.all).appliedPathProblems(of: environment)
        guard !problems.isEmpty else { return }
        let path = Self.ignoreFile
        let text = changes.tree.text(at: path) ?? ""
        let separator = text.isEmpty || text.endsLine ? "" : "\n"
        changes.write(text + separator + "# Headgate's own files are no manifests.\n/.headgate\n", at: path)
        notes.append(
            "The repository's root is applied: .sourceignore keeps .headgate from Flux; under Argo CD set"
                + " spec.source.directory.exclude to '.headgate/*' in the Application, in the same step.")
    }
}
