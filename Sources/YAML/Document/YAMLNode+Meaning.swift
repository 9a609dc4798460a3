/// Comparison by meaning: positions, comments and styles do not count.
extension YAMLNode: Equatable {
    /// Whether both nodes mean the same to a reader: kinds, typed values, tags, anchors, the order of entries and items.
    ///
    /// The number 1 and the text "1" differ; `yes` and `true` do not. An alias equals the alias of the same name.
    package static func == (left: YAMLNode, right: YAMLNode) -> Bool {
        guard left.anchor == right.anchor else { return false }
        switch (left.content, right.content) {
        case (.scalar, .scalar):
            return left.ownTag == right.ownTag && left.typed?.isIdentical(to: right.typed) == true
        case (.mapping(let own, _), .mapping(let others, _)):
            return left.tag == right.tag && own.count == others.count
                && zip(own, others).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.sequence(let own, _), .sequence(let others, _)):
            return left.tag == right.tag && own == others
        case (.alias(let own, _), .alias(let other, _)):
            return own == other
        default:
            return false
        }
    }

    /// A tag that says more than the type of the value, which is compared by itself.
    private var ownTag: String? {
        switch tag {
        case "!", CoreTag.string, CoreTag.integer, CoreTag.float, CoreTag.boolean, CoreTag.null: nil
        default: tag
        }
    }
}

extension YAMLScalar {
    /// Equality in which a NaN equals a NaN.
    func isIdentical(to other: YAMLScalar?) -> Bool {
        if case .float(let own) = self, case .float(let other)? = other {
            return own == other || (own.isNaN && other.isNaN)
        }
        return self == other
    }
}
