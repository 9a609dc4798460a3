package import Manifests
package import Rollouts

extension RolloutBinder {
    /// The binder over all environments of a tree, with the providers that the program ships; what is wrong with their
    /// data is a problem.
    package static func over(
        _ tree: Tree, _ documents: RepositoryDocuments, shipped: DocumentReader.ShippedPolicies
    ) -> (binder: RolloutBinder, problems: [Diagnostic]) {
        let environments = documents.config.roots.sorted { $0.key < $1.key }.map { name, root in
            Environment(name: name, root: root == "." ? "" : root)
        }
        var providers: [TrafficProvider] = []
        var problems: [Diagnostic] = []
        for (name, bytes) in shipped.traffic.sorted(by: { $0.key < $1.key }) {
            do {
                providers.append(try TrafficProvider.read(bytes, file: "policies/traffic/\(name).yaml"))
            } catch {
                problems.append(error)
            }
        }
        return (RolloutBinder(index: ManifestIndex(tree, environments: environments), providers: providers), problems)
    }
}
