/// The trees that edits intend: compared with what the edited file means when it is parsed again.
extension YAMLNode {
    /// A node that means `tree` and stands nowhere.
    init(meaning tree: YAMLTree) {
        switch tree.content {
        case .scalar(.string(let text)): self.init(content: .scalar(text: text, style: .doubleQuoted))
        case .scalar(let scalar):
            self.init(content: .scalar(text: ScalarText.render(scalar, inFlow: false), style: .plain))
        case .sequence(let items):
            self.init(content: .sequence(items.map(YAMLNode.init(meaning:)), style: .block))
        case .mapping(let members):
            let entries = members.map { YAMLEntry(key: YAMLNode(key: $0.key), value: YAMLNode(meaning: $0.value)) }
            self.init(content: .mapping(entries, style: .block))
        }
    }

    init(key: String) {
        self.init(content: .scalar(text: key, style: .doubleQuoted))
    }

    /// The child of each number in turn; nil where there is none.
    func descendant(_ indices: some Collection<Int>) -> YAMLNode? { trail(indices)?.last }

    /// The nodes on the way along the numbers, this one first; nil where the way ends early.
    func trail(_ indices: some Collection<Int>) -> [YAMLNode]? {
        var trail = [self]
        trail.reserveCapacity(indices.count + 1)
        var node = self
        for index in indices {
            guard let child = node.child(index) else { return nil }
            trail.append(child)
            node = child
        }
        return trail
    }

    private func child(_ index: Int) -> YAMLNode? {
        if case .read(let table, let own) = storage {
            return table.child(index, of: own).map { YAMLNode(table, $0) }
        }
        switch content {
        case .mapping(let entries, _) where entries.indices.contains(index): return entries[index].value
        case .sequence(let items, _) where items.indices.contains(index): return items[index]
        default: return nil
        }
    }

    /// The tree in which the descendant at `indices` is what `change` makes of it.
    func changing(_ indices: ArraySlice<Int>, _ change: (YAMLNode) -> YAMLNode) -> YAMLNode {
        guard let index = indices.first else { return change(self) }
        switch content {
        case .mapping(var entries, let style) where entries.indices.contains(index):
            entries[index] = YAMLEntry(
                key: entries[index].key, value: entries[index].value.changing(indices.dropFirst(), change))
            return with(.mapping(entries, style: style))
        case .sequence(var items, let style) where items.indices.contains(index):
            items[index] = items[index].changing(indices.dropFirst(), change)
            return with(.sequence(items, style: style))
        default:
            return self
        }
    }

    /// The collection with a child more; a value that is empty becomes a collection.
    func inserting(_ tree: YAMLTree, key: String?, at index: Int) -> YAMLNode {
        let value = YAMLNode(meaning: tree)
        if let key {
            var entries = entries
            entries.insert(YAMLEntry(key: YAMLNode(key: key), value: value), at: min(index, entries.count))
            return with(.mapping(entries, style: .block))
        }
        var items = items
        items.insert(value, at: min(index, items.count))
        return with(.sequence(items, style: .block))
    }

    /// The collection with a child less.
    func removing(_ index: Int) -> YAMLNode {
        switch content {
        case .mapping(var entries, let style) where entries.indices.contains(index):
            entries.remove(at: index)
            return with(.mapping(entries, style: style))
        case .sequence(var items, let style) where items.indices.contains(index):
            items.remove(at: index)
            return with(.sequence(items, style: style))
        default:
            return self
        }
    }

    /// The node with another content and the same anchor and tag.
    func with(_ content: Content) -> YAMLNode {
        YAMLNode(
            content: content, anchor: anchor, tag: tag, range: range, contentStart: contentStart, position: position)
    }

    /// Whether the node or one below it has an anchor out of `names`.
    func hasAnchor(in names: some Collection<String>) -> Bool {
        if let anchor, names.contains(anchor) { return true }
        switch content {
        case .scalar, .alias: return false
        case .sequence(let items, _): return items.contains { $0.hasAnchor(in: names) }
        case .mapping(let entries, _):
            return entries.contains { $0.key.hasAnchor(in: names) || $0.value.hasAnchor(in: names) }
        }
    }

    /// Whether the node or one below it is an alias or has an anchor, so that its text means something else elsewhere.
    var usesAnchors: Bool {
        if anchor != nil || isAlias { return true }
        switch content {
        case .scalar, .alias: return false
        case .sequence(let items, _): return items.contains(where: \.usesAnchors)
        case .mapping(let entries, _): return entries.contains { $0.key.usesAnchors || $0.value.usesAnchors }
        }
    }
}
