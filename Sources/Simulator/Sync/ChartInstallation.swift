/// One chart of the repository with its values: what the engine's Helm would make of it.
struct ChartInstallation {
    let folder: String
    let name: String
    let namespace: String
    /// Each laid over the one before it.
    let values: [Value]

    /// The documents with those added that their `HelmRelease`s and `Application`s stand for.
    static func expand(_ manifests: [Manifest], in tree: SourceTree) throws(BuildFailure) -> [Manifest] {
        var result = manifests
        for manifest in manifests {
            let installations: [ChartInstallation]
            switch (manifest.apiVersion, manifest.kind) {
            case (ResourceKind.helmRelease.apiVersion, "HelmRelease"):
                installations = [try HelmReleaseReader(manifest, tree).installation()]
            case (ResourceKind.application.apiVersion, "Application"):
                installations = try ApplicationReader(manifest, tree).installations()
            default: continue
            }
            for installation in installations { result += try installation.render(in: tree) }
        }
        return result
    }

    private func render(in tree: SourceTree) throws(BuildFailure) -> [Manifest] {
        guard tree["\(folder)/Chart.yaml"] != nil else { throw BuildFailure("\(folder): Chart.yaml file is missing") }
        let merged = values.reduce(Value.empty) { $1.laid(over: $0) }
        let scope: Value = [
            "Values": merged, "Release": ["Name": .string(name), "Namespace": .string(namespace)],
        ]
        var manifests: [Manifest] = []
        for path in tree.paths(below: "\(folder)/templates") where !path.hasSuffix("/NOTES.txt") {
            guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
                throw BuildFailure("\(path): the simulator renders .yaml files only")
            }
            let template = ChartTemplate(file: path, text: String(decoding: tree[path] ?? [], as: UTF8.self))
            let bytes = Array(try template.render(scope).utf8)
            manifests += try Manifest.read(path, in: SourceTree([path: bytes])).map(placed)
        }
        return manifests
    }

    private func placed(_ manifest: Manifest) -> Manifest {
        var manifest = manifest
        let kind = ResourceKind.named(manifest.kind, apiVersion: manifest.apiVersion)
        if manifest.namespace.isEmpty, kind?.isNamespaced ?? true {
            manifest.content["metadata", "namespace"] = .string(namespace)
        }
        return manifest
    }

    /// A file of values.
    static func values(at path: String, in tree: SourceTree) throws(BuildFailure) -> Value {
        guard let bytes = tree[path] else { throw BuildFailure("\(path): no such file of values") }
        return try values(bytes, path)
    }

    static func values(_ bytes: [UInt8], _ file: String) throws(BuildFailure) -> Value {
        let documents = try Value.readYAML(bytes, file: file).filter { $0 != .null }
        guard documents.count <= 1 else { throw BuildFailure("\(file): values are one document") }
        guard let values = documents.first else { return .empty }
        guard values.fields != nil else { throw BuildFailure("\(file): values are a mapping") }
        return values
    }

    /// The values that stand in the chart itself; none where it has none.
    static func defaults(of folder: String, in tree: SourceTree) throws(BuildFailure) -> [Value] {
        let path = "\(folder)/values.yaml"
        return tree[path] == nil ? [] : [try values(at: path, in: tree)]
    }
}

extension Value {
    /// This value over another: mappings are merged, null takes a key out, and everything else takes the other's place.
    func laid(over other: Value) -> Value {
        guard let own = fields, var result = other.fields else { return self }
        for (name, value) in own.members {
            result[name] = value == .null ? nil : result[name].map { value.laid(over: $0) } ?? value
        }
        return .object(result)
    }
}
