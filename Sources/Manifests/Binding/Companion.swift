internal import Rollouts
internal import YAML

extension BoundRollout {
    /// A further pair that travels with the release.
    struct Companion: Sendable {
        let kind: String
        let stable: ManifestObject
        let canary: ManifestObject
        /// Whether the canary's content is written where its document stands: nothing is laid over it, and no other
        /// environment reads the file.
        var ownsContent: Bool

        func object(on side: Side) -> ManifestObject { side == .stable ? stable : canary }
    }
}

/// What the kind of a pair means.
extension BoundRollout.Companion {
    /// Where the content is that a release delivers: the rest is each side's own.
    var content: [FieldPath] {
        if isGenerated { return [] }
        switch kind {
        case "ConfigMap", "Secret": return ["data", "binaryData", "stringData"]
        case "ExternalSecret":
            return [
                "spec.data", "spec.dataFrom", "spec.refreshInterval", "spec.secretStoreRef", "spec.target.template",
            ]
        case "SealedSecret": return ["spec.encryptedData", "spec.template"]
        default: return []
        }
    }

    /// Whether a kustomization makes both from literals and files, which no release writes.
    var isGenerated: Bool { stable.generator != nil || canary.generator != nil }

    /// Whether what it says, even where that is encrypted, stays out of messages.
    var isSecret: Bool { ObjectReference.secretKinds.contains(kind) }

    /// Whether the live objects are looked at: never those that hold secrets, nor those whose names kustomize makes.
    var isRead: Bool { kind != "Secret" && kind != "SealedSecret" && !isGenerated }

    /// The kind and name by which pods refer to one side; nil where they do not.
    func target(on side: Side) -> (kind: String, name: String)? {
        let object = object(on: side)
        switch kind {
        case "ConfigMap", "Secret": return (kind, object.writtenName)
        // What is made by a controller has the name that the cluster knows.
        case "ExternalSecret":
            return ("Secret", object.node(at: "spec.target.name")?.resolved.text ?? object.reference.name)
        case "SealedSecret": return ("Secret", object.reference.name)
        default: return nil
        }
    }

    /// What one side carries, as far as releases change it; nothing for kinds without content.
    func content(on side: Side) -> YAMLTree {
        let object = object(on: side)
        if let generator = object.generator { return generator.content }
        return content.reduce(into: .mapping([])) { tree, path in
            guard let node = object.node(at: path), let value = try? YAMLTree(node, of: object.stream) else { return }
            tree = tree.placing(value, at: path.steps[...])
        }
    }
}
