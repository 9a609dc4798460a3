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
        indirect case alias(name: String, target: YAMLNode?)
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

    package let content: Content
    /// The name after `&`, which aliases refer to.
    package let anchor: String?
    /// The explicit tag in its long form: `tag:yaml.org,2002:str` for `!!str`.
    package let tag: String?
    /// Where the text of the node is, in bytes from the beginning of the file, anchor and tag included.
    ///
    /// A block collection ends where the text of its last entry ends, so that comments after it lie outside.
    package let range: Range<Int>
    /// The first byte after anchor and tag; for a node without text the place where a text would go.
    package let contentStart: Int
    /// The place of `contentStart`.
    package let position: YAMLPosition

    package init(
        content: Content, anchor: String? = nil, tag: String? = nil, range: Range<Int> = 0..<0, contentStart: Int = 0,
        position: YAMLPosition = .start
    ) {
        self.content = content
        self.anchor = anchor
        self.tag = tag
        self.range = range
        self.contentStart = contentStart
        self.position = position
    }

    /// The bytes of the node without anchor and tag.
    package var contentRange: Range<Int> { contentStart..<max(contentStart, range.upperBound) }
}

/// A key and its value in a mapping.
package struct YAMLEntry: Sendable {
    package let key: YAMLNode
    package let value: YAMLNode

    package init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }

    /// The key as it is written, without its quotes; nil where it is a collection or an alias.
    package var name: String? { key.text }

    /// Whether this is `<<`, whose value lends its entries to the mapping.
    package var isMerge: Bool {
        if case .scalar("<<", .plain) = key.content { return key.tag == nil || key.tag == CoreTag.merge }
        return false
    }
}

/// The tags of YAML's own types in their long form.
package enum CoreTag {
    private static let prefix = "tag:yaml.org,2002:"
    package static let string = prefix + "str"
    package static let integer = prefix + "int"
    package static let float = prefix + "float"
    package static let boolean = prefix + "bool"
    package static let null = prefix + "null"
    package static let merge = prefix + "merge"
    package static let mapping = prefix + "map"
    package static let sequence = prefix + "seq"
}
