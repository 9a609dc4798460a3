/// What is known about a value before the expression runs.
indirect enum StaticType: Equatable {
    case any, null, bool, int, float, string, map
    case array(StaticType)

    /// The type of the environment's `result`: its top level is known, the insides of JSON are not.
    init(of value: Value) {
        switch value {
        // A pointer stands for the number that it may point to; its absence shows when the expression runs.
        case .nilPointer: self = .any
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .double: self = .float
        case .string: self = .string
        case .map: self = .map
        case .array(_, let element): self = .array(StaticType(element))
        }
    }

    private init(_ element: Value.Element) {
        switch element {
        case .any: self = .any
        case .int: self = .int
        case .double: self = .float
        case .string: self = .string
        case .bool: self = .bool
        }
    }

    var name: String {
        switch self {
        case .any: "unknown"
        case .null: "nil"
        case .bool: "bool"
        case .int: "int"
        case .float: "float64"
        case .string: "string"
        case .map: "map[string]interface {}"
        case .array(.any): "[]interface {}"
        case .array(let element): "[]\(element.name)"
        }
    }

    var isNumber: Bool { self == .int || self == .float }
    var isArray: Bool { if case .array = self { true } else { false } }
    var element: StaticType { if case .array(let element) = self { element } else { .any } }
    func mayBe(_ type: StaticType) -> Bool { self == .any || self == type }
    var mayBeNumber: Bool { self == .any || isNumber }
    var mayBeArray: Bool { self == .any || isArray }

    func isComparable(with other: StaticType) -> Bool {
        if self == .any || other == .any || self == .null || other == .null { return true }
        return self == other || isNumber && other.isNumber || isArray && other.isArray
    }

    static func joined(_ types: [StaticType]) -> StaticType {
        guard let first = types.first else { return .any }
        return types.allSatisfy { $0 == first } ? first : .any
    }
}
