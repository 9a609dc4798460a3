/// The fields that a manager owns, as a tree of path elements in the API server's notation (`f:name`, `k:{"name":"app"}`).
struct FieldSet: Equatable, Sendable {
    /// Whether the field at this place is owned itself, and not only some below it.
    var isOwned = false
    var children: [String: FieldSet] = [:]

    static let leaf = FieldSet(isOwned: true)

    var isEmpty: Bool { !isOwned && children.isEmpty }

    /// The `fieldsV1` form: members sorted, `.` where a field with owned children is owned itself.
    var value: Value {
        var members: [(String, Value)] = isOwned && !children.isEmpty ? [(".", .empty)] : []
        for (element, child) in children.sorted(by: { $0.key < $1.key }) {
            members.append((element, child.value))
        }
        return .object(Fields(members))
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isOwned: isOwned && !other.isOwned)
        for (element, child) in children {
            let rest = other.children[element].map(child.subtracting) ?? child
            if !rest.isEmpty { result.children[element] = rest }
        }
        return result
    }

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.isOwned = isOwned || other.isOwned
        for (element, child) in other.children {
            result.children[element] = (result.children[element] ?? FieldSet()).union(child)
        }
        return result
    }

    /// Drops places that are owned themselves but have lost all the fields below them that they had in `before`.
    func withoutHollows(before: FieldSet) -> FieldSet {
        var result = self
        for (element, child) in children {
            let earlier = before.children[element] ?? FieldSet()
            let kept = child.withoutHollows(before: earlier)
            let isHollow = kept.children.isEmpty && !earlier.children.isEmpty
            result.children[element] = kept.isEmpty || isHollow ? nil : kept
        }
        return result
    }
}

extension FieldSet {
    /// Who writes decides what is owned beside the leaves: an apply owns list elements, an update also maps and lists.
    enum Style { case apply, update }

    /// The fields of a whole object; what identifies it and what the server sets are nobody's.
    static func owned(by object: Value, kind: ResourceKind, style: Style) -> FieldSet {
        var set = FieldSet()
        for (name, value) in object.fields?.members ?? [] where name != "apiVersion" && name != "kind" {
            let value = name == "metadata" ? value.withoutServerMetadata : value
            if name == "metadata", value == .empty { continue }
            set.children["f:" + name] = fields(of: value, named: name, kind: kind, style: style)
        }
        return set
    }

    static func fields(of value: Value, named name: String, kind: ResourceKind, style: Style) -> FieldSet {
        switch value {
        case .object(let fields) where !fields.isEmpty && !ListSchema.isAtomic(name):
            var set = FieldSet(isOwned: style == .update && !ListSchema.isStructure(name, kind: kind))
            for (name, value) in fields.members {
                set.children["f:" + name] = self.fields(of: value, named: name, kind: kind, style: style)
            }
            return set
        case .array(let elements):
            guard let keys = ListSchema.keys(of: name, elements: elements, kind: kind) else { return .leaf }
            var set = FieldSet(isOwned: style == .update && !ListSchema.isStructure(name, kind: kind))
            for element in elements {
                var child = self.fields(of: element, named: "", kind: kind, style: style)
                child.isOwned = true
                if name == "ownerReferences" { child = .leaf }
                set.children[pathElement(of: element, keys: keys)] = child
            }
            return set
        default: return .leaf
        }
    }

    static func pathElement(of element: Value, keys: [String]) -> String {
        let members = keys.sorted().map { ($0, element[$0] ?? ListSchema.defaultKey($0) ?? .null) }
        return "k:" + Value.object(Fields(members)).text
    }
}

extension Value {
    /// The metadata that people and controllers write.
    fileprivate var withoutServerMetadata: Value {
        let written = ["labels", "annotations", "ownerReferences", "finalizers", "generateName"]
        return .object(Fields((fields?.members ?? []).filter { written.contains($0.name) }.map { ($0.name, $0.value) }))
    }
}
