/// What callers ask of a node. Aliases are followed; merge keys count in `entry(named:)` and `subscript(_:)`.
extension YAMLNode {
    /// The node itself or, for an alias, the node that it stands for.
    package var resolved: YAMLNode { target?.resolved ?? self }

    /// The text of a scalar as it is written, without its quotes, whatever its type.
    package var text: String? {
        switch storage {
        case .read(let table, let index): return table[index].kind.isScalar ? table.text(of: index) : nil
        case .made(let node):
            if case .scalar(let text, _) = node.content { return text }
            return nil
        }
    }

    /// What a scalar means to Kubernetes; nil for collections and for an alias of one.
    package var typed: YAMLScalar? {
        let node = resolved
        return node.text.map { YAMLScalar(text: $0, isPlain: node.kind == .plain, tag: node.tag) }
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

    package var isMapping: Bool { resolved.kind.isMapping }
    package var isSequence: Bool { resolved.kind.isSequence }
    package var isScalar: Bool { resolved.kind.isScalar }
    package var isAlias: Bool { kind == .alias }

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
        if let own = ownEntry(named: name) { return own.entry }
        for merged in mergedMappings {
            budget -= 1
            guard budget > 0 else { return nil }
            if let entry = merged.entry(named: name, budget: &budget) { return entry }
        }
        return nil
    }

    /// The entry of `name` that is written here, and its number.
    func ownEntry(named name: String) -> (number: Int, entry: YAMLEntry)? {
        let node = resolved
        if case .read(let table, let index) = node.storage {
            guard node.kind.isMapping, let found = table.entry(named: name, of: index) else { return nil }
            return (
                found.number, YAMLEntry(key: YAMLNode(table, found.key), value: YAMLNode(table, found.value))
            )
        }
        let entries = node.entries
        return entries.firstIndex { $0.name == name }.map { ($0, entries[$0]) }
    }

    /// The mappings that `<<` refers to, in the order of their precedence.
    package var mergedMappings: [YAMLNode] {
        guard ownEntry(named: "<<") != nil else { return [] }
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
        case .alias(let name, _): Self.summary(alias: name)
        }
    }

    static func summary(alias name: String) -> String { "the alias *\(name)" }

    /// The places of the aliases that stand for the node.
    var aliases: [YAMLPosition] {
        guard case .read(let table, let index) = storage else { return [] }
        return table.aliases(of: index)
    }
}
