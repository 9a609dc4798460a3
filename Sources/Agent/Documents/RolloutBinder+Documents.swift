package import Manifests
package import Rollouts

extension RolloutBinder {
    /// The binder over all environments of a tree, with the providers that the program ships and the repository's own, of
    /// which one takes the place of a shipped one of its name; what is wrong with their data is a problem.
    package static func over(
        _ tree: Tree, _ documents: RepositoryDocuments, shipped: DocumentReader.ShippedPolicies
    ) -> (binder: RolloutBinder, problems: [Diagnostic]) {
        let environments = documents.config.roots.sorted { $0.key < $1.key }.map { name, root in
            Environment(name: name, root: root == "." ? "" : root)
        }
        var files = shipped.traffic.sorted { $0.key < $1.key }.map { ("policies/traffic/\($0).yaml", $1) }
        files += tree.files(below: ".headgate/policies/traffic/")
        var providers: [String: TrafficProvider] = [:]
        var problems: [Diagnostic] = []
        for (file, bytes) in files {
            let reading = TrafficProvider.reading(bytes, file: file)
            if let provider = reading.provider { providers[provider.name] = provider }
            problems += reading.problems
        }
        let binder = RolloutBinder(
            index: ManifestIndex(tree, environments: environments),
            providers: providers.sorted { $0.key < $1.key }.map(\.value))
        return (binder, problems)
    }
}
