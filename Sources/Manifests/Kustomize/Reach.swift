internal import Rollouts
internal import YAML

/// Everything that an environment applies: the walk from its root folder along files, folders and kustomizations.
///
/// A folder without a kustomization stands for all documents below it, as Flux and Argo CD take it; one with a
/// kustomization stands for what that names.
struct Reach {
    /// By their kind.
    private(set) var objects: [String: [ManifestObject]] = [:]
    /// Every file that was read on the way.
    private(set) var files: Set<String> = []
    /// Resources that are elsewhere, as written.
    private(set) var remotes: [String] = []
    var diagnostics: [Diagnostic] = []
    private let tree: Tree
    private let folders: FolderListing
    private var cache: ParseCache

    static let ignored: Set<String> = [".git", ".headgate"]

    static func walk(from root: String, in tree: Tree, _ folders: FolderListing, cache: inout ParseCache) -> Reach {
        var reach = Reach(tree: tree, folders: folders, cache: cache)
        // One owner at a time, or every file that is added would copy the others.
        cache = ParseCache()
        reach.visit(folder: root, layers: [], chain: [])
        cache = reach.cache
        return reach
    }

    private init(tree: Tree, folders: FolderListing, cache: ParseCache) {
        self.tree = tree
        self.folders = folders
        self.cache = cache
    }

    /// Parses a file and counts it as reached; a file that cannot be read is a diagnostic, never the end.
    mutating func read(_ path: String) -> YAMLStream? { file(at: path, keepsNodes: true)?.stream }

    private mutating func file(at path: String, keepsNodes: Bool = false) -> ManifestFile? {
        files.insert(path)
        do throws(Diagnostic) {
            return try cache.file(at: path, in: tree, keepsNodes: keepsNodes)
        } catch {
            diagnostics.append(error)
            return nil
        }
    }

    private mutating func visit(folder: String, layers: [Kustomization], chain: [String]) {
        guard chain.count < 30, !chain.contains(folder) else { return }
        if let file = kustomizationFile(in: folder) {
            if let kustomization = load(file) {
                expand(kustomization, layers: layers, chain: chain + [folder])
            }
            return
        }
        for path in folders.files(in: folder) where Tree.wants(path) { take(path, layers: layers) }
        // A chart's templates are what it is made from, not what is applied.
        let isChart = folders.files(in: folder).contains { $0.name == "Chart.yaml" }
        for name in folders.folders(in: folder)
        where !Self.ignored.contains(name) && !(isChart && ["templates", "charts"].contains(name)) {
            visit(folder: folder.isEmpty ? name : "\(folder)/\(name)", layers: layers, chain: chain + [folder])
        }
    }

    private func kustomizationFile(in folder: String) -> String? {
        Kustomization.fileNames.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }.first { tree.entries[$0] != nil }
    }

    private mutating func load(_ file: String) -> Kustomization? {
        guard let stream = read(file), var kustomization = Kustomization(stream) else { return nil }
        kustomization.patches = patches(of: kustomization)
        return kustomization
    }

    /// Components act on what the resources beside them gave, before the kustomization's own changes.
    private mutating func expand(_ kustomization: Kustomization, layers: [Kustomization], chain: [String]) {
        let own = [kustomization] + layers
        var components: [(Kustomization, [String])] = []
        var plain: [Kustomization.Reference] = []
        for reference in kustomization.resources {
            guard let path = kustomization.folder.resolving(reference.path), let file = kustomizationFile(in: path),
                isComponent(file)
            else {
                plain.append(reference)
                continue
            }
            guard !chain.contains(path), chain.count < 30, let component = load(file) else { continue }
            components.append((component, chain + [path]))
        }
        let around = components.map(\.0) + own
        for reference in plain { follow(reference, of: kustomization, layers: around, chain: chain) }
        generate(kustomization, layers: around)
        for (index, (component, chain)) in components.enumerated() {
            expand(component, layers: components.dropFirst(index + 1).map(\.0) + own, chain: chain)
        }
    }

    /// The objects that kustomize makes by itself; an entry that merges with another layer's makes none.
    private mutating func generate(_ kustomization: Kustomization, layers: [Kustomization]) {
        for generator in kustomization.generators where generator.makesObject {
            let made = generator.resolved(in: tree, kustomization, below: layers)
            let name = layers.reduce(made.name) { $1.namePrefix + $0 + $1.nameSuffix }
            let namespace = layers.reduce(made.namespace) { $1.namespace ?? $0 }
            let reference = ObjectReference(
                group: "", version: "v1", kind: made.kind, namespace: namespace, name: name)
            objects[made.kind, default: []].append(
                ManifestObject(
                    reference: reference, writtenName: made.name, source: ManifestFile(kustomization.stream),
                    document: 0, layers: layers, generator: made))
        }
    }

    private mutating func isComponent(_ file: String) -> Bool {
        read(file)?.documents.first?.root["kind"]?.string == "Component"
    }

    private mutating func follow(
        _ reference: Kustomization.Reference, of kustomization: Kustomization, layers: [Kustomization], chain: [String]
    ) {
        let text = reference.path
        if text.contains("://") || text.hasPrefix("git@") || text.contains("?ref=") || text.hasPrefix("github.com/") {
            remotes.append(text)
            return
        }
        guard let path = kustomization.folder.resolving(text) else {
            diagnostics.append(Diagnostic(kustomization.file, reference.node, "\(text) leads out of the repository"))
            return
        }
        if let entry = tree.entries[path] {
            if entry.isLink {
                diagnostics.append(
                    Diagnostic(kustomization.file, reference.node, "\(text) is a symbolic link, which is not followed"))
            } else {
                take(path, layers: layers)
            }
        } else if folders.contains(path) {
            visit(folder: path, layers: layers, chain: chain)
        } else {
            diagnostics.append(Diagnostic(kustomization.file, reference.node, "there is no file or folder \(text)"))
        }
    }

    /// The documents of a file; one that cannot be read is skipped.
    private mutating func take(_ path: String, layers: [Kustomization]) {
        guard let file = file(at: path) else { return }
        for (index, header) in file.headers.enumerated() {
            guard let header else { continue }
            let name = layers.reduce(header.name) { $1.namePrefix + $0 + $1.nameSuffix }
            let namespace = layers.reduce(header.namespace) { $1.namespace ?? $0 }
            let reference = ObjectReference(
                group: header.group, version: header.version, kind: header.kind, namespace: namespace, name: name)
            objects[header.kind, default: []].append(
                ManifestObject(
                    reference: reference, writtenName: header.name, source: file, document: index,
                    layers: layers))
        }
    }
}
