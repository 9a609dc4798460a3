package import YAML

/// One document of the repository on its way to the cluster.
package struct Manifest: Sendable {
    package let file: String
    package var content: Value
    /// The name before any prefix: what patches, `replicas:` and references of the same layer call it.
    var originalName: String
    /// Whether a kustomization has made it, so that its name gets a hash in the end.
    var isGenerated = false

    init(file: String, content: Value) {
        self.file = file
        self.content = content
        originalName = content["metadata", "name"]?.string ?? ""
    }

    package var kind: String { content["kind"]?.string ?? "" }
    package var apiVersion: String { content["apiVersion"]?.string ?? "" }
    package var name: String { content["metadata", "name"]?.string ?? "" }
    package var namespace: String { content["metadata", "namespace"]?.string ?? "" }

    /// Reads all documents of a file; a list (`kind: List`) counts as its items.
    static func read(_ file: String, in tree: SourceTree) throws(BuildFailure) -> [Manifest] {
        guard let bytes = tree[file] else { throw BuildFailure("\(file): no such file") }
        let values = try Value.readYAML(bytes, file: file)
        var manifests: [Manifest] = []
        for value in values where value != .null {
            let items = value["kind"] == "List" ? value["items"]?.array ?? [] : [value]
            for item in items {
                guard item["apiVersion"]?.string != nil, item["kind"]?.string != nil,
                    item["metadata", "name"]?.string != nil
                else { throw BuildFailure("\(file): a document has no apiVersion, kind or metadata.name") }
                manifests.append(Manifest(file: file, content: item))
            }
        }
        return manifests
    }
}

/// Why an environment cannot be built; the message stands in the Kustomization's Ready condition.
package struct BuildFailure: Error, Equatable, CustomStringConvertible {
    package let message: String
    package var description: String { message }

    init(_ message: String) {
        self.message = message
    }
}

extension Value {
    /// Reads all documents of a YAML file.
    package static func readYAML(_ bytes: [UInt8], file: String) throws(BuildFailure) -> [Value] {
        do {
            let stream = try YAMLStream(parsing: bytes, file: file)
            var values: [Value] = []
            for document in stream.documents {
                if let problem = document.problems.first { throw problem }
                values.append(Value(document.root))
            }
            return values
        } catch {
            throw BuildFailure("\(error)")
        }
    }

    /// The value of a node, aliases and merge keys resolved.
    package init(_ node: YAMLNode) {
        let node = node.resolved
        switch node.content {
        case .alias: self = .null
        case .sequence(let items, _): self = .array(items.map(Value.init))
        case .mapping(let entries, _):
            var fields = Fields()
            for merged in node.mergedMappings.reversed() {
                for (name, value) in Value(merged).fields?.members ?? [] { fields[name] = value }
            }
            for entry in entries where !entry.isMerge {
                guard let name = entry.key.resolved.text else { continue }
                fields[name] = Value(entry.value)
            }
            self = .object(fields)
        case .scalar:
            switch node.typed ?? .null {
            case .null: self = .null
            case .bool(let truth): self = .bool(truth)
            case .int(let number): self = .integer(number)
            case .float(let number): self = .decimal(number)
            case .string(let text): self = .string(text)
            }
        }
    }
}
