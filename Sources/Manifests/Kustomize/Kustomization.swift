internal import Rollouts
package import YAML

/// A `kustomization.yaml` (or component), as far as it decides what is applied and what a bound value becomes.
package struct Kustomization: Sendable {
    package let stream: YAMLStream
    package let resources: [Reference]
    package let namespace: String?
    package let namePrefix: String
    package let nameSuffix: String
    package let images: [ImageOverride]
    package let replicas: [ReplicaOverride]
    let generators: [Generator]
    var patches: [Patch] = []
    /// Fields that can change any value in ways that are not followed, by name.
    let opaque: [String: YAMLNode]

    /// An entry of `resources` or `components`.
    package struct Reference: Sendable {
        package let path: String
        package let node: YAMLNode
    }

    /// An entry of `images`.
    package struct ImageOverride: Sendable {
        package let index: Int
        package let name: String
        package let newName: String?
        package let newTag: String?
        package let digest: String?
        let node: YAMLNode
    }

    /// An entry of `replicas`.
    package struct ReplicaOverride: Sendable {
        package let index: Int
        package let name: String
        let count: Int?
        let node: YAMLNode
    }

    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    package var file: String { stream.file }
    package var folder: String { stream.file.folder }

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
        generators = Generator.all(in: root)
        var opaque: [String: YAMLNode] = [:]
        for field in ["replacements", "transformers", "vars"] {
            if let node = root[field], !node.items.isEmpty { opaque[field] = node }
        }
        self.opaque = opaque
    }
}
