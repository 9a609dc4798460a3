internal import Rollouts
internal import YAML

/// A pod template on its way from one workload to the other.
struct PodTemplate {
    var tree: YAMLTree

    /// Without its labels, by which the sides are told apart and which no release changes, and without what the agent
    /// writes for itself.
    var digest: Digest {
        var copy = bare
        if var metadata = copy["metadata"] {
            metadata["labels"] = nil
            metadata["creationTimestamp"] = nil
            copy["metadata"] = metadata.members.isEmpty ? nil : metadata
        }
        return Digest(of: copy.canonical)
    }

    /// Writes `value` where `path` leads; false where its parent does not exist.
    mutating func set(_ path: FieldPath, to value: String) -> Bool {
        let scalar = YAMLScalar.typed(value, like: tree.value(at: path)?.scalar)
        let former = tree.value(at: path)
        if former?.scalar == scalar { return true }
        guard let changed = tree.setting(path, to: .scalar(scalar)) else { return false }
        tree = changed
        return true
    }

    /// Every container and the path of its image, `containers` before `initContainers`.
    var images: [(container: String, path: FieldPath)] {
        ["containers", "initContainers"].flatMap { list in
            let items = tree["spec"]?[list]?.items ?? []
            return ContainerPlace.all(in: list, names: items.map { $0["name"]?.string }).map {
                ($0.name, $0.path.appending("image"))
            }
        }
    }

    /// Puts the images and values of `release` into the template.
    ///
    /// - Throws: where it has no such container or field.
    mutating func apply(_ release: Release, of rollout: BoundRollout) throws(Diagnostic) {
        for (name, value) in release.values.sorted(by: { $0.key < $1.key }) {
            let path: FieldPath
            if name.hasPrefix("image.") {
                let container = String(name.dropFirst(6))
                guard let image = images.first(where: { $0.container == container }) else {
                    throw rollout.source.diagnostic(
                        at: "spec.release.images", "the pod template has no container \(container)",
                        hint: "it has \(images.map(\.container).joined(separator: ", "))")
                }
                path = image.path
            } else if case .template(let field)? = ReleaseTarget(releaseName: name) {
                path = field
            } else {
                continue
            }
            guard set(path, to: value) else {
                throw rollout.source.diagnostic(
                    at: "spec.release.values", "the pod template has no place for \(path)",
                    hint: "the field's parent has to exist in the stable manifest")
            }
        }
    }

    /// The labels of `own` under `keys`, whatever this template says of them; all others stay.
    mutating func keepLabels(_ keys: Set<String>, of own: YAMLTree?) {
        let kept = own?["metadata"]?["labels"]
        guard var metadata = tree["metadata"] ?? (kept == nil ? nil : .mapping([])) else { return }
        var labels = metadata["labels"] ?? .mapping([])
        for key in keys.sorted() where labels[key] != kept?[key] { labels[key] = kept?[key] }
        metadata["labels"] = labels.members.isEmpty ? nil : labels
        tree["metadata"] = metadata
    }

    /// References to the ConfigMaps and Secrets of pairs: `kind` and the new name by the old.
    mutating func rename(_ names: [String: [String: String]]) {
        guard !names.isEmpty else { return }
        tree = Self.renamed(tree, names)
    }

    /// Where a pod names a ConfigMap or Secret (core/v1 PodSpec): the keys that hold such a reference, and under which
    /// key of it the name stands.
    private static let references: [String: (kind: String, name: String)] = [
        "configMapKeyRef": ("ConfigMap", "name"), "configMapRef": ("ConfigMap", "name"),
        "configMap": ("ConfigMap", "name"), "secretKeyRef": ("Secret", "name"), "secretRef": ("Secret", "name"),
        "secret": ("Secret", "secretName"), "nodePublishSecretRef": ("Secret", "name"),
    ]

    private static func renamed(_ tree: YAMLTree, _ names: [String: [String: String]]) -> YAMLTree {
        var copy = tree
        switch tree.content {
        case .scalar: return tree
        case .sequence(let items): copy.content = .sequence(items.map { renamed($0, names) })
        case .mapping(let members):
            copy.content = .mapping(
                members.map { member in
                    var value = renamed(member.value, names)
                    if member.key == "imagePullSecrets", case .sequence(let items) = value.content {
                        value.content = .sequence(items.map { Self.renamed($0, "name", names["Secret"]) })
                    }
                    if let reference = references[member.key] {
                        // A projected volume names its Secret by `name`, a plain one by `secretName`.
                        for key in Set([reference.name, "name"]) {
                            value = Self.renamed(value, key, names[reference.kind])
                        }
                    }
                    return .init(member.key, value)
                })
        }
        return copy
    }

    private static func renamed(_ reference: YAMLTree, _ key: String, _ names: [String: String]?) -> YAMLTree {
        guard let name = reference[key]?.string, let new = names?[name] else { return reference }
        var copy = reference
        copy[key] = .string(new)
        return copy
    }
}
