internal import Rollouts
internal import YAML

/// What the object that has a chart rendered puts in the place of a value of a file, or of a value of its own.
struct ChartOverrides {
    /// The steps of the value in the chart's values.
    let value: [FieldPath.Step]

    /// The place in `release` that overrides the value in `file`; nil where there is none.
    func place(in release: ChartRelease, reading file: String, _ tree: Tree) -> (path: String, node: YAMLNode)? {
        let root = release.object.root
        guard release.engine == .application else {
            return root["spec"]?["values"].flatMap { stated(in: $0).map { ("spec.values", $0) } }
        }
        let sources: [(String, YAMLNode?)] =
            [("spec.source", root["spec"]?["source"])]
            + (root["spec"]?["sources"]?.items ?? []).enumerated().map { ("spec.sources.\($0)", $1) }
        for (path, source) in sources {
            guard let source, let helm = source["helm"],
                ChartRelease.argoFiles(of: source, in: tree).contains(where: { ChartRelease.fits($0, file) })
            else { continue }
            if let found = inHelm(helm) { return ("\(path).helm.\(found.field)", found.node) }
        }
        return nil
    }

    private func inHelm(_ helm: YAMLNode) -> (field: String, node: YAMLNode)? {
        for field in ["parameters", "fileParameters"] {
            if let node = parameter(in: helm[field]) { return (field, node) }
        }
        if let object = helm["valuesObject"] { return stated(in: object).map { ("valuesObject", $0) } }
        guard let node = helm["values"], let text = node.string,
            let root = try? YAMLStream(parsing: text, file: "values").single.root
        else { return nil }
        return stated(in: root) == nil ? nil : ("values", node)
    }

    /// The parameter of the value or of something that holds it.
    func parameter(in list: YAMLNode?) -> YAMLNode? {
        (list?.items ?? []).last { item in
            guard let name = item["name"]?.resolved.text else { return false }
            let names = Self.names(name)
            return names.count <= value.count
                && zip(names, value).allSatisfy { name, step in
                    if case .field(let own) = step { own == name } else { true }
                }
        }
    }

    /// Where mappings say something at the value, or put something else in the place of what holds it.
    private func stated(in node: YAMLNode) -> YAMLNode? {
        var node = node.resolved
        for step in value {
            guard node.isMapping, case .field(let name) = step else { return node }
            guard let next = node[name]?.resolved else { return nil }
            node = next
        }
        return node
    }

    /// The keys of a parameter as Helm reads it: `a.b[0].c\.d`.
    private static func names(_ text: String) -> [String] {
        var names = [""]
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\": names[names.count - 1] += rest.popFirst().map(String.init) ?? ""
            case ".", "[": names.append("")
            case "]": continue
            default: names[names.count - 1].append(character)
            }
        }
        return names
    }
}
