/// A node of an expression's syntax tree, with the place that its messages point to.
struct SyntaxNode: Sendable {
    indirect enum Kind: Sendable {
        case literal(Value)
        /// A name: `result`, a variable, or `$env`.
        case identifier(String)
        /// The element that a predicate looks at: `#`, `.field`; `#acc` and `#index` name the others.
        case pointer(String)
        case unary(String, SyntaxNode)
        case binary(String, SyntaxNode, SyntaxNode)
        case conditional(SyntaxNode, then: SyntaxNode, otherwise: SyntaxNode)
        case member(SyntaxNode, SyntaxNode, isOptional: Bool)
        case slice(SyntaxNode, from: SyntaxNode?, to: SyntaxNode?)
        /// The extent of `?.`: the whole chain is nil when an optional member's base is.
        case chain(SyntaxNode)
        case array([SyntaxNode])
        case map([(key: SyntaxNode, value: SyntaxNode)])
        case call(String, [SyntaxNode])
        /// A call of a member of a value: `base.name(…)`.
        case method(SyntaxNode, String, [SyntaxNode], isOptional: Bool)
        case predicate(SyntaxNode)
        case binding(String, SyntaxNode, body: SyntaxNode)
        case sequence([SyntaxNode])
    }

    let kind: Kind
    let offset: Int
    /// Levels of nodes below and including this one; bounded, because checking and evaluating recurse.
    let depth: Int
}
