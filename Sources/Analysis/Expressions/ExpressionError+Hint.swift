extension ExpressionError {
    /// What to write in a condition instead: the reader's guess, else how conditions look.
    package func hintForConditions(in text: String) -> String {
        if let hint { return hint }
        if text.contains("{{") { return "write a value in the place of {{…}}: arguments are not known here" }
        for (mistaken, meant) in [("=>", ">="), ("=<", "<=")] where text.contains(mistaken) { return "write \(meant)" }
        if message.contains("Operator(\"=\")") { return "write == to compare" }
        let before = text.prefix(offset).last
        if message.contains("Operator(\",\")"), before?.isNumber == true {
            return "write numbers with a point, such as 0.95"
        }
        if message.contains("EOF"), text.hasSuffix("%") { return "write a share in the place of percent, such as 0.95" }
        return "conditions are in Argo's expression language, such as result[0] >= 0.95"
    }

    /// The same error with a hint where it is about how the condition is written, or about a list taken for a number.
    func hinted(_ text: String, on result: Value) -> ExpressionError {
        guard hint == nil else { return self }
        switch code {
        case .syntax, .unknownName:
            return ExpressionError(code, message, at: offset, hint: hintForConditions(in: text))
        case .type:
            if result.isNumber, text.contains("result[0]") {
                return ExpressionError(code, message, at: offset, hint: "write result in the place of result[0]")
            }
            guard case .array = result, let expression = try? Expression(parsing: text),
                (try? TypeChecker.type(of: expression.root, result: .float)) == .bool
            else { return self }
            return ExpressionError(code, message, at: offset, hint: "write result[0] in the place of result")
        default: return self
        }
    }
}

extension Value {
    /// One number, as a scalar query gives it.
    fileprivate var isNumber: Bool {
        switch self {
        case .int, .double: true
        default: false
        }
    }
}
