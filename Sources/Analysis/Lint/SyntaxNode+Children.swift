/// Walking through an expression without evaluating it.
extension SyntaxNode {
    var children: [SyntaxNode] {
        switch kind {
        case .literal, .identifier, .pointer: []
        case .unary(_, let node), .chain(let node), .predicate(let node): [node]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .member(let base, let property, _): [base, property]
        case .slice(let base, let from, let to): [base] + [from, to].compactMap { $0 }
        case .array(let nodes), .call(_, let nodes), .sequence(let nodes): nodes
        case .map(let members): members.flatMap { [$0.key, $0.value] }
        case .method(let base, _, let arguments, _): [base] + arguments
        case .binding(_, let value, let body): [value, body]
        }
    }

    /// This node and all below it, each before what is below it.
    var nodes: [SyntaxNode] { [self] + children.flatMap(\.nodes) }

    /// The number of a literal, with or without a sign.
    var literalNumber: Double? {
        switch kind {
        case .literal(let value): value.number
        case .unary("-", let operand): operand.literalNumber.map { -$0 }
        case .unary("+", let operand): operand.literalNumber
        default: nil
        }
    }
}
