internal import Rollouts
internal import YAML

/// An entry of `configMapGenerator` or `secretGenerator`: an object that kustomize makes, under a name with a hash.
struct Generator: Sendable {
    let kind: String
    let name: String
    /// Empty where none is stated.
    let namespace: String
    let node: YAMLNode
    private let behaviour: String
    /// What it is made from: literals by key, files by key and blob, env files by blob.
    private(set) var content: YAMLTree = .mapping([])

    static func all(in root: YAMLNode) -> [Generator] {
        [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")].flatMap { list, kind in
            (root[list]?.items ?? []).compactMap { item in
                item["name"]?.resolved.text.map { name in
                    Generator(
                        kind: kind, name: name, namespace: item["namespace"]?.resolved.text ?? "", node: item,
                        behaviour: item["behavior"]?.resolved.text ?? "create")
                }
            }
        }
    }

    private init(kind: String, name: String, namespace: String, node: YAMLNode, behaviour: String) {
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.node = node
        self.behaviour = behaviour
    }

    /// Whether it makes an object, and does not change one of a layer below.
    var makesObject: Bool { behaviour != "merge" && behaviour != "replace" }

    /// With its content, to which the entries of outer layers that merge with it belong.
    func resolved(in tree: Tree, _ kustomization: Kustomization, below layers: [Kustomization]) -> Generator {
        var parts = [Self.content(of: node, in: tree, kustomization.folder)]
        for layer in layers where layer.file != kustomization.file {
            parts += layer.generators.filter { $0.kind == kind && $0.name == name && !$0.makesObject }.map {
                Self.content(of: $0.node, in: tree, layer.folder)
            }
        }
        var copy = self
        copy.content = parts.count == 1 ? parts[0] : .mapping([.init("layers", .sequence(parts))])
        return copy
    }

    private static func content(of node: YAMLNode, in tree: Tree, _ folder: String) -> YAMLTree {
        func texts(_ list: String) -> [String] { (node[list]?.items ?? []).compactMap(\.resolved.text) }
        /// A file by the id of its bytes; one that is not there by its path.
        func blob(_ path: String) -> YAMLTree {
            .string(folder.resolving(path).flatMap { tree.entries[$0]?.blob } ?? "no file \(path)")
        }
        let literals = texts("literals").map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return YAMLTree.Member(parts[0], .string(parts.count == 2 ? parts[1] : ""))
        }
        let files = texts("files").map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            return YAMLTree.Member(parts.count == 2 ? parts[0] : text.name, blob(parts.last ?? text))
        }
        let environments = (texts("envs") + [node["env"]?.resolved.text].compactMap(\.self)).map(blob)
        return .mapping([
            .init("literals", .mapping(literals)), .init("files", .mapping(files)),
            .init("envs", .sequence(environments)),
        ])
    }
}
