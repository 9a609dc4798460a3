internal import Manifests
internal import Rollouts

/// The paths that Flux and Argo CD apply in the cluster: `.headgate` must not be below one of them.
struct AppliedPathExamination: Sendable {
    let cluster: any Cluster
    let tree: Manifests.Tree

    func examine() async -> [Examination] {
        var found: [Examination] = []
        for engine in Engine.all {
            do {
                let objects = try await cluster.objects(
                    engine.kind, namespace: "", matching: LabelSelector(labels: [:]))
                let problems = objects.compactMap { problem(engine, $0) }
                if !objects.isEmpty, problems.isEmpty {
                    found.append(
                        Examination("applied paths", .ok, "no \(engine.kind.kind) of \(engine.name) applies .headgate"))
                }
                found += problems
            } catch {
                if error.code == .notFoundKind { continue }
                found.append(
                    Examination(
                        "applied paths", .warning, "\(engine.name) cannot be asked what it applies: \(error.message)",
                        hint:
                            "allow get and list of \(engine.kind), or see to it yourself that .headgate is not applied")
                )
            }
        }
        if found.isEmpty {
            found.append(Examination("applied paths", .ok, "neither Flux nor Argo CD is in the cluster"))
        }
        return found
    }

    /// An engine's kind, and the folders that one of its objects applies with everything below.
    struct Engine: Sendable {
        let name: String
        let kind: ObjectKind
        let paths: @Sendable (JSON) -> [String]

        static let all = [
            Engine(name: "Flux", kind: ObjectKind(group: "kustomize.toolkit.fluxcd.io", kind: "Kustomization")) {
                [$0["spec"]?["path"]?.string ?? ""]
            },
            Engine(name: "Argo CD", kind: ObjectKind(group: "argoproj.io", kind: "Application")) { object in
                let sources = [object["spec"]?["source"]].compactMap { $0 } + (object["spec"]?["sources"]?.array ?? [])
                return sources.compactMap { source in
                    // Argo CD reads a plain folder's own files only, unless it is told to go below.
                    guard source["directory"]?["recurse"]?.bool == true,
                        source["directory"]?["exclude"]?.string?.contains(".headgate") != true
                    else { return nil }
                    return source["path"]?.string ?? ""
                }
            },
        ]
    }

    private func problem(_ engine: Engine, _ object: JSON) -> Examination? {
        for path in engine.paths(object) {
            let environment = Environment(name: "", root: path)
            let index = ManifestIndex(tree, environments: [])
            guard let problem = index.appliedPathProblems(of: environment).first else { continue }
            let name = "\(object["metadata"]?["namespace"]?.string ?? "")/\(object["metadata"]?["name"]?.string ?? "")"
            return Examination(
                "applied paths", .failed,
                "\(engine.kind.kind) \(name) applies \(path.isEmpty ? "the whole repository" : path), .headgate with it",
                hint: problem.hint)
        }
        return nil
    }
}
