/// Comparison by meaning: positions, comments and styles do not count.
extension YAMLNode: Equatable {
    /// Whether both nodes mean the same to a reader: kinds, typed values, tags, anchors, the order of entries and items.
    ///
    /// The number 1 and the text "1" differ; `yes` and `true` do not. An alias equals one of the same name that stands for
    /// the same.
    package static func == (left: YAMLNode, right: YAMLNode) -> Bool {
        if case .read(let table, let own) = left.storage, case .read(let otherTable, let other) = right.storage {
            return NodeComparison.means(table, own, as: otherTable, other)
        }
        guard left.anchor == right.anchor else { return false }
        switch (left.content, right.content) {
        case (.scalar, .scalar):
            return left.meansAsScalar(right)
        case (.mapping(let own, _), .mapping(let others, _)):
            return left.tag == right.tag && own.count == others.count
                && zip(own, others).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.sequence(let own, _), .sequence(let others, _)):
            return left.tag == right.tag && own == others
        case (.alias(let own, let target), .alias(let other, let otherTarget)):
            return own == other && target == otherTarget
        default:
            return false
        }
    }

    /// The comparison of two scalars.
    func meansAsScalar(_ other: YAMLNode) -> Bool {
        anchor == other.anchor && ownTag == other.ownTag && typed?.isIdentical(to: other.typed) == true
    }

    /// Whether `result` means what this node means, but for the descendant at `indices`, of which `isIntended` judges what it
    /// was and has become.
    func means(
        _ result: YAMLNode, changing indices: ArraySlice<Int>, _ isIntended: (YAMLNode, YAMLNode) -> Bool
    ) -> Bool {
        guard let index = indices.first else { return isIntended(self, result) }
        guard anchor == result.anchor, tag == result.tag else { return false }
        let rest = indices.dropFirst()
        switch (content, result.content) {
        case (.mapping(let own, _), .mapping(let others, _)) where own.count == others.count:
            return own.indices.allSatisfy { place in
                own[place].key == others[place].key
                    && (place == index
                        ? own[place].value.means(others[place].value, changing: rest, isIntended)
                        : own[place].value == others[place].value)
            }
        case (.sequence(let own, _), .sequence(let others, _)) where own.count == others.count:
            return own.indices.allSatisfy { place in
                place == index
                    ? own[place].means(others[place], changing: rest, isIntended) : own[place] == others[place]
            }
        default:
            return false
        }
    }

    /// Whether a tag says more than the type of the value.
    var hasOwnTag: Bool { ownTag.map { $0 != CoreTag.mapping && $0 != CoreTag.sequence } ?? false }

    /// Such a tag; the type of the value is compared by itself.
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
