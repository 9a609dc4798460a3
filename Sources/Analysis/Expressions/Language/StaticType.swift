/// What is known about a value before the expression runs.
indirect enum StaticType: Equatable, Sendable {
    case any, null, bool, int, string, map
    /// What `asInt` and the counters of times give; an integer like any other, with another name.
    case int64
    case float
    /// An array with what is known of its elements, and the type that Go has for the whole.
    case array(StaticType, of: Value.Element)
    /// What `groupBy` makes, and without known values what `fromPairs` makes.
    case dictionary(isGrouped: Bool)
    /// A pointer to a number.
    case pointer
    case time, duration, zone, month, weekday

    /// The type of the environment's `result`: its top level is known, the insides of JSON are not.
    init(of value: Value) {
        switch value {
        case .nilPointer: self = .pointer
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .double: self = .float
        case .string: self = .string
        case .map: self = .map
        case .array(_, let element): self = .array(StaticType(element), of: element)
        case .dictionary(_, let isGrouped): self = .dictionary(isGrouped: isGrouped)
        case .temporal(.time): self = .time
        case .temporal(.duration): self = .duration
        case .temporal(.zone): self = .zone
        case .temporal(.month): self = .month
        case .temporal(.weekday): self = .weekday
        }
    }

    private init(_ element: Value.Element) {
        switch element {
        case .any, .half, .nothing: self = .any
        case .int: self = .int
        case .double: self = .float
        case .string: self = .string
        case .bool: self = .bool
        case .pair: self = .array(.any, of: .half)
        }
    }

    /// An array that the language makes; Go knows nothing of its elements.
    static func list(of element: StaticType) -> StaticType { .array(element, of: .any) }
    static let anyList = list(of: .any)

    /// The name in messages about operators and members.
    var name: String {
        switch self {
        case .any, .null: "unknown"
        default: typeName
        }
    }

    /// The name in messages about the arguments of builtins, where Go prints its own type.
    var typeName: String {
        switch self {
        case .any: "interface {}"
        case .null: "%!s(<nil>)"
        case .bool: "bool"
        case .int: "int"
        case .int64: "int64"
        case .float: "float64"
        case .string: "string"
        case .map: "map[string]interface {}"
        case .array(_, let element): Value.array([], of: element).typeName
        case .dictionary(let isGrouped): Value.dictionary([], isGrouped: isGrouped).typeName
        case .pointer: "*float64"
        case .time: "time.Time"
        case .duration: "time.Duration"
        case .zone: "*time.Location"
        case .month: "time.Month"
        case .weekday: "time.Weekday"
        }
    }

    /// The type behind a pointer.
    var target: StaticType { self == .pointer ? .float : self }
    var isInteger: Bool { self == .int || self == .int64 }
    var isNumber: Bool { isInteger || self == .float }
    var isArray: Bool { if case .array = self { true } else { false } }
    var isMap: Bool { if case .dictionary = self { true } else { self == .map } }
    var element: StaticType { if case .array(let element, _) = self { element } else { .any } }

    /// What Go's reflection calls a number, named ones included.
    var isNumericKind: Bool { isNumber || [.duration, .month, .weekday].contains(self) }

    /// True where Go lets a value of this type stand for one of the other.
    func isAssignable(to other: StaticType) -> Bool {
        if case .array(_, let left) = self, case .array(_, let right) = other { return left == right }
        return self == other
    }

    func isComparable(with other: StaticType) -> Bool {
        if [self, other].contains(.any) || [self, other].contains(.null) { return true }
        return isNumber && other.isNumber || isArray && other.isArray || isAssignable(to: other)
    }

    /// The type of a condition's two branches, or of `??`.
    static func joined(_ left: StaticType, _ right: StaticType) -> StaticType {
        if left == .null { return right }
        if right == .null || left == right { return left }
        if left.isArray, left.isAssignable(to: right) { return .anyList }
        return .any
    }
}
