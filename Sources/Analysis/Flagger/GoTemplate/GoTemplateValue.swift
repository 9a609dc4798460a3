/// A value while a template is filled in; the types that Flagger's functions and the language's own can have.
enum GoTemplateValue: Hashable, Sendable {
    /// Go's nil, and the dot outside of `with` and `range`: Flagger gives its templates no data.
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case map([String: String])

    /// What `if` takes for true: everything but nil, false, 0 and what is empty.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let bool): bool
        case .int(let int): int != 0
        case .double(let double): double != 0
        case .string(let string): !string.isEmpty
        case .map(let map): !map.isEmpty
        }
    }

    /// The name of the type in Go.
    var typeName: String {
        switch self {
        case .none: "nil"
        case .bool: "bool"
        case .int: "int"
        case .double: "float64"
        case .string: "string"
        case .map: "map[string]string"
        }
    }

    /// As Go's `%v` writes it; nil where there is no value.
    var text: String? {
        switch self {
        case .none: nil
        case .bool(let bool): String(bool)
        case .int(let int): String(int)
        case .double(let double): GoFormat.shortest(double)
        case .string(let string): string
        case .map(let map): "map[" + Self.sorted(map).map { "\($0.key):\($0.value)" }.joined(separator: " ") + "]"
        }
    }

    /// The entries in Go's order of keys, which is that of their bytes.
    static func sorted(_ map: [String: String]) -> [(key: String, value: String)] {
        map.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}
