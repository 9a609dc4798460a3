/// What literals tell before they are evaluated.
extension SyntaxNode {
    var isNilLiteral: Bool { if case .literal(.null) = kind { true } else { false } }

    /// The type of the array that literals like this one make.
    var literalElement: Value.Element {
        if literalInteger != nil { return .int }
        if case .literal(.string) = kind { return .string }
        return .any
    }

    /// The number of a literal with or without a sign.
    var literalInteger: Int? {
        switch kind {
        case .literal(.int(let int)): int
        case .unary("-", let operand): operand.literalInteger.map { 0 &- $0 }
        case .unary("+", let operand): operand.literalInteger
        default: nil
        }
    }

    /// Nothing but literal integers, added, subtracted and multiplied.
    var isLiteralSum: Bool {
        switch kind {
        case .literal(.int): true
        case .unary(_, let operand): operand.isLiteralSum
        case .binary("+", let left, let right), .binary("-", let left, let right), .binary("*", let left, let right):
            left.isLiteralSum && right.isLiteralSum
        default: false
        }
    }
}
