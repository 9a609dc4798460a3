/// A number that a template may also write as text, with arguments in it: `3`, `"3"`, `"{{args.count}}"`.
package enum IntOrString: Hashable, Sendable, Codable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case int(Int)
    case string(String)

    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(integerLiteral value: Int) {
        self = .int(value)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let int = try? container.decode(Int.self) {
            self = .int(int)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .int(let int): try container.encode(int)
        case .string(let string): try container.encode(string)
        }
    }

    /// The number that the field states.
    ///
    /// - Parameter mode: Argo takes text that is no number for 0; in safe mode it is refused.
    package func number(_ mode: Expression.Mode = .safe) throws(TemplateError) -> Int {
        switch self {
        case .int(let int): return int
        case .string(let text):
            if let int = GoNumber.int(text) { return int }
            if mode == .argo { return 0 }
            throw TemplateError("\"\(text)\" is not a whole number")
        }
    }
}
