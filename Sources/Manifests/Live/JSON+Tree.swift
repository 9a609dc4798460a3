internal import Rollouts
internal import YAML

/// Live objects in the form in which manifests are read, and the way to their fields.
extension YAMLTree {
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let text):
            if let number = json.int { self = .int(number) } else { self = .float(Double(text) ?? .nan) }
        case .string(let text): self = .string(text)
        case .array(let elements): self = .sequence(elements.map(YAMLTree.init))
        case .object(let members): self = .mapping(members.map { .init($0.name, YAMLTree($0.value)) })
        }
    }
}

extension FieldPath {
    /// The way to the field in a live object, with the numbers of the items that the selectors fit; nil where there is
    /// no such field.
    func steps(in object: JSON) -> [FieldOwnership.Step]? {
        var value = object
        var result: [FieldOwnership.Step] = []
        for step in steps {
            let next: (FieldOwnership.Step, JSON)?
            switch step {
            case .field(let name):
                if let elements = value.array {
                    next = Int(name).flatMap { index in
                        elements.indices.contains(index) ? (.index(index), elements[index]) : nil
                    }
                } else {
                    next = value[name].map { (.field(name), $0) }
                }
            case .match(let key, let wanted):
                let elements = value.array ?? []
                next = elements.firstIndex { (key.isEmpty ? $0 : $0[key])?.string == wanted }.map {
                    (.index($0), elements[$0])
                }
            case .any: next = nil
            }
            guard let next else { return nil }
            result.append(next.0)
            value = next.1
        }
        return result
    }
}
