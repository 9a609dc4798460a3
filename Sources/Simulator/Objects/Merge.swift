/// Merging of applied configuration into a live object, field by field.
struct Merge {
    let kind: ResourceKind

    /// The live object with the applied fields put in: objects and keyed lists are merged, all else is replaced.
    func merge(_ applied: Value, into live: Value?, named name: String = "") -> Value {
        switch (applied, live) {
        case (.object(let fields), .object(let existing)?) where !ListSchema.isAtomic(name):
            var result = existing
            for (name, value) in fields.members {
                result[name] = merge(value, into: existing[name], named: name)
            }
            return .object(result)
        case (.array(let elements), .array(let existing)?):
            guard let keys = ListSchema.keys(of: name, elements: elements, kind: kind) else { return applied }
            return .array(merge(elements, into: existing, keys: keys))
        default: return applied
        }
    }

    private func merge(_ elements: [Value], into existing: [Value], keys: [String]) -> [Value] {
        var result = existing
        for element in elements {
            let identity = FieldSet.pathElement(of: element, keys: keys)
            let index = result.firstIndex { FieldSet.pathElement(of: $0, keys: keys) == identity }
            if let index {
                result[index] = merge(element, into: result[index])
            } else {
                result.append(element)
            }
        }
        return result
    }

    /// The object without the fields of a set.
    func remove(_ set: FieldSet, from value: Value, named name: String = "") -> Value? {
        if set.isOwned { return nil }
        switch value {
        case .object(var fields):
            for (name, value) in fields.members {
                if let child = set.children["f:" + name] { fields[name] = remove(child, from: value, named: name) }
            }
            return .object(fields)
        case .array(let elements):
            guard let keys = ListSchema.keys(of: name, elements: elements, kind: kind) else { return value }
            return .array(
                elements.compactMap { element in
                    guard let child = set.children[FieldSet.pathElement(of: element, keys: keys)] else {
                        return element
                    }
                    return remove(child, from: element)
                })
        default: return value
        }
    }
}
