/// The comparison of two nodes of files by meaning, and of all below them: one pass over each table.
struct NodeComparison {
    private let left: NodeTable
    private let right: NodeTable
    /// The targets of aliases that have been compared, so that aliases of aliases cost no more than what is written.
    private var known: [Int: Int] = [:]

    static func means(_ left: NodeTable, _ own: Int, as right: NodeTable, _ other: Int) -> Bool {
        if left === right, own == other { return true }
        var comparison = NodeComparison(left: left, right: right)
        return comparison.means(own, other)
    }

    private init(left: NodeTable, right: NodeTable) {
        self.left = left
        self.right = right
    }

    private mutating func means(_ own: Int, _ other: Int) -> Bool {
        let count = Int(left[own].next) - own
        guard Int(right[other].next) - other == count else { return false }
        for offset in 0..<count where !meansByItself(own + offset, other + offset) { return false }
        return true
    }

    /// Whether two nodes mean the same but for the nodes below them.
    private mutating func meansByItself(_ own: Int, _ other: Int) -> Bool {
        let (node, counterpart) = (left[own], right[other])
        if node.kind.isScalar, counterpart.kind.isScalar {
            if node.kind == counterpart.kind, node.count == counterpart.count, Int(node.reference) == NodeRecord.none,
                Int(counterpart.reference) == NodeRecord.none,
                left.textBytes(of: own).elementsEqual(right.textBytes(of: other))
            {
                return true
            }
            return YAMLNode(left, own).meansAsScalar(YAMLNode(right, other))
        }
        if node.kind == .alias, counterpart.kind == .alias {
            return left.text(of: own) == right.text(of: other)
                && standForTheSame(Int(node.reference), Int(counterpart.reference))
        }
        guard node.kind.isMapping && counterpart.kind.isMapping || node.kind.isSequence && counterpart.kind.isSequence,
            node.count == counterpart.count
        else { return false }
        return left.properties(of: own) == right.properties(of: other)
    }

    private mutating func standForTheSame(_ target: Int, _ counterpart: Int) -> Bool {
        guard target != NodeRecord.none, counterpart != NodeRecord.none else { return target == counterpart }
        if known[target] == counterpart { return true }
        guard means(target, counterpart) else { return false }
        known[target] = counterpart
        return true
    }
}
