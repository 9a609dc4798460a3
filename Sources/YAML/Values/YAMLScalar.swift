/// What a scalar means.
package enum YAMLScalar: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var int: Int? { if case .int(let number) = self { number } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// The number, whole or not.
    package var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }

    /// The value in the words of error messages.
    package var summary: String {
        switch self {
        case .null: "nothing"
        case .bool(let flag): "the word \(flag)"
        case .int(let number): "the number \(number)"
        case .float(let number): "the number \(number)"
        case .string(let text): "the text \"\(text.count > 60 ? String(text.prefix(60)) + "…" : text)\""
        }
    }
}

extension YAMLScalar: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .float(value) }
    package init(nilLiteral: ()) { self = .null }
}
