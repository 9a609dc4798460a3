/// The geometry of one node: what stands before it, in which column, in which style.
struct Spot {
    let scanner: SourceScanner
    let node: YAMLNode
    /// The collection that holds the node; nil for the root.
    let parent: YAMLNode?
    /// The number of the node in its parent.
    let index: Int
    /// Whether a collection around the node is written in flow style.
    let isInFlow: Bool
    /// Whether texts around the node stand in double quotes, as in JSON.
    let isJSON: Bool
    private let root: YAMLNode

    /// nil where the indices lead nowhere.
    init?(root: YAMLNode, indices: [Int], scanner: SourceScanner) {
        guard let trail = root.trail(indices), let node = trail.last else { return nil }
        self.scanner = scanner
        self.node = node
        parent = trail.dropLast().last
        index = indices.last ?? 0
        isInFlow = trail.dropLast().contains(where: \.isFlowCollection)
        isJSON = isInFlow && (parent?.isInJSONStyle == true || root.isInJSONStyle && root.isFlowCollection)
        self.root = root
    }

    /// The layout of the document, which the whole of it is searched for.
    var layout: BlockText.Layout {
        var layout = BlockText.Layout(of: root, scanner: scanner)
        layout.isJSON = isJSON
        return layout
    }

    /// The offset after the colon, the dash or the properties of the node: where a text on the same line goes.
    var head: Int {
        if node.anchor != nil || node.tag != nil { return scanner.lastPropertyEnd(from: node.range.lowerBound) }
        return indicatorEnd ?? node.contentStart
    }

    /// The offset after the colon or dash; nil for the root, and where a key has no colon.
    var indicatorEnd: Int? {
        switch parent?.content {
        case .mapping(let entries, _) where entries.indices.contains(index):
            let colon = scanner.skipTrivia(entries[index].key.range.upperBound)
            return scanner.byte(at: colon) == UInt8(ascii: ":") ? colon + 1 : nil
        case .sequence(_, .block):
            return parent.map { start(of: index, in: $0) + 1 }
        default:
            return nil
        }
    }

    /// The column of the key or dash that the node belongs to; -1 for the root.
    var parentColumn: Int {
        guard let parent else { return -1 }
        return scanner.column(parent.contentStart)
    }

    /// The column for a block collection in the place of the node.
    func column(for tree: YAMLTree) -> Int {
        switch parent?.content {
        case .mapping:
            if case .sequence = tree.content { return parentColumn + layout.dashOffset }
            return parentColumn + layout.step
        case .sequence: return parentColumn + 1 + layout.dashGap
        default: return 0
        }
    }

    /// Whether the node begins on the line of its colon or dash.
    var isCompact: Bool { parent == nil || !scanner.isFirstOnLine(node.contentStart) }

    // MARK: Children

    /// Where the child of `index` begins: at its key, its dash or its `?`.
    func start(of index: Int, in collection: YAMLNode) -> Int {
        let isFlow = collection.isFlowCollection
        guard index > 0 else {
            return isFlow ? scanner.skipTrivia(collection.contentStart + 1) : collection.contentStart
        }
        let next = scanner.skipTrivia(end(of: index - 1, in: collection))
        guard isFlow, scanner.byte(at: next) == UInt8(ascii: ",") else { return next }
        return scanner.skipTrivia(next + 1)
    }

    /// Where the text of the child of `index` ends, at its colon where it has no value.
    func end(of index: Int, in collection: YAMLNode) -> Int {
        switch collection.content {
        case .mapping(let entries, _) where entries.indices.contains(index):
            let entry = entries[index]
            if !entry.value.isWithoutText || entry.value.anchor != nil || entry.value.tag != nil {
                return entry.value.range.upperBound
            }
            let colon = scanner.skipTrivia(entry.key.range.upperBound)
            return scanner.byte(at: colon) == UInt8(ascii: ":") ? colon + 1 : entry.key.range.upperBound
        case .sequence(let items, let style) where items.indices.contains(index):
            if style == .block, items[index].range.isEmpty { return start(of: index, in: collection) + 1 }
            return items[index].range.upperBound
        default:
            return collection.range.upperBound
        }
    }
}

extension YAMLNode {
    /// Whether its keys, or else its texts, stand in double quotes.
    fileprivate var isInJSONStyle: Bool {
        switch content {
        case .mapping(let entries, _):
            if case .scalar(_, .doubleQuoted)? = entries.first?.key.content { return true }
            return false
        case .sequence(let items, _):
            guard let first = items.first else { return false }
            if case .scalar(_, .doubleQuoted) = first.content { return true }
            return first.isFlowCollection && first.isInJSONStyle
        case .scalar, .alias: return false
        }
    }
}

extension BlockText.Layout {
    /// The layout that a document has, by the first examples in it.
    init(of root: YAMLNode, scanner: SourceScanner) {
        var search = LayoutSearch(scanner: scanner)
        search.visit(root)
        step = search.step ?? 2
        dashOffset = search.dashOffset ?? 0
        dashGap = search.dashGap ?? 1
    }
}

private struct LayoutSearch {
    let scanner: SourceScanner
    var step: Int?
    var dashOffset: Int?
    var dashGap: Int?

    private var isComplete: Bool { step != nil && dashOffset != nil && dashGap != nil }

    mutating func visit(_ node: YAMLNode) {
        if isComplete { return }
        let column = scanner.column(node.contentStart)
        switch node.content {
        case .mapping(let entries, .block):
            for entry in entries { visit(entry.value, below: column) }
        case .sequence(let items, .block):
            if dashGap == nil, let first = items.first, !first.range.isEmpty {
                let gap = scanner.skipBlanks(node.contentStart + 1) - node.contentStart - 1
                if gap > 0, !scanner.isBreak(at: node.contentStart + 1 + gap) { dashGap = gap }
            }
            for item in items { visit(item) }
        default: break
        }
    }

    private mutating func visit(_ value: YAMLNode, below column: Int) {
        let offset = scanner.column(value.contentStart) - column
        switch value.content {
        case .mapping(_, .block) where step == nil && offset > 0: step = offset
        case .sequence(_, .block) where dashOffset == nil && offset >= 0: dashOffset = offset
        default: break
        }
        visit(value)
    }
}
