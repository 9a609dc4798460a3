/// A value of the condition language: what a metric provider returned, or what an expression made of it.
package enum Value: Sendable {
    /// What is known of the elements of an array; a Prometheus vector is `.double`, a JSON array is `.any`.
    package enum Element: Hashable, Sendable {
        case any, int, double, string, bool
        /// The elements are pairs, as `toPairs` makes them.
        case pair
        /// The array is itself a pair: two elements, and never equal to an array that may grow.
        case half
        /// Go's slice that was never made: empty, and nil as well.
        case nothing
    }

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
    /// Values under keys of any kind, as `groupBy` (where each is an array) and `fromPairs` make them.
    case dictionary([Entry], isGrouped: Bool)
    /// A point in time, a span of time, or a part of one.
    indirect case temporal(Temporal)

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }

        /// The name as a value, which is told from others by its bytes.
        var key: Value { .string(name) }
    }

    package struct Entry: Hashable, Sendable {
        package let key: Value
        package let value: Value

        package init(_ key: Value, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// A vector of numbers, as an instant query of Prometheus gives it.
    package static func vector(_ numbers: [Double]) -> Self { .array(numbers.map { .double($0) }, of: .double) }

    package subscript(name: String) -> Value? {
        guard case .map(let members) = self else { return nil }
        return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
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
        case (.dictionary(let left, let leftGrouped), .dictionary(let right, let rightGrouped)):
            left == right && leftGrouped == rightGrouped
        case (.temporal(let left), .temporal(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null, .nilPointer: hasher.combine(0)
        case .bool(let bool): hasher.combine(bool)
        case .int(let int): hasher.combine(int)
        case .double(let double): hasher.combine(double.isNaN ? 0 : double)
        case .string(var string): string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        case .array(let elements, _): hasher.combine(elements)
        case .map(let members): hasher.combine(members)
        case .dictionary(let entries, _): hasher.combine(entries)
        case .temporal(let temporal): hasher.combine(temporal)
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

    /// True for what Go calls nil, whatever its type.
    var isNil: Bool {
        switch self {
        case .null, .nilPointer, .array(_, of: .nothing): true
        default: false
        }
    }

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
        case .dictionary(let entries, _): entries.isEmpty
        case .bool, .int, .string, .temporal: false
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
            "{" + members.map { "\(JSONWriter.quoted($0.name)):\($0.value.nested)" }.joined(separator: ",") + "}"
        case .dictionary(let entries, _):
            "{" + entries.map { "\($0.key.nested):\($0.value.nested)" }.joined(separator: ",") + "}"
        case .temporal(let temporal): temporal.description
        }
    }

    private var nested: String {
        switch self {
        case .string(let string): JSONWriter.quoted(string)
        case .null, .nilPointer: "null"
        default: description
        }
    }
}
