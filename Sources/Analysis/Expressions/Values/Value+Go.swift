/// How Go names, prints and compares the value; the messages and the equality of Argo's expression library follow from it.
extension Value {
    /// The name of the dynamic type, as Go's `%T` prints it.
    var typeName: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .double: "float64"
        case .string: "string"
        case .array(_, let element): element.arrayTypeName
        case .map: "map[string]interface {}"
        case .nilPointer: "*float64"
        case .dictionary(_, let isGrouped):
            isGrouped ? "map[interface {}][]interface {}" : "map[interface {}]interface {}"
        case .temporal(let temporal): temporal.typeName
        }
    }

    /// The name in Go's messages about failed conversions of an interface.
    var interfaceName: String { self == .null ? "nil" : typeName }

    /// The kind of the value, as Go's reflection names it.
    var kindName: String {
        switch self {
        case .null: "invalid"
        case .array(_, of: .half): "array"
        case .array: "slice"
        case .map, .dictionary: "map"
        case .nilPointer: "ptr"
        case .temporal(let temporal): temporal.kindName
        default: typeName
        }
    }

    /// What the builtin `type` calls the value.
    var languageTypeName: String {
        switch self {
        case .null, .nilPointer: "nil"
        case .double: "float"
        case .array: "array"
        case .map, .dictionary: "map"
        case .temporal(let temporal): temporal.typeName.trimmingPointer
        default: typeName
        }
    }

    /// The value as Go's `%v` prints it: `[1 2]`, `map[a:1]`, `1e+06`, `<nil>`.
    var goText: String {
        switch self {
        case .null, .nilPointer: "<nil>"
        case .bool(let bool): String(bool)
        case .int(let int): String(int)
        case .double(let double): GoNumber.general(double)
        case .string(let string): string
        case .array(let elements, _): "[" + elements.map(\.goText).joined(separator: " ") + "]"
        case .map(let members):
            "map["
                + members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
                .map { "\($0.name):\($0.value.goText)" }.joined(separator: " ") + "]"
        case .dictionary(let entries, _):
            "map[" + entries.map { "\($0.key.goText):\($0.value.goText)" }.joined(separator: " ") + "]"
        case .temporal(let temporal): temporal.description
        }
    }
}

extension Value {
    /// Equality as the language defines it: numbers by value whatever their kind, NaN unequal to itself.
    ///
    /// Arrays whose elements have two different known types are never equal, and inside maps 1 is not 1.0.
    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left == right
        case (.array(let left, let leftElement), .array(let right, let rightElement)):
            guard Element.areComparable(leftElement, rightElement) else { return false }
            return left.count == right.count && zip(left, right).allSatisfy(areEqual)
        case (.temporal(let left), .temporal(let right)): return left.isSame(as: right)
        default:
            if let left = left.number, let right = right.number { return left == right }
            if left.isNil, right.isNil { return true }
            if let left = left.wholeNumber, let right = right.wholeNumber { return left == right }
            return isIdentical(left, right)
        }
    }

    /// Go's `reflect.DeepEqual`: the same types all the way down, NaN unequal to itself.
    static func isIdentical(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.double(let left), .double(let right)): return left == right
        case (.array(let left, let leftElement), .array(let right, let rightElement)):
            return leftElement == rightElement && left.count == right.count && zip(left, right).allSatisfy(isIdentical)
        case (.map(let left), .map(let right)):
            return haveIdenticalMembers(left.map { Entry($0.key, $0.value) }, right.map { Entry($0.key, $0.value) })
        case (.dictionary(let left, let leftGrouped), .dictionary(let right, let rightGrouped)):
            return leftGrouped == rightGrouped && haveIdenticalMembers(left, right)
        default: return left == right
        }
    }

    private static func haveIdenticalMembers(_ left: [Entry], _ right: [Entry]) -> Bool {
        let found = Dictionary(right.map { ($0.key, $0.value) }) { $1 }
        return left.count == right.count
            && left.allSatisfy { entry in
                // NaN is a key that nobody finds again.
                isIdentical(entry.key, entry.key) && (found[entry.key].map { isIdentical(entry.value, $0) } ?? false)
            }
    }

    private var wholeNumber: Int? {
        switch self {
        case .int(let int): int
        case .temporal(let temporal): temporal.wholeNumber
        default: nil
        }
    }
}

extension Value.Element {
    fileprivate var arrayTypeName: String {
        switch self {
        case .any, .nothing: "[]interface {}"
        case .int: "[]int"
        case .double: "[]float64"
        case .string: "[]string"
        case .bool: "[]bool"
        case .pair: "[][2]interface {}"
        case .half: "[2]interface {}"
        }
    }

    fileprivate static func areComparable(_ left: Self, _ right: Self) -> Bool {
        let left = left == .nothing ? any : left
        let right = right == .nothing ? any : right
        if left == right { return true }
        let elements: Set<Self> = [.any, .int, .double, .string]
        return (left == .any || right == .any) && elements.contains(left) && elements.contains(right)
    }
}

extension String {
    fileprivate var trimmingPointer: String { hasPrefix("*") ? String(dropFirst()) : self }
}
