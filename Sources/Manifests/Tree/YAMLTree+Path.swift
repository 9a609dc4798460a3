package import YAML

/// Values by field path, in trees that come from a file or from the cluster.
extension YAMLTree {
    /// Follows `path` to a value; nil where there is none, and for `*`.
    func value(at path: FieldPath) -> YAMLTree? {
        var tree = self
        for step in path.steps {
            guard let next = tree.child(step) else { return nil }
            tree = next
        }
        return tree
    }

    private func child(_ step: FieldPath.Step) -> YAMLTree? {
        switch step {
        case .field(let name):
            if case .sequence = content { return Int(name).flatMap { self[$0] } }
            return self[name]
        case .match("", let value): return items.first { $0.text == value }
        case .match(let key, let value):
            let found = items.filter { $0[key]?.text == value }
            return found.count == 1 ? found[0] : nil
        case .any: return nil
        }
    }

    /// Every value that `path` leads to with `*` for any item, with the path that leads to it alone.
    func values(at path: FieldPath) -> [(path: FieldPath, tree: YAMLTree)] {
        var found: [(path: FieldPath, tree: YAMLTree)] = [(.root, self)]
        for step in path.steps {
            found = found.flatMap { path, tree -> [(path: FieldPath, tree: YAMLTree)] in
                guard case .any = step else { return tree.child(step).map { [(path.appending(step), $0)] } ?? [] }
                let items = tree.items.enumerated().map { (path.appending($0.offset), $0.element) }
                return items + tree.members.map { (path.appending($0.key), $0.value) }
            }
        }
        return found
    }

    /// The tree with `value` at `path`, whose parents must exist; nil takes the value out.
    func setting(_ path: FieldPath, to value: YAMLTree?) -> YAMLTree? {
        guard let step = path.steps.first else { return value }
        let rest = FieldPath(Array(path.steps.dropFirst()))
        var copy = self
        if rest.isRoot, case .field(let name) = step, case .mapping = content {
            copy[name] = value
            return copy
        }
        guard let child = child(step), let changed = child.setting(rest, to: value) else { return nil }
        switch (step, content) {
        case (.field(let name), .mapping): copy[name] = changed
        case (.field(let name), .sequence): copy[Int(name) ?? -1] = changed
        case (.match(let key, let wanted), .sequence):
            guard let index = items.firstIndex(where: { (key.isEmpty ? $0 : $0[key])?.text == wanted }) else {
                return nil
            }
            copy[index] = changed
        default: return nil
        }
        return copy
    }

    /// The tree with `value` at `path`, whose parents are made where they are missing.
    func placing(_ value: YAMLTree, at path: ArraySlice<FieldPath.Step>) -> YAMLTree {
        guard case .field(let name)? = path.first else { return value }
        var copy = self
        copy[name] = (self[name] ?? .mapping([])).placing(value, at: path.dropFirst())
        return copy
    }

    /// The tree without the value at `path`, nor the mappings above it that are left empty.
    func removing(_ path: FieldPath) -> YAMLTree {
        guard value(at: path) != nil, var tree = setting(path, to: nil) else { return self }
        var parent = path.parent
        while let place = parent, !place.isRoot, let value = tree.value(at: place), value.isMappingWithoutMembers {
            tree = tree.setting(place, to: nil) ?? tree
            parent = place.parent
        }
        return tree
    }

    private var isMappingWithoutMembers: Bool {
        if case .mapping(let members) = content { members.isEmpty } else { false }
    }

    /// The text of a scalar as Kubernetes would print it; nil for collections and for nothing.
    var text: String? { scalar?.text }
}

extension YAMLScalar {
    var text: String? {
        switch self {
        case .null: nil
        case .bool(let flag): String(flag)
        case .int(let number): String(number)
        case .float(let number): String(number)
        case .string(let text): text
        }
    }

    /// `text` with the type that a value in the place of `former` has to have.
    ///
    /// It is a number only where that is written as `text` again, so that `1.20` stays the text that it is.
    package static func typed(_ text: String, like former: YAMLScalar?) -> YAMLScalar {
        switch former {
        case .int, .float: number(text) ?? .string(text)
        case .bool: Bool(text).map(YAMLScalar.bool) ?? .string(text)
        case .string, .null, nil: .string(text)
        }
    }

    /// Exponents and words like `inf` have several ways to be written and stay text.
    private static func number(_ text: String) -> YAMLScalar? {
        if let number = Int(text) { return String(number) == text ? .int(number) : nil }
        guard text.utf8.allSatisfy({ "-.0123456789".utf8.contains($0) }), let number = Double(text) else { return nil }
        return String(number) == text ? .float(number) : nil
    }
}
