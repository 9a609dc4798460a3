/// One kustomization file: what it includes and what it changes.
struct KustomizationLayer {
    private static let known: Set<String> = [
        "apiVersion", "kind", "metadata", "resources", "components", "patches", "namespace", "namePrefix", "labels",
        "images", "replicas", "configMapGenerator", "secretGenerator",
    ]

    private let file: String
    private let content: Value

    init(reading tree: SourceTree, file: String) throws(BuildFailure) {
        self.file = file
        let documents = try Value.readYAML(tree[file] ?? [], file: file)
        guard documents.count == 1, let document = documents.first, let fields = document.fields else {
            throw BuildFailure("\(file): expected one document")
        }
        content = document
        if let name = fields.names.first(where: { !Self.known.contains($0) }) {
            throw BuildFailure("\(file): the simulator does not know \(name)")
        }
        let kind = content["kind"]?.string ?? "Kustomization"
        guard kind == "Kustomization" || kind == "Component" else {
            throw BuildFailure("\(file): expected a Kustomization or a Component, found \(kind)")
        }
    }

    var resources: [String] { texts("resources") }
    var components: [String] { texts("components") }

    private func texts(_ name: String) -> [String] { (content[name]?.array ?? []).compactMap(\.string) }

    /// What the layer makes by itself.
    func generated(_ tree: SourceTree, folder: String) throws(BuildFailure) -> [Manifest] {
        try GeneratedManifests(tree, file: file, folder: folder).read(content)
    }

    /// Applies the layer's changes in kustomize's order.
    func transform(
        _ manifests: [Manifest], tree: SourceTree, folder: String
    ) throws(BuildFailure) -> [Manifest] {
        var manifests = manifests
        for patch in content["patches"]?.array ?? [] {
            try ManifestPatch(reading: patch, tree: tree, folder: folder, file: file).apply(to: &manifests)
        }
        if let namespace = content["namespace"]?.string { setNamespace(namespace, in: &manifests) }
        if let prefix = content["namePrefix"]?.string { NamePrefix(prefix).apply(to: &manifests) }
        try addLabels(to: &manifests)
        try setReplicas(in: &manifests)
        try setImages(in: &manifests)
        return manifests
    }

    private func setNamespace(_ namespace: String, in manifests: inout [Manifest]) {
        for index in manifests.indices {
            let kind = ResourceKind.named(manifests[index].kind, apiVersion: manifests[index].apiVersion)
            guard kind?.isNamespaced ?? true else { continue }
            manifests[index].content["metadata", "namespace"] = .string(namespace)
        }
    }

    private func addLabels(to manifests: inout [Manifest]) throws(BuildFailure) {
        for entry in content["labels"]?.array ?? [] {
            guard entry["includeSelectors"]?.bool != true else {
                throw BuildFailure("\(file): the simulator does not know labels with includeSelectors")
            }
            for (name, value) in entry["pairs"]?.fields?.members ?? [] {
                for index in manifests.indices {
                    manifests[index].content["metadata", "labels", name] = value
                    guard entry["includeTemplates"]?.bool == true, manifests[index].content["spec", "template"] != nil
                    else { continue }
                    manifests[index].content["spec", "template", "metadata", "labels", name] = value
                }
            }
        }
    }

    private func setReplicas(in manifests: inout [Manifest]) throws(BuildFailure) {
        for entry in content["replicas"]?.array ?? [] {
            guard let name = entry["name"]?.string, let count = entry["count"], count.integer != nil else {
                throw BuildFailure("\(file): replicas: expected name and count")
            }
            var isFound = false
            for index in manifests.indices
            where ["Deployment", "StatefulSet", "ReplicaSet"].contains(manifests[index].kind)
                && [manifests[index].name, manifests[index].originalName].contains(name)
            {
                manifests[index].content["spec", "replicas"] = count
                isFound = true
            }
            guard isFound else { throw BuildFailure("\(file): replicas: nothing is named \(name)") }
        }
    }

    private func setImages(in manifests: inout [Manifest]) throws(BuildFailure) {
        for entry in content["images"]?.array ?? [] {
            guard let name = entry["name"]?.string else { throw BuildFailure("\(file): images: expected a name") }
            for index in manifests.indices {
                manifests[index].content = manifests[index].content.settingImages(named: name, entry)
            }
        }
    }
}

extension Value {
    /// The value with the images of all containers in it replaced as an entry of `images:` says.
    fileprivate func settingImages(named name: String, _ entry: Value) -> Value {
        switch self {
        case .array(let elements): return .array(elements.map { $0.settingImages(named: name, entry) })
        case .object(var fields):
            for (member, value) in fields.members {
                if member == "containers" || member == "initContainers", let containers = value.array {
                    fields[member] = .array(containers.map { $0.settingImage(named: name, entry) })
                } else {
                    fields[member] = value.settingImages(named: name, entry)
                }
            }
            return .object(fields)
        default: return self
        }
    }

    private func settingImage(named name: String, _ entry: Value) -> Value {
        guard let image = self["image"]?.string else { return self }
        var (base, suffix) = Self.splitImage(image)
        guard base == name else { return self }
        base = entry["newName"]?.string ?? base
        if let digest = entry["digest"]?.string {
            suffix = "@" + digest
        } else if let tag = entry["newTag"]?.string ?? entry["newTag"]?.integer.map(String.init) {
            suffix = ":" + tag
        }
        var result = self
        result["image"] = .string(base + suffix)
        return result
    }

    /// Splits a reference before its digest or tag; a colon before the last slash belongs to a port.
    private static func splitImage(_ image: String) -> (base: String, suffix: String) {
        let start = image.lastIndex(of: "/") ?? image.startIndex
        let end = image.firstIndex(of: "@") ?? image[start...].firstIndex(of: ":") ?? image.endIndex
        let colon = image[start..<end].firstIndex(of: ":") ?? end
        return (String(image[..<colon]), String(image[colon...]))
    }
}
