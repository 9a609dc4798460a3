/// One entry of `patches:`: a strategic merge or a list of JSON 6902 operations, with the documents it is for.
struct ManifestPatch {
    private let file: String
    private let target: Value?
    private let documents: [Value]

    init(reading entry: Value, tree: SourceTree, folder: String, file: String) throws(BuildFailure) {
        var source = file
        var bytes = entry["patch"]?.string.map { Array($0.utf8) }
        if let reference = entry["path"]?.string, let path = SourceTree.resolve(reference, in: folder) {
            bytes = tree[path]
            source = path
        }
        if let name = entry.fields?.names.first(where: { !["path", "patch", "target"].contains($0) }) {
            throw BuildFailure("\(file): patches: the simulator does not know \(name)")
        }
        guard let bytes else { throw BuildFailure("\(file): patches: no such patch: \(entry["path"]?.string ?? "")") }
        self.file = source
        target = entry["target"]
        documents = try Value.readYAML(bytes, file: source)
    }

    func apply(to manifests: inout [Manifest]) throws(BuildFailure) {
        for document in documents {
            let indices = manifests.indices.filter { fits(manifests[$0], document) }
            guard !indices.isEmpty else { throw BuildFailure("\(file): the patch fits no document") }
            for index in indices.reversed() {
                if let operations = document.array {
                    for operation in operations {
                        try JSONPatchOperation(reading: operation, file: file).apply(to: &manifests[index].content)
                    }
                } else if document["$patch"] == "delete" {
                    manifests.remove(at: index)
                } else {
                    let merged = StrategicMerge.merge(document.withoutNames, into: manifests[index].content)
                    manifests[index].content = merged
                }
            }
        }
    }

    private func fits(_ manifest: Manifest, _ document: Value) -> Bool {
        guard let target else {
            return document["kind"]?.string == manifest.kind && document["apiVersion"]?.string == manifest.apiVersion
                && document["metadata", "name"]?.string == manifest.name
                && (document["metadata", "namespace"]?.string ?? manifest.namespace) == manifest.namespace
        }
        let parts = manifest.apiVersion.split(separator: "/").map(String.init)
        let facts = [
            "kind": manifest.kind, "name": manifest.name, "namespace": manifest.namespace,
            "version": parts.last ?? "", "group": parts.count == 2 ? parts[0] : "",
        ]
        for (name, wanted) in facts {
            guard let pattern = target[name]?.string else { continue }
            if pattern != wanted && !Self.matches(pattern, wanted) { return false }
        }
        guard let selector = target["labelSelector"]?.string else { return true }
        return LabelSelector(selector)?.matches(manifest.content["metadata", "labels"]?.strings ?? [:]) ?? false
    }

    /// Names in a target are anchored regular expressions.
    private static func matches(_ pattern: String, _ text: String) -> Bool {
        guard let expression = try? Regex(pattern) else { return false }
        return (try? expression.wholeMatch(in: text)) != nil
    }
}

/// Merging as `kubectl` and kustomize do it: lists of known types by key, null deletes, `$patch: delete` removes an element.
enum StrategicMerge {
    static func merge(_ patch: Value, into value: Value?, named name: String = "") -> Value {
        switch (patch, value) {
        case (.object(let fields), _):
            var result = fields["$patch"] == "replace" ? Fields() : value?.fields ?? Fields()
            for (name, change) in fields.members where name != "$patch" {
                result[name] = change == .null ? nil : merge(change, into: result[name], named: name)
            }
            return .object(result)
        case (.array(let changes), .array(let elements)?):
            guard let keys = keys(of: name, elements: elements + changes) else { return patch }
            return .array(merge(changes, into: elements, keys: keys))
        default: return patch
        }
    }

    private static func keys(of list: String, elements: [Value]) -> [String]? {
        let keys = ListSchema.keys(of: list, elements: elements, kind: .deployment)
        guard list == "ports" else { return keys }
        return elements.allSatisfy { $0["containerPort"] != nil } ? ["containerPort"] : ["port"]
    }

    private static func merge(_ changes: [Value], into elements: [Value], keys: [String]) -> [Value] {
        var result = elements
        for change in changes {
            let index = result.firstIndex { element in keys.allSatisfy { element[$0] == change[$0] } }
            switch (index, change["$patch"] == "delete") {
            case (let index?, true): result.remove(at: index)
            case (let index?, false): result[index] = merge(change, into: result[index])
            case (nil, true): break
            case (nil, false): result.append(merge(change, into: nil))
            }
        }
        return result
    }
}

extension Value {
    /// A patch without what only names the document that it is for.
    fileprivate var withoutNames: Value {
        var result = self
        result["apiVersion"] = nil
        result["kind"] = nil
        result["metadata"]?["name"] = nil
        result["metadata"]?["namespace"] = nil
        return result
    }
}
