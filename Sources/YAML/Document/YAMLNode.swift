/// One node of a document: what it means, and where in the file its text is.
///
/// A node is a value. An edit gives a new tree; nothing changes under a node that somebody holds.
package struct YAMLNode: Sendable {
    /// The kinds of node.
    package enum Content: Sendable {
        case scalar(text: String, style: ScalarStyle)
        case mapping([YAMLEntry], style: CollectionStyle)
        case sequence([YAMLNode], style: CollectionStyle)
        /// `*name` and the node that it stands for; nil where no such anchor is in force.
        case alias(name: String, target: YAMLNode?)
    }

    /// How the text of a scalar is written.
    package enum ScalarStyle: Hashable, Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// How the entries of a collection are written.
    package enum CollectionStyle: Hashable, Sendable {
        case block
        case flow
        /// One entry without braces in a flow sequence: `[a: 1]`.
        case pair
    }

    /// A number in the table of the file that was read, or a node that a program made.
    enum Storage: Sendable {
        case read(NodeTable, Int)
        case made(MadeNode)
    }

    let storage: Storage

    package init(
        content: Content, anchor: String? = nil, tag: String? = nil, range: Range<Int> = 0..<0, contentStart: Int = 0,
        position: YAMLPosition = .start
    ) {
        storage = .made(
            MadeNode(
                content: content, anchor: anchor, tag: tag, range: range, contentStart: contentStart,
                position: position))
    }

    init(_ table: NodeTable, _ index: Int) {
        storage = .read(table, index)
    }
}

/// A node outside of any file's table, as edits intend it.
final class MadeNode: Sendable {
    let content: YAMLNode.Content
    let anchor: String?
    let tag: String?
    let range: Range<Int>
    let contentStart: Int
    let position: YAMLPosition

    init(
        content: YAMLNode.Content, anchor: String?, tag: String?, range: Range<Int>, contentStart: Int,
        position: YAMLPosition
    ) {
        self.content = content
        self.anchor = anchor
        self.tag = tag
        self.range = range
        self.contentStart = contentStart
        self.position = position
    }
}

extension YAMLNode {
    /// What the node holds; lists of entries and items are made at each call.
    package var content: Content {
        switch storage {
        case .made(let node): return node.content
        case .read(let table, let index):
            let kind = table[index].kind
            if kind.isScalar { return .scalar(text: table.text(of: index), style: kind.scalarStyle) }
            if kind.isMapping { return .mapping(table.entries(of: index), style: kind.collectionStyle) }
            if kind.isSequence { return .sequence(table.items(of: index), style: kind.collectionStyle) }
            return .alias(name: table.text(of: index), target: target)
        }
    }

    /// The node that an alias stands for.
    var target: YAMLNode? {
        switch storage {
        case .made(let node):
            if case .alias(_, let target) = node.content { return target }
            return nil
        case .read(let table, let index):
            let record = table[index]
            guard record.kind == .alias, Int(record.reference) != NodeRecord.none else { return nil }
            return YAMLNode(table, Int(record.reference))
        }
    }

    var kind: NodeRecord.Kind {
        switch storage {
        case .read(let table, let index): table[index].kind
        case .made(let node): node.content.kind
        }
    }

    /// The name after `&`, which aliases refer to.
    package var anchor: String? {
        switch storage {
        case .read(let table, let index): table.anchor(of: index)
        case .made(let node): node.anchor
        }
    }

    /// The explicit tag in its long form: `tag:yaml.org,2002:str` for `!!str`.
    package var tag: String? {
        switch storage {
        case .read(let table, let index): table.tag(of: index)
        case .made(let node): node.tag
        }
    }

    /// Where the text of the node is, in bytes from the beginning of the file, anchor and tag included.
    ///
    /// A block collection ends where the text of its last entry ends, so that comments after it lie outside.
    package var range: Range<Int> {
        switch storage {
        case .read(let table, let index): Int(table[index].start)..<Int(table[index].end)
        case .made(let node): node.range
        }
    }

    /// The first byte after anchor and tag; for a node without text the place where a text would go.
    package var contentStart: Int {
        switch storage {
        case .read(let table, let index): Int(table[index].contentStart)
        case .made(let node): node.contentStart
        }
    }

    /// The place of `contentStart`.
    package var position: YAMLPosition {
        switch storage {
        case .read(let table, let index): table.position(of: index)
        case .made(let node): node.position
        }
    }

    /// The bytes of the node without anchor and tag.
    package var contentRange: Range<Int> { contentStart..<max(contentStart, range.upperBound) }
}

extension YAMLNode.Content {
    fileprivate var kind: NodeRecord.Kind {
        switch self {
        case .scalar(_, .plain): .plain
        case .scalar(_, .singleQuoted): .singleQuoted
        case .scalar(_, .doubleQuoted): .doubleQuoted
        case .scalar(_, .literal): .literal
        case .scalar(_, .folded): .folded
        case .mapping(_, .block): .blockMapping
        case .mapping(_, .flow): .flowMapping
        case .mapping(_, .pair): .pairMapping
        case .sequence(_, .block): .blockSequence
        case .sequence: .flowSequence
        case .alias: .alias
        }
    }
}
