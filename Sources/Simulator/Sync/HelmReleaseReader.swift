/// Reads a Flux `HelmRelease` whose chart is a folder of the same repository.
struct HelmReleaseReader {
    private let manifest: Manifest
    private let tree: SourceTree

    init(_ manifest: Manifest, _ tree: SourceTree) {
        self.manifest = manifest
        self.tree = tree
    }

    private static let known: Set<String> = [
        "chart", "interval", "timeout", "releaseName", "targetNamespace", "values", "install", "upgrade",
    ]

    func installation() throws(BuildFailure) -> ChartInstallation {
        let spec = manifest.content["spec"] ?? .empty
        if let name = spec.fields?.names.first(where: { !Self.known.contains($0) }) {
            throw BuildFailure("\(manifest.file): the simulator does not know \(name) of a HelmRelease")
        }
        guard spec["chart", "spec", "sourceRef", "kind"] == "GitRepository",
            let reference = spec["chart", "spec", "chart"]?.string,
            let folder = SourceTree.resolve(reference, in: "")
        else { throw BuildFailure("\(manifest.file): the simulator knows charts of this repository only") }
        let target = spec["targetNamespace"]?.string
        // As Flux names a release.
        let name = (target.map { $0 + "-" } ?? "") + manifest.name
        return ChartInstallation(
            folder: folder, name: spec["releaseName"]?.string ?? name, namespace: target ?? manifest.namespace,
            values: try files(of: spec, folder) + [spec["values"] ?? .empty])
    }

    /// Files that are named stand in the place of the chart's own.
    private func files(of spec: Value, _ folder: String) throws(BuildFailure) -> [Value] {
        let named = (spec["chart", "spec", "valuesFiles"]?.array ?? []).compactMap(\.string)
        guard !named.isEmpty else { return try ChartInstallation.defaults(of: folder, in: tree) }
        return try named.map { name throws(BuildFailure) in
            try ChartInstallation.values(at: SourceTree.resolve(name, in: "") ?? name, in: tree)
        }
    }
}
