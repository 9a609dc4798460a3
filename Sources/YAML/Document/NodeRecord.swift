/// One node in the table of a file: where it is, and the number of the node after it; small, and without references.
struct NodeRecord: Sendable {
    enum Kind: UInt8, Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
        case blockMapping, flowMapping, pairMapping, blockSequence, flowSequence
        case alias
    }

    var kind: Kind
    /// Whether the text stands in the file as it is meant, without escapes and folded lines; it is kept aside otherwise.
    var isVerbatim = true
    /// The bytes of the node, properties included.
    var start: UInt32
    var contentStart: UInt32
    var end: UInt32
    /// libyaml's count of lines and columns before `start`.
    let line: UInt32
    let column: UInt32
    /// The number of the first node that is not below this one.
    var next: UInt32
    /// Where the text of a scalar or the name of an alias begins: in the file or, where it is kept aside, there.
    var text: UInt32 = 0
    /// The bytes of the text; for a collection the number of its entries or items.
    var count: UInt32 = 0
    /// The number of the anchor and the tag in their list; for an alias that of the node that it stands for.
    var reference = Int32(Self.none)

    static let none = -1
}

/// What stands before the text of a node.
struct NodeProperties: Hashable, Sendable {
    let anchor: String?
    let tag: String?
}

extension NodeRecord.Kind {
    var isScalar: Bool { rawValue <= Self.folded.rawValue }

    var isMapping: Bool {
        switch self {
        case .blockMapping, .flowMapping, .pairMapping: true
        default: false
        }
    }

    var isSequence: Bool { self == .blockSequence || self == .flowSequence }

    var scalarStyle: YAMLNode.ScalarStyle {
        switch self {
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal: .literal
        case .folded: .folded
        default: .plain
        }
    }

    var collectionStyle: YAMLNode.CollectionStyle {
        switch self {
        case .flowMapping, .flowSequence: .flow
        case .pairMapping: .pair
        default: .block
        }
    }
}
