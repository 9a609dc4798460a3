extension FieldSet {
    /// The fields that an update from one version of an object to another has added or changed.
    static func changed(from old: Value, to new: Value, kind: ResourceKind) -> FieldSet {
        var set = FieldSet()
        for (name, value) in new.fields?.members ?? [] where !["apiVersion", "kind"].contains(name) {
            let element = "f:" + name
            guard let before = old[name] else {
                let part = Value.object(Fields([(name, value)]))
                set.children[element] = owned(by: part, kind: kind, style: .update).children[element]
                continue
            }
            guard before != value else { continue }
            let change = change(from: before, to: value, named: name, kind: kind)
            if !change.isEmpty { set.children[element] = change }
        }
        return set
    }

    private static func change(from old: Value, to new: Value, named name: String, kind: ResourceKind) -> FieldSet {
        var set = FieldSet()
        switch (old, new) {
        case (.object(let before), .object(let after)) where !ListSchema.isAtomic(name):
            for (name, value) in after.members where before[name] != value {
                let part = before[name].map { change(from: $0, to: value, named: name, kind: kind) }
                set.children["f:" + name] = part ?? fields(of: value, named: name, kind: kind, style: .update)
            }
            return set
        case (.array(let before), .array(let after)):
            guard let keys = ListSchema.keys(of: name, elements: after, kind: kind) else { return .leaf }
            for element in after {
                let identity = pathElement(of: element, keys: keys)
                let earlier = before.first { pathElement(of: $0, keys: keys) == identity }
                guard earlier != element else { continue }
                var part = earlier.map { change(from: $0, to: element, named: "", kind: kind) }
                if part == nil {
                    part = fields(of: element, named: "", kind: kind, style: .update)
                    part?.isOwned = true
                }
                set.children[identity] = part
            }
            return set
        default: return .leaf
        }
    }
}
