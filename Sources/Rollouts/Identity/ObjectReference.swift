/// Names one object of the Kubernetes API; the version is only how it is asked for and does not count for identity.
package struct ObjectReference: Hashable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    /// Empty where the one that the server prefers will do.
    package let version: String
    package let kind: String
    package let namespace: String
    package let name: String

    package init(group: String, version: String = "", kind: String, namespace: String, name: String) {
        self.group = group
        self.version = version
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The kinds that hold secrets, even where those are encrypted: nothing of what they say enters a message.
    package static let secretKinds: Set<String> = ["Secret", "ExternalSecret", "SealedSecret"]

    /// As manifests write it: `apps/v1`, or `v1` for the core group.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    package var description: String { "\(kind)/\(name)" }

    package static func == (left: Self, right: Self) -> Bool {
        left.group == right.group && left.kind == right.kind && left.namespace == right.namespace
            && left.name == right.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(group)
        hasher.combine(kind)
        hasher.combine(namespace)
        hasher.combine(name)
    }
}
