/// One template of a chart in the simulator's very small language.
///
/// There is `{{ .Values.a.b }}`, `{{ .Release.Name }}`, `{{ .Release.Namespace }}`, and `{{ sub 100 .Values.a }}` of whole
/// numbers. Anything else is an error.
struct ChartTemplate {
    let file: String
    let text: String

    /// The text with everything filled in; the values are `Values` and `Release`.
    func render(_ scope: Value) throws(BuildFailure) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { throw BuildFailure("\(file): {{ without its end") }
            result += try text(of: rest[..<end.lowerBound], scope)
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private func text(of action: Substring, _ scope: Value) throws(BuildFailure) -> String {
        let words = action.split(separator: " ")
        if words.count == 1 { return try spell(value(words[0], scope), action) }
        guard words.count == 3, words[0] == "sub", let left = try value(words[1], scope).integer,
            let right = try value(words[2], scope).integer
        else { throw BuildFailure("\(file): the simulator does not know {{\(action)}}") }
        return String(left - right)
    }

    private func value(_ word: Substring, _ scope: Value) throws(BuildFailure) -> Value {
        if let number = Int(word) { return .integer(number) }
        guard word.hasPrefix(".Values.") || word.hasPrefix(".Release.") else {
            throw BuildFailure("\(file): the simulator does not know {{ \(word) }}")
        }
        var value: Value? = scope
        for name in word.dropFirst().split(separator: ".") { value = value?[String(name)] }
        guard let value, value != .null else { throw BuildFailure("\(file): nil pointer evaluating \(word)") }
        return value
    }

    private func spell(_ value: Value, _ action: Substring) throws(BuildFailure) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .decimal(let number): return String(number)
        case .bool(let flag): return String(flag)
        case .null, .array, .object: throw BuildFailure("\(file): {{\(action)}} is no text and no number")
        }
    }
}
