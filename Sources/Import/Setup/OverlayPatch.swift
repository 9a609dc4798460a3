internal import Manifests
internal import Rollouts
internal import YAML

/// One entry of a kustomization's `patches`, as far as it decides whether the canary needs it, too.
struct OverlayPatch {
    let index: Int
    /// The entry as it is written.
    let entry: YAMLTree
    /// The patches' own texts: several only where a file has several documents.
    let bodies: [YAMLNode]
    private let kind: String?
    private let name: String?
    /// Whether the target names the object, and not a whole kind or whatever has a label.
    var isNamed: Bool { name != nil }

    /// The entries of `patches` that are for `object`.
    static func entries(for object: ManifestObject, in layer: Kustomization, _ tree: Tree) -> [OverlayPatch] {
        let items = tree.text(at: layer.file).flatMap { text in
            (try? YAMLStream(parsing: text, file: layer.file)).map { stream in
                (stream.documents.first?.root["patches"]?.items ?? []).compactMap { try? YAMLTree($0, of: stream) }
            }
        }
        return (items ?? []).enumerated().compactMap { index, entry in
            let patch = OverlayPatch(index, entry, layer, tree)
            return patch.fits(object) ? patch : nil
        }
    }

    private init(_ index: Int, _ entry: YAMLTree, _ layer: Kustomization, _ tree: Tree) {
        self.index = index
        self.entry = entry
        let file = entry["path"]?.string.flatMap { layer.folder.resolving($0) }
        let text = file.flatMap { tree.text(at: $0) } ?? entry["patch"]?.string ?? ""
        bodies = (try? YAMLStream(parsing: text, file: file ?? layer.file))?.documents.map(\.root) ?? []
        if let target = entry["target"] {
            kind = target["kind"]?.string
            let isPlain = target["name"]?.string?.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
            name = isPlain == true ? target["name"]?.string : nil
        } else {
            kind = bodies.first?["kind"]?.string
            name = bodies.first?["metadata"]?["name"]?.string
        }
    }

    private func fits(_ object: ManifestObject) -> Bool {
        if let kind, kind != object.kind { return false }
        return name.map { $0 == object.writtenName || $0 == object.reference.name } ?? true
    }

    /// Whether it changes something at, above or below the fields of these names from the root.
    func touches(_ names: [String]) -> Bool {
        bodies.contains { body in
            if body.isSequence {
                return body.items.contains { item in
                    let pointer = (item["path"]?.string ?? "").split(separator: "/").map(String.init)
                    return zip(pointer, names).allSatisfy { $0 == $1 }
                }
            }
            var node: YAMLNode? = body
            for name in names { node = node?[name] }
            return node != nil
        }
    }

    /// Whether it changes nothing but counts and images, which each side has for itself.
    var isValueAlone: Bool {
        bodies.allSatisfy { body in
            body.isSequence
                && body.items.allSatisfy { item in
                    let pointer = item["path"]?.string ?? ""
                    return ["/spec/replicas", "/spec/minReplicas", "/spec/minReplicaCount"].contains(pointer)
                        || pointer.hasSuffix("/image")
                }
        }
    }

    /// The same patch for another object; kustomize takes the target's name and not the patch's.
    func entry(for kind: String, _ name: String) -> YAMLTree {
        var copy: YAMLTree = [:]
        for key in ["path", "patch", "options"] { if let value = entry[key] { copy[key] = value } }
        copy["target"] = YAMLTree.mapping([.init("kind", .string(kind)), .init("name", .string(name))]).flow
        return copy
    }
}
