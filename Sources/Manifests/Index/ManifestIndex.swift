package import Rollouts
internal import YAML

/// The objects that each environment applies, and which files several of them share.
package struct ManifestIndex: Sendable {
    package let tree: Tree
    private let reached: [String: Reached]

    private struct Reached: Sendable {
        let environment: Environment
        let objects: [String: [ManifestObject]]
        let charts: [ChartRelease]
        /// The files of values that the charts name.
        let values: Set<String>
        let files: Set<String>
        let remotes: [String]
        let diagnostics: [Diagnostic]
    }

    /// Walks every environment from its root; whatever cannot be read becomes a diagnostic.
    package init(_ tree: Tree, environments: [Environment], cache: inout ParseCache) {
        self.tree = tree
        let folders = FolderListing(tree)
        var reached: [String: Reached] = [:]
        for environment in environments {
            let reach = Reach.walk(from: environment.root, in: tree, folders, cache: &cache)
            let charts = ChartRelease.kinds.flatMap { reach.objects[$0] ?? [] }.compactMap {
                ChartRelease($0, in: tree)
            }
            reached[environment.name] = Reached(
                environment: environment, objects: reach.objects, charts: charts,
                values: Set(charts.flatMap(\.files)),
                files: reach.files, remotes: reach.remotes, diagnostics: reach.diagnostics)
        }
        self.reached = reached
    }

    package init(_ tree: Tree, environments: [Environment]) {
        var cache = ParseCache()
        self.init(tree, environments: environments, cache: &cache)
    }

    /// By name.
    var environments: [Environment] { reached.values.map(\.environment).sorted { $0.name < $1.name } }

    package func environment(named name: String) -> Environment? { reached[name]?.environment }

    /// What could not be read while an environment was walked.
    package func diagnostics(of environment: Environment) -> [Diagnostic] {
        reached[environment.name]?.diagnostics ?? []
    }

    package func objects(of kind: String, in environment: Environment) -> [ManifestObject] {
        reached[environment.name]?.objects[kind] ?? []
    }

    /// The names of the other environments that read `file` too, as manifests or as values of a chart.
    package func sharers(of file: String, besides environment: Environment) -> [String] {
        environments.filter { $0.name != environment.name && reads(file, in: $0) }.map(\.name)
    }

    func reads(_ file: String, in environment: Environment) -> Bool {
        guard let here = reached[environment.name] else { return false }
        return here.files.contains(file) || here.values.contains(file)
            || here.values.contains { $0.contains("*") && ChartRelease.fits($0, file) }
    }

    /// The objects of an environment that have charts rendered.
    func chartReleases(in environment: Environment) -> [ChartRelease] { reached[environment.name]?.charts ?? [] }

    /// The objects of one document, one for each environment that applies it.
    func objects(in file: String, _ document: Int) -> [ManifestObject] {
        reached.values.filter { $0.files.contains(file) }.flatMap { $0.objects.values.joined() }
            .filter { $0.file == file && $0.document == document }
    }

    func object(in file: String, _ document: Int, of environment: Environment) -> ManifestObject? {
        guard let here = reached[environment.name], here.files.contains(file) else { return nil }
        return here.objects.values.joined().first { $0.file == file && $0.document == document }
    }

    /// The object of that kind and name, or why there is not exactly one.
    package func find(
        _ kind: String, group: String? = nil, namespace: String, name: String, in environment: Environment
    ) throws(LookupFailure) -> ManifestObject {
        let ofKind = objects(of: kind, in: environment).filter { group == nil || $0.group == group }
        let named = ofKind.filter { $0.reference.name == name }
        let here = named.filter { $0.reference.namespace == namespace }
        let candidates = here.isEmpty ? named.filter { $0.reference.namespace.isEmpty } : here
        if candidates.count == 1 { return candidates[0].placed(in: namespace) }
        if candidates.count > 1 {
            throw LookupFailure(
                message: "\(kind)/\(name) is stated \(candidates.count) times in namespace \(namespace)",
                hint: "it has to be one of " + candidates.map(\.place).joined(separator: ", "))
        }
        throw LookupFailure(
            message: "there is no \(kind)/\(name) in namespace \(namespace)",
            hint: missing(kind, name, named: named, ofKind: ofKind, in: environment))
    }

    private func missing(
        _ kind: String, _ name: String, named: [ManifestObject], ofKind: [ManifestObject],
        in environment: Environment
    ) -> String {
        if let other = named.first {
            return "\(other.place) states it in namespace \(other.reference.namespace)"
        }
        if let near = Spelling.nearest(to: name, among: ofKind.map(\.reference.name)),
            let object = ofKind.first(where: { $0.reference.name == near })
        {
            return "did you mean \(kind)/\(near) (\(object.place))?"
        }
        let here = reached[environment.name]
        if let unread = here?.diagnostics.first { return "\(unread) — so its objects are not known" }
        if let remote = here?.remotes.first { return "\(remote) is elsewhere, so its objects are not known" }
        let root = environment.root.isEmpty ? "the repository" : environment.root
        return "it has to be a manifest that \(root) applies"
    }
}

/// Why a name leads to no object or to several.
package struct LookupFailure: Error, Equatable, Sendable {
    package let message: String
    package let hint: String
}
