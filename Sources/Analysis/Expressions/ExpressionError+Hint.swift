extension ExpressionError {
    /// What to write in a condition instead: the reader's guess, else how conditions look.
    package func hintForConditions(in text: String) -> String {
        if let hint { return hint }
        for (mistaken, meant) in [("=>", ">="), ("=<", "<=")] where text.contains(mistaken) { return "write \(meant)" }
        return "conditions are in Argo's expression language, such as result[0] >= 0.95"
    }

    /// The same error with a hint where it is about how the condition is written, or about a list taken for a number.
    func hinted(_ text: String, on result: Value) -> ExpressionError {
        guard hint == nil else { return self }
        switch code {
        case .syntax, .unknownName:
            return ExpressionError(code, message, at: offset, hint: hintForConditions(in: text))
        case .type:
            guard case .array = result, let expression = try? Expression(parsing: text),
                (try? TypeChecker.type(of: expression.root, result: .float)) == .bool
            else { return self }
            return ExpressionError(code, message, at: offset, hint: "write result[0] in the place of result")
        default: return self
        }
    }
}
