/// What callers ask of a node. Aliases are followed; merge keys count in `entry(named:)` and `subscript(_:)`.
extension YAMLNode {
    /// The node itself or, for an alias, the node that it stands for.
    package var resolved: YAMLNode {
        if case .alias(_, let target?) = content { return target.resolved }
        return self
    }

    /// The text of a scalar as it is written, without its quotes, whatever its type.
    package var text: String? {
        if case .scalar(let text, _) = content { return text }
        return nil
    }

    /// What a scalar means to Kubernetes; nil for collections and for an alias of one.
    package var typed: YAMLScalar? {
        guard case .scalar(let text, let style) = resolved.content else { return nil }
        return YAMLScalar(text: text, isPlain: style == .plain, tag: resolved.tag)
    }

    package var string: String? { typed?.string }
    package var int: Int? { typed?.int }
    package var double: Double? { typed?.double }
    package var bool: Bool? { typed?.bool }
    package var isNull: Bool { typed == .null }

    /// The entries as they are written, `<<` among them; empty for anything but a mapping.
    package var entries: [YAMLEntry] {
        if case .mapping(let entries, _) = resolved.content { return entries }
        return []
    }

    /// The items; empty for anything but a sequence.
    package var items: [YAMLNode] {
        if case .sequence(let items, _) = resolved.content { return items }
        return []
    }

    package var isMapping: Bool {
        if case .mapping = resolved.content { return true }
        return false
    }

    package var isSequence: Bool {
        if case .sequence = resolved.content { return true }
        return false
    }

    package var isScalar: Bool {
        if case .scalar = resolved.content { return true }
        return false
    }

    package var isAlias: Bool {
        if case .alias = content { return true }
        return false
    }

    /// The value of `key`, written here or merged in; nil where there is none.
    package subscript(key: String) -> YAMLNode? { entry(named: key)?.value }

    /// The item at `index`; nil outside the sequence.
    package subscript(index: Int) -> YAMLNode? {
        let items = items
        return items.indices.contains(index) ? items[index] : nil
    }

    /// The entry of `name`: the one written here, else the first that a merge key lends.
    package func entry(named name: String) -> YAMLEntry? {
        var budget = 1000
        return entry(named: name, budget: &budget)
    }

    /// The budget keeps mappings that merge each other several times from costing exponential time.
    private func entry(named name: String, budget: inout Int) -> YAMLEntry? {
        if let own = entries.first(where: { $0.name == name }) { return own }
        for merged in mergedMappings {
            budget -= 1
            guard budget > 0 else { return nil }
            if let entry = merged.entry(named: name, budget: &budget) { return entry }
        }
        return nil
    }

    /// The mappings that `<<` refers to, in the order of their precedence.
    package var mergedMappings: [YAMLNode] {
        var mappings: [YAMLNode] = []
        for entry in entries where entry.isMerge {
            let source = entry.value.resolved
            mappings += source.isSequence ? source.items.map(\.resolved) : [source]
        }
        return mappings.filter(\.isMapping)
    }

    /// What the node is, in the words of error messages: `the text "ten"`, `a list`.
    package var summary: String {
        switch content {
        case .scalar: typed?.summary ?? "a value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias(let name, _): "the alias *\(name)"
        }
    }
}
