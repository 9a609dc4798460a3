internal import YAML

/// The fields of a pod template that give its pods rights on the node or in the cluster (Kubernetes' Pod Security
/// Standards, and the service account).
enum PrivilegedFields {
    private static let names: Set<String> = [
        "serviceAccountName", "serviceAccount", "automountServiceAccountToken", "hostNetwork", "hostPID", "hostIPC",
        "hostUsers", "hostPath", "hostPort", "securityContext", "runtimeClassName",
    ]

    static let hint = "change it in the stable manifest, where people review it"

    /// The first privileged field that a path leads to or through.
    static func named(in path: FieldPath) -> String? {
        path.steps.lazy.compactMap { step in
            if case .field(let name) = step, names.contains(name) { name } else { nil }
        }.first
    }

    /// Every privileged field below `tree` with its value.
    static func found(in tree: YAMLTree) -> Set<String> {
        switch tree.content {
        case .scalar: []
        case .sequence(let items): items.reduce(into: []) { $0.formUnion(found(in: $1)) }
        case .mapping(let members):
            members.reduce(into: []) { fields, member in
                if names.contains(member.key) {
                    fields.insert("\(member.key): \(member.value.canonical)")
                } else {
                    fields.formUnion(found(in: member.value))
                }
            }
        }
    }
}
