/// Puts a prefix before all names, and before the names in the references that kustomize knows.
///
/// As in kustomize, the `backendRefs` of a Gateway API route are not among them.
struct NamePrefix {
    private let prefix: String

    init(_ prefix: String) {
        self.prefix = prefix
    }

    func apply(to manifests: inout [Manifest]) {
        var names = NewNames()
        for index in manifests.indices where manifests[index].kind != "Namespace" {
            let name = manifests[index].name
            names.add(manifests[index].kind, name, becomes: prefix + name)
            manifests[index].content["metadata", "name"] = .string(prefix + name)
        }
        for index in manifests.indices { manifests[index].content = names.renaming(manifests[index].content) }
    }
}

/// Objects that a kustomization has given new names, and the references to them.
struct NewNames {
    private var names: [String: [String: String]] = [:]

    mutating func add(_ kind: String, _ name: String, becomes new: String) {
        names[kind, default: [:]][name] = new
    }

    func renaming(_ value: Value) -> Value { renaming(value, below: "") }

    private static let kinds = [
        "configMap": "ConfigMap", "configMapRef": "ConfigMap", "configMapKeyRef": "ConfigMap", "secret": "Secret",
        "secretRef": "Secret", "secretKeyRef": "Secret", "service": "Service",
    ]

    private func renaming(_ value: Value, below parent: String) -> Value {
        switch value {
        case .array(let elements): return .array(elements.map { renaming($0, below: parent) })
        case .object(var fields):
            for (name, value) in fields.members { fields[name] = renaming(value, below: name) }
            let kind = parent == "scaleTargetRef" ? fields["kind"]?.string : Self.kinds[parent]
            rename("name", of: kind, in: &fields)
            rename("serviceAccountName", of: "ServiceAccount", in: &fields)
            rename("secretName", of: "Secret", in: &fields)
            rename("serviceName", of: "Service", in: &fields)
            return .object(fields)
        default: return value
        }
    }

    private func rename(_ member: String, of kind: String?, in fields: inout Fields) {
        guard let kind, let name = fields[member]?.string, let new = names[kind]?[name] else { return }
        fields[member] = .string(new)
    }
}
