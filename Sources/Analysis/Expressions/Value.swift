/// A value of the condition language: what a metric provider returned, or what an expression made of it.
package indirect enum Value: Sendable {
    /// What is known of the elements of an array; a Prometheus vector is `.double`, a JSON array is `.any`.
    package enum Element: Hashable, Sendable { case any, int, double, string, bool }

    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([Value], of: Element)
    /// Members in their order; a repeated name means its last value.
    case map([Member])
    /// A typed pointer to a number that points nowhere: what Argo's Datadog and New Relic providers return for no data.
    case nilPointer

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// A vector of numbers, as an instant query of Prometheus gives it.
    package static func vector(_ numbers: [Double]) -> Self { .array(numbers.map { .double($0) }, of: .double) }

    package subscript(name: String) -> Value? {
        guard case .map(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }
}

extension Value: Hashable {
    /// The same value; unlike the language's `==`, NaN is the same as itself and 1 is not 1.0.
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null), (.nilPointer, .nilPointer): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left == right || left.isNaN && right.isNaN
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left, let leftElement), .array(let right, let rightElement)):
            left == right && leftElement == rightElement
        case (.map(let left), .map(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null, .nilPointer: hasher.combine(0)
        case .bool(let bool): hasher.combine(bool)
        case .int(let int): hasher.combine(int)
        case .double(let double): hasher.combine(double.isNaN ? 0 : double)
        case .string(let string): hasher.combine(string.unicodeScalars.count)
        case .array(let elements, _): hasher.combine(elements)
        case .map(let members): hasher.combine(members)
        }
    }
}

extension Value {
    /// The number as a double; nil where the value is not a number.
    package var number: Double? {
        switch self {
        case .int(let int): Double(int)
        case .double(let double): double
        default: nil
        }
    }

    var isNil: Bool { self == .null || self == .nilPointer }

    /// True where the value carries no information: nil, an empty array or map, or nothing but numbers that are not finite.
    package var isAbsent: Bool {
        switch self {
        case .null, .nilPointer: true
        case .double(let double): !double.isFinite
        case .array(let elements, _):
            elements.allSatisfy { element in
                if case .double(let double) = element { !double.isFinite } else { element.isNil }
            }
        case .map(let members): members.isEmpty
        case .bool, .int, .string: false
        }
    }

    /// The name of the type in Go, which the messages of Argo's expression library use.
    var typeName: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .double: "float64"
        case .string: "string"
        case .array(_, let element): "[]\(element.typeName)"
        case .map: "map[string]interface {}"
        case .nilPointer: "*float64"
        }
    }

    /// Equality as the language defines it: numbers by value whatever their kind, NaN unequal to itself.
    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left == right
        case (.array(let left, _), .array(let right, _)):
            left.count == right.count && zip(left, right).allSatisfy(areEqual)
        case (.map(let left), .map(let right)):
            left.count == right.count
                && left.allSatisfy { member in
                    right.last { $0.name == member.name }.map { areEqual(member.value, $0.value) } ?? false
                }
        case (.null, .nilPointer), (.nilPointer, .null): true
        default:
            if let left = left.number, let right = right.number { left == right } else { left == right }
        }
    }
}

extension Value.Element {
    var typeName: String {
        switch self {
        case .any: "interface {}"
        case .int: "int"
        case .double: "float64"
        case .string: "string"
        case .bool: "bool"
        }
    }
}

extension Value: CustomStringConvertible {
    /// The text that Argo records as a measurement's value: `10`, `+Inf`, `[10,11]`, `{"a":1}`.
    package var description: String {
        switch self {
        case .null, .nilPointer: "<nil>"
        case .bool(let bool): String(bool)
        case .int(let int): String(int)
        case .double(let double): GoNumber.text(double)
        case .string(let string): string
        case .array(let elements, _): "[" + elements.map(\.nested).joined(separator: ",") + "]"
        case .map(let members):
            "{" + members.map { "\"\($0.name)\":\($0.value.nested)" }.joined(separator: ",") + "}"
        }
    }

    private var nested: String {
        switch self {
        case .string(let string): "\"\(string)\""
        case .null, .nilPointer: "null"
        default: description
        }
    }
}
