internal import Analysis

extension TemplateError {
    /// What messages begin with that leave it to the field to be their subject.
    private static let predicates: Set<String> = [
        "is", "has", "needs", "states", "stands", "ends", "gives", "does", "must", "sum", "asks",
    ]

    /// The message as a sentence, for places that show a line and no field: `headers is not a list`.
    var withSubject: String {
        let first = message.prefix { !$0.isWhitespace }
        let field = path.split(separator: ".").last ?? ""
        guard Self.predicates.contains(String(first)), !field.isEmpty else { return message }
        return "\(field) \(message)"
    }
}
