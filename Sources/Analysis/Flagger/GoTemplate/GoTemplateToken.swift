/// A piece of a template.
struct GoTemplateToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// What stands outside of braces, trimmed as the markers beside it say.
        case text
        case open, close
        /// Counts inside braces: it divides operands.
        case space
        case identifier, keyword, field, variable, dot, null, bool
        case number, character, string, rawString
        case openParenthesis, closeParenthesis, pipe, comma, declare, assign
        /// The end of the template.
        case end
    }

    let kind: Kind
    /// As it stands in the template, for `field` and `variable` without the sign before the name.
    let text: String
    let offset: Int

    /// The token as messages name it.
    var name: String {
        switch kind {
        case .end: "the end of the template"
        case .close: "}}"
        case .space: "a space"
        case .field: "\".\(text)\""
        case .variable: "\"$\(text)\""
        default: "\"\(text)\""
        }
    }
}
