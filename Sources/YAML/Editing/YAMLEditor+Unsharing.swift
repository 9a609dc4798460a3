/// Giving a place that shares its value by an alias or a merge key a value of its own.
extension YAMLEditor {
    /// What a way first leads through to a value that is written elsewhere.
    private enum Sharing {
        /// The alias that stands in the way.
        case alias(YAMLPlace)
        /// The mapping that is lent the entry by a merge key, the key, and the value.
        case merged(YAMLPlace, key: String, value: YAMLNode)
    }

    /// Whether something on the way to `path` has to get a value of its own before an edit; never where that is not asked for.
    func mustDetach(_ path: FieldPath, isParent: Bool = false, in document: Int) throws(YAMLError) -> Bool {
        guard unshares, stream.documents.indices.contains(document) else { return false }
        // An alias of nothing must not become a value.
        if let problem = stream.documents[document].problems.first { throw problem }
        return sharing(on: path, isParent: isParent, in: stream.documents[document]) != nil
    }

    /// Writes out what is shared on the way to `path`.
    ///
    /// The value at its end may stay an alias, which a new value replaces, unless something is to be put into it.
    mutating func detach(_ path: FieldPath, isParent: Bool = false, in document: Int) throws(YAMLError) {
        while let sharing = sharing(on: path, isParent: isParent, in: stream.documents[document]) {
            switch sharing {
            case .alias(let place): try detach(place, for: path, in: document)
            case .merged(let mapping, let key, let value):
                let copy = try lent(value, for: path, in: document)
                try insert(mapping.path.appending(.field(key)), copy, in: document)
            }
        }
    }

    /// Refuses to take out an entry that stands in another mapping and is only lent.
    func refuseLent(_ path: FieldPath, in document: Int) throws(YAMLError) {
        guard unshares, stream.documents.indices.contains(document), let parent = path.parent else { return }
        let source = stream.documents[document]
        guard case .merged(let mapping, let key, _)? = sharing(on: path, isParent: false, in: source),
            mapping.path.steps.count == parent.steps.count,
            let merge = mapping.node.entries.first(where: \.isMerge)
        else { return }
        throw source.error(
            at: merge.key, path: path, "\(path) cannot be taken out here: the merge key lends \(key)",
            hint: "write out the entries that are wanted in the place of the merge key")
    }

    private func sharing(on path: FieldPath, isParent: Bool, in source: YAMLDocument) -> Sharing? {
        var place = YAMLPlace(node: source.root, path: .root, indices: [], sharedThrough: nil)
        for step in path.steps {
            if place.node.isAlias { return .alias(place) }
            let children = place.children(step)
            guard children.count == 1, let child = children.first else { return nil }
            if child.sharedThrough != nil, case .field(let key) = step {
                return .merged(place, key: key, value: child.node)
            }
            place = child
        }
        return isParent && place.node.isAlias ? .alias(place) : nil
    }

    // MARK: Copies

    /// Puts a copy of what an alias stands for in its place.
    private mutating func detach(_ place: YAMLPlace, for path: FieldPath, in document: Int) throws(YAMLError) {
        let value = try lent(place.node, for: path, in: document)
        let target = try target(place, for: path, in: document)
        let copied = anchorless(place.node.resolved).map {
            ReplaceEdit(spot: target.spot, tree: $0).candidates.prefix(1)
        }
        let candidates = Array(copied ?? []) + ReplaceEdit(spot: target.spot, tree: value).candidates
        let stream = stream
        try apply(candidates, to: target, action: "write out") { _, copy in
            !copy.hasAnchor && !copy.isAlias && (try? YAMLTree(copy, of: stream)) == value
        }
    }

    /// What an alias or a merge key lends, aliases in it resolved.
    ///
    /// - Throws: where a copy would lose a tag, which says more than a value can.
    private func lent(_ node: YAMLNode, for path: FieldPath, in document: Int) throws(YAMLError) -> YAMLTree {
        let tree = try YAMLTree(node, of: stream)
        if let tagged = tree.tagged {
            throw stream.documents[document].error(
                at: tagged, path: path, "\(path) cannot be written out: what it shares has the tag \(tagged.tag ?? "")",
                hint: "write the value out by hand, with its tag")
        }
        return tree
    }

    /// The text of a collection without the anchors in it, and with its aliases, which mean the same further down; nil where
    /// there is no such text.
    private func anchorless(_ node: YAMLNode) -> YAMLTree? {
        let scanner = SourceScanner(bytes: stream.bytes)
        guard !node.isScalar, let document = stream.documents.first(where: { $0.root.holds(node) }),
            let indices = document.root.indices(of: node),
            let bytes = Splice.apply(scanner.anchors(in: node).map(Splice.init(removing:)), to: stream.bytes),
            let stripped = try? YAMLStream(parsing: bytes, file: stream.file, limits: limits),
            stripped.documents.indices.contains(document.index),
            let copy = stripped.documents[document.index].root.descendant(indices)
        else { return nil }
        return try? YAMLTree(YAMLFragment(copy, of: stripped).keepingAliases)
    }
}

extension YAMLTree {
    /// A node of those that the tree was copied from that has a tag of its own.
    fileprivate var tagged: YAMLNode? {
        if let source, source.node.hasOwnTag { return source.node }
        for item in items { if let tagged = item.tagged { return tagged } }
        for member in members { if let tagged = member.value.tagged { return tagged } }
        return nil
    }
}

extension YAMLNode {
    /// Whether the node is this one or below it.
    fileprivate func holds(_ node: YAMLNode) -> Bool {
        range.lowerBound <= node.range.lowerBound && node.range.upperBound <= range.upperBound
    }

    /// The numbers that lead to `node`, which stands below this one and is no key.
    fileprivate func indices(of node: YAMLNode) -> [Int]? {
        var indices: [Int] = []
        var current = self
        while current.contentStart != node.contentStart || current.kind != node.kind {
            let children = current.isAlias ? [] : current.entries.map(\.value) + current.items
            guard let next = children.firstIndex(where: { $0.holds(node) }) else { return nil }
            indices.append(next)
            current = children[next]
        }
        return indices
    }

    /// Whether the node or one below it has an anchor.
    var hasAnchor: Bool {
        if anchor != nil { return true }
        switch content {
        case .scalar, .alias: return false
        case .sequence(let items, _): return items.contains(where: \.hasAnchor)
        case .mapping(let entries, _): return entries.contains { $0.key.hasAnchor || $0.value.hasAnchor }
        }
    }
}

extension SourceScanner {
    /// The anchors of the node and of those below it, each with a blank that it does without.
    fileprivate func anchors(in node: YAMLNode) -> [Range<Int>] {
        let own = node.anchor.map { [anchor($0, of: node)] } ?? []
        switch node.content {
        case .scalar, .alias: return own
        case .sequence(let items, _): return own + items.flatMap(anchors)
        case .mapping(let entries, _): return own + entries.flatMap { anchors(in: $0.key) + anchors(in: $0.value) }
        }
    }

    private func anchor(_ name: String, of node: YAMLNode) -> Range<Int> {
        var start = node.range.lowerBound
        while start < node.contentStart, byte(at: start) != UInt8(ascii: "&") {
            start = isBlank(at: start) || isBreak(at: start) ? start + 1 : propertyEnd(start)
        }
        let end = start + 1 + name.utf8.count
        let after = skipBlanks(end)
        if after > end { return start..<after }
        return (isBlank(at: start - 1) ? start - 1 : start)..<end
    }
}
