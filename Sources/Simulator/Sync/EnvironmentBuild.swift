/// Builds an environment: the documents that a GitOps engine would apply for its root folder.
///
/// The simulator's own reading of kustomizations, apart from the agent's: `resources`, `components`, `patches`, `namespace`,
/// `namePrefix`, `labels` without selectors, `replicas`, `images` and generators of ConfigMaps and Secrets. Every other name
/// is refused. Charts are rendered here too, whose `HelmRelease` or `Application` is among the documents.
package struct EnvironmentBuild {
    private let tree: SourceTree
    private var visiting: [String] = []

    private init(_ tree: SourceTree) {
        self.tree = tree
    }

    package static func build(_ folder: String, of tree: SourceTree) throws(BuildFailure) -> [Manifest] {
        var build = EnvironmentBuild(tree)
        guard tree.isFolder(folder) else { throw BuildFailure("kustomization path not found: \(folder)") }
        var manifests = try ChartInstallation.expand(try build.folder(folder), in: tree)
        GeneratedManifests.hashNames(of: &manifests)
        try requireUnique(manifests)
        return manifests
    }

    /// A folder with a kustomization is that kustomization; any other stands for all manifests below it, in which folders
    /// with a kustomization count as one resource.
    private mutating func folder(_ folder: String) throws(BuildFailure) -> [Manifest] {
        if let file = tree.kustomization(of: folder) { return try kustomization(file, in: folder, base: []) }
        var manifests: [Manifest] = []
        var built: Set<String> = []
        for path in tree.paths(below: folder) where path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            if let root = outermostKustomization(above: path, below: folder) {
                if built.insert(root).inserted { manifests += try self.folder(root) }
            } else {
                manifests += try Manifest.read(path, in: tree)
            }
        }
        return manifests
    }

    private func outermostKustomization(above path: String, below folder: String) -> String? {
        let depth = folder.split(separator: "/").count
        let parts = path.split(separator: "/").dropLast()
        for count in stride(from: depth + 1, through: parts.count, by: 1) {
            let candidate = parts.prefix(count).joined(separator: "/")
            if tree.kustomization(of: candidate) != nil { return candidate }
        }
        return nil
    }

    private mutating func kustomization(
        _ file: String, in folder: String, base: [Manifest]
    ) throws(BuildFailure) -> [Manifest] {
        guard !visiting.contains(file) else {
            throw BuildFailure("\(file): cycle: \(visiting.joined(separator: " → "))")
        }
        visiting.append(file)
        defer { visiting.removeLast() }
        let layer = try KustomizationLayer(reading: tree, file: file)
        var manifests = base
        for reference in layer.resources {
            manifests += try resource(reference, of: file, in: folder)
        }
        manifests += try layer.generated(tree, folder: folder)
        for reference in layer.components {
            guard let path = SourceTree.resolve(reference, in: folder), let component = tree.kustomization(of: path)
            else { throw BuildFailure("\(file): components: \(reference) has no kustomization") }
            manifests = try kustomization(component, in: path, base: manifests)
        }
        return try layer.transform(manifests, tree: tree, folder: folder)
    }

    private mutating func resource(
        _ reference: String, of file: String, in folder: String
    ) throws(BuildFailure) -> [Manifest] {
        guard let path = SourceTree.resolve(reference, in: folder) else {
            throw BuildFailure("\(file): resources: \(reference) is not a path of this repository")
        }
        if tree[path] != nil { return try Manifest.read(path, in: tree) }
        guard tree.isFolder(path) else { throw BuildFailure("\(file): resources: no such file or folder: \(path)") }
        guard tree.kustomization(of: path) != nil else {
            throw BuildFailure("\(file): resources: no kustomization in the folder \(path)")
        }
        return try self.folder(path)
    }

    private static func requireUnique(_ manifests: [Manifest]) throws(BuildFailure) {
        var files: [String: String] = [:]
        for manifest in manifests {
            let identity = "\(manifest.apiVersion) \(manifest.kind) \(manifest.namespace)/\(manifest.name)"
            if let other = files.updateValue(manifest.file, forKey: identity) {
                throw BuildFailure("\(identity) stands in \(other) and in \(manifest.file)")
            }
        }
    }
}
