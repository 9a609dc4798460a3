/// A place inside of a metric's result that a condition looks at: `result`, `result[0]`, `result.errors.count`.
struct ResultPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case name(String)
        case index(Int)
    }

    let steps: [Step]

    static let whole = ResultPath(steps: [])

    /// Nil where the node is no such place, or where it is depends on the data.
    init?(_ node: SyntaxNode) {
        var steps: [Step] = []
        var node = node
        while true {
            switch node.kind {
            case .identifier("result"):
                self.steps = steps.reversed()
                return
            case .chain(let inner): node = inner
            case .member(let base, let property, _):
                if let index = property.literalInteger {
                    steps.append(.index(index))
                } else if case .literal(.string(let name)) = property.kind {
                    steps.append(.name(name))
                } else {
                    return nil
                }
                node = base
            default: return nil
            }
        }
    }

    private init(steps: [Step]) { self.steps = steps }

    /// The places that an expression looks at, without those that others lead to.
    static func all(in node: SyntaxNode) -> Set<ResultPath> {
        if let path = ResultPath(node) { return [path] }
        return node.children.reduce(into: []) { $0.formUnion(all(in: $1)) }
    }
}

extension ResultPath: CustomStringConvertible {
    /// The place as a condition writes it.
    var description: String {
        steps.reduce(into: "result") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .name(let name):
                let isWord = name.first?.isLetter == true && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
                text += isWord ? ".\(name)" : "['\(name)']"
            }
        }
    }
}
