/// What identifies a stored object: its kind, namespace (empty where it has none) and name.
package struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let kind: ResourceKind
    package let namespace: String
    package let name: String

    package init(_ kind: ResourceKind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = kind.isNamespaced ? namespace : ""
        self.name = name
    }

    package var description: String {
        namespace.isEmpty ? "\(kind.name)/\(name)" : "\(kind.name)/\(namespace)/\(name)"
    }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.kind.name, left.namespace, left.name) < (right.kind.name, right.namespace, right.name)
    }
}
