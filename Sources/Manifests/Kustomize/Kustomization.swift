internal import Rollouts
internal import YAML

/// A `kustomization.yaml` (or component), as far as it decides what is applied and what a bound value becomes.
struct Kustomization: Sendable {
    let stream: YAMLStream
    let resources: [Reference]
    let namespace: String?
    let namePrefix: String
    let nameSuffix: String
    let images: [ImageOverride]
    let replicas: [ReplicaOverride]
    var patches: [Patch] = []
    /// Fields that can change any value in ways that are not followed, by name.
    let opaque: [String: YAMLNode]

    /// An entry of `resources` or `components`.
    struct Reference: Sendable {
        let path: String
        let node: YAMLNode
    }

    /// An entry of `images`.
    struct ImageOverride: Sendable {
        let index: Int
        let name: String
        let newName: String?
        let newTag: String?
        let digest: String?
        let node: YAMLNode
    }

    /// An entry of `replicas`.
    struct ReplicaOverride: Sendable {
        let index: Int
        let name: String
        let count: Int?
        let node: YAMLNode
    }

    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    var file: String { stream.file }
    var folder: String { stream.file.folder }

    /// Nil for a file without a document.
    init?(_ stream: YAMLStream) {
        guard let root = stream.documents.first?.root, root.isMapping else { return nil }
        self.stream = stream
        let lists = ["resources", "bases", "components"].flatMap { root[$0]?.items ?? [] }
        resources = lists.compactMap { item in item.resolved.text.map { Reference(path: $0, node: item) } }
        namespace = root["namespace"]?.resolved.text
        namePrefix = root["namePrefix"]?.resolved.text ?? ""
        nameSuffix = root["nameSuffix"]?.resolved.text ?? ""
        images = (root["images"]?.items ?? []).enumerated().compactMap { index, item in
            guard let name = item["name"]?.resolved.text else { return nil }
            return ImageOverride(
                index: index, name: name, newName: item["newName"]?.resolved.text,
                newTag: item["newTag"]?.resolved.text, digest: item["digest"]?.resolved.text, node: item)
        }
        replicas = (root["replicas"]?.items ?? []).enumerated().compactMap { index, item in
            guard let name = item["name"]?.resolved.text else { return nil }
            return ReplicaOverride(index: index, name: name, count: item["count"]?.int, node: item)
        }
        var opaque: [String: YAMLNode] = [:]
        for field in ["replacements", "transformers", "vars"] {
            if let node = root[field], !node.items.isEmpty { opaque[field] = node }
        }
        self.opaque = opaque
    }
}
