/// A JSON value whose objects keep the order of their members.
///
/// The simulator has its own, apart from the agent's, so that both sides cannot share one mistake about the format.
package indirect enum Value: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case decimal(Double)
    case string(String)
    case array([Value])
    case object(Fields)

    package static let empty = Value.object(Fields())

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    package var decimal: Double? {
        switch self {
        case .decimal(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    package var bool: Bool? {
        if case .bool(let truth) = self { truth } else { nil }
    }

    package var array: [Value]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var fields: Fields? {
        if case .object(let fields) = self { fields } else { nil }
    }

    /// Reads or writes one member; writing to anything but an object makes an object of it, writing nil removes.
    package subscript(name: String) -> Value? {
        get { fields?[name] }
        set {
            var changed = fields ?? Fields()
            changed[name] = newValue
            self = .object(changed)
        }
    }

    /// Reads or writes a member below nested objects, making those that are missing.
    package subscript(path: String...) -> Value? {
        get { value(at: path[...]) }
        set { set(newValue, at: path[...]) }
    }

    private func value(at path: ArraySlice<String>) -> Value? {
        guard let name = path.first else { return self }
        return self[name]?.value(at: path.dropFirst())
    }

    private mutating func set(_ value: Value?, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = value ?? .null
            return
        }
        guard path.count > 1 else {
            self[name] = value
            return
        }
        guard value != nil || self[name] != nil else { return }
        var child = self[name] ?? .empty
        child.set(value, at: path.dropFirst())
        self[name] = child
    }

    /// The names and texts of an object of strings, as labels are.
    package var strings: [String: String] {
        var result: [String: String] = [:]
        for (name, value) in fields?.members ?? [] {
            result[name] = value.string
        }
        return result
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .decimal(value) }
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, Value)...) { self = .object(Fields(elements)) }
}
