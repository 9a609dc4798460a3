/// Puts a prefix before all names, and before the names in the references that kustomize knows.
///
/// As in kustomize, the `backendRefs` of a Gateway API route are not among them.
struct NamePrefix {
    private let prefix: String

    init(_ prefix: String) {
        self.prefix = prefix
    }

    func apply(to manifests: inout [Manifest]) {
        var renamed: [String: Set<String>] = [:]
        for index in manifests.indices where manifests[index].kind != "Namespace" {
            renamed[manifests[index].kind, default: []].insert(manifests[index].name)
            manifests[index].content["metadata", "name"] = .string(prefix + manifests[index].name)
        }
        for index in manifests.indices {
            manifests[index].content = renameReferences(in: manifests[index].content, renamed, below: "")
        }
    }

    private static let kinds = [
        "configMap": "ConfigMap", "configMapRef": "ConfigMap", "configMapKeyRef": "ConfigMap",
        "secretRef": "Secret", "secretKeyRef": "Secret", "service": "Service",
    ]

    private func renameReferences(in value: Value, _ renamed: [String: Set<String>], below parent: String) -> Value {
        switch value {
        case .array(let elements): return .array(elements.map { renameReferences(in: $0, renamed, below: parent) })
        case .object(var fields):
            for (name, value) in fields.members {
                fields[name] = renameReferences(in: value, renamed, below: name)
            }
            let kind = parent == "scaleTargetRef" ? fields["kind"]?.string : Self.kinds[parent]
            rename("name", of: kind, renamed, in: &fields)
            rename("serviceAccountName", of: "ServiceAccount", renamed, in: &fields)
            rename("secretName", of: "Secret", renamed, in: &fields)
            rename("serviceName", of: "Service", renamed, in: &fields)
            return .object(fields)
        default: return value
        }
    }

    private func rename(_ member: String, of kind: String?, _ renamed: [String: Set<String>], in fields: inout Fields) {
        guard let kind, let name = fields[member]?.string, renamed[kind]?.contains(name) == true else { return }
        fields[member] = .string(prefix + name)
    }
}
