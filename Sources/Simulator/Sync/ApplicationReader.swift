/// Reads an Argo CD `Application` whose charts are folders of the same repository.
struct ApplicationReader {
    private let manifest: Manifest
    private let tree: SourceTree

    init(_ manifest: Manifest, _ tree: SourceTree) {
        self.manifest = manifest
        self.tree = tree
    }

    private static let known: Set<String> = [
        "releaseName", "parameters", "values", "valuesObject", "valueFiles",
    ]

    func installations() throws(BuildFailure) -> [ChartInstallation] {
        let spec = manifest.content["spec"] ?? .empty
        guard let namespace = spec["destination", "namespace"]?.string else {
            throw BuildFailure("\(manifest.file): spec.destination.namespace is missing")
        }
        let sources = spec["sources"]?.array ?? [spec["source"]].compactMap(\.self)
        return try sources.filter { $0["ref"] == nil || $0["path"] != nil }.map { source throws(BuildFailure) in
            guard let path = source["path"]?.string, let folder = SourceTree.resolve(path, in: "") else {
                throw BuildFailure("\(manifest.file): the simulator knows charts of this repository only")
            }
            return ChartInstallation(
                folder: folder, name: source["helm", "releaseName"]?.string ?? manifest.name, namespace: namespace,
                values: try values(of: source["helm"] ?? .empty, folder))
        }
    }

    /// In Argo CD's order: the chart's own, files, `valuesObject` or else `values`, parameters.
    private func values(of helm: Value, _ folder: String) throws(BuildFailure) -> [Value] {
        if let name = helm.fields?.names.first(where: { !Self.known.contains($0) }) {
            throw BuildFailure("\(manifest.file): the simulator does not know helm.\(name) of an Application")
        }
        var values = try ChartInstallation.defaults(of: folder, in: tree)
        for name in (helm["valueFiles"]?.array ?? []).compactMap(\.string) {
            values.append(try ChartInstallation.values(at: file(name, folder), in: tree))
        }
        if let object = helm["valuesObject"] {
            values.append(object)
        } else if let text = helm["values"]?.string {
            values.append(try ChartInstallation.values(Array(text.utf8), manifest.file))
        }
        for parameter in helm["parameters"]?.array ?? [] { values.append(try value(of: parameter)) }
        return values
    }

    /// A name is from the chart's folder, `/name` and `$source/name` from the repository's root.
    private func file(_ name: String, _ folder: String) -> String {
        var (name, folder) = (name[...], folder)
        if name.hasPrefix("$") || name.hasPrefix("/") {
            name = name[(name.firstIndex(of: "/") ?? name.startIndex)...].dropFirst()
            folder = ""
        }
        return SourceTree.resolve(String(name), in: folder) ?? String(name)
    }

    /// What `--set` makes of a parameter.
    private func value(of parameter: Value) throws(BuildFailure) -> Value {
        guard let name = parameter["name"]?.string, let text = parameter["value"]?.string else {
            throw BuildFailure("\(manifest.file): a parameter has a name and a value, which is a text")
        }
        let isText = parameter["forceString"]?.bool == true
        let value = isText ? nil : Int(text).map(Value.integer) ?? Bool(text).map(Value.bool)
        return name.split(separator: ".").reversed().reduce(value ?? .string(text)) { value, name in
            .object(Fields([(String(name), value)]))
        }
    }
}
