/// A number that a template may also write as text, with arguments in it: `3`, `"3"`, `"{{args.count}}"`.
package enum IntOrString: Hashable, Sendable, Codable, ExpressibleByIntegerLiteral {
    case int(Int)
    case string(String)

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

    /// The number; Argo takes text that is none for 0, we refuse it.
    package func number() throws(TemplateError) -> Int {
        switch self {
        case .int(let int): return int
        case .string(let text):
            if let int = GoNumber.int(text) { return int }
            throw TemplateError("\"\(text)\" is not a whole number")
        }
    }
}
