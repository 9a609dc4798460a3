internal import Manifests
internal import YAML

/// The folders with kustomizations that no other kustomization names: what clusters most likely apply.
struct KustomizationRoots {
    let folders: [String]

    init(_ tree: Tree, below root: String) {
        var named: Set<String> = []
        var found: Set<String> = []
        for file in tree.entries.keys where file.isBelow(root) && Self.names.contains(file.name) {
            found.insert(file.folder)
            guard let bytes = tree.bytes(at: file), let stream = try? YAMLStream(parsing: bytes, file: file) else {
                continue
            }
            for key in ["resources", "bases", "components"] {
                for item in stream.documents.first?.root[key]?.items ?? [] {
                    if let path = item.resolved.text.flatMap({ file.folder.resolving($0) }) { named.insert(path) }
                }
            }
        }
        folders = found.subtracting(named).sorted()
    }

    private static let names: Set<String> = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
}
