/// One way to call a builtin: the types of its arguments, as Go declares them, and of its result.
struct Overload {
    let parameters: [StaticType]
    let result: StaticType

    init(_ parameters: StaticType..., result: StaticType) {
        self.parameters = parameters
        self.result = result
    }

    /// What is wrong with calling it so; nil where nothing is.
    func problem(_ builtin: Builtin, _ arguments: [(type: StaticType, offset: Int)], at offset: Int) -> ExpressionError?
    {
        let name = builtin.rawValue
        if arguments.count != parameters.count {
            let word = arguments.count > parameters.count ? "too many" : "not enough"
            return ExpressionError(.type, "\(word) arguments to call \(name)", at: offset)
        }
        for (argument, parameter) in zip(arguments, parameters) {
            if parameter == .any || argument.type == .any { continue }
            if argument.type.isInteger, parameter == .float || parameter.isInteger { continue }
            if argument.type.target.isAssignable(to: parameter) { continue }
            let message =
                argument.type == .null
                ? "cannot use nil as argument (type \(parameter.typeName)) to call \(name)"
                : "cannot use \(argument.type.name) as argument (type \(parameter.typeName)) to call \(name) "
            return ExpressionError(.type, message, at: argument.offset)
        }
        return nil
    }
}

extension Builtin {
    private static let texts = StaticType.array(.string, of: .string)
    private static let ints = StaticType.array(.int, of: .int)
    private static let floats = StaticType.array(.float, of: .double)

    /// The declared forms of the builtin in the order in which they are tried; nil where it checks its arguments by itself.
    ///
    /// Where none fits, the message is about the last one.
    var overloads: [Overload]? {
        switch self {
        case .type, .string, .toJSON: [Overload(.any, result: .string)]
        case .trim: [Overload(.string, result: .string), Overload(.string, .string, result: .string)]
        case .trimPrefix, .trimSuffix:
            [Overload(.string, .string, result: .string), Overload(.string, result: .string)]
        case .upper, .lower, .toBase64, .fromBase64: [Overload(.string, result: .string)]
        case .fromJSON: [Overload(.string, result: .any)]
        case .split, .splitAfter:
            [Overload(.string, .string, result: Self.texts), Overload(.string, .string, .int, result: Self.texts)]
        case .replace:
            [
                Overload(.string, .string, .string, .int, result: .string),
                Overload(.string, .string, .string, result: .string),
            ]
        case .repeat: [Overload(.string, .int, result: .string)]
        case .join:
            [
                Overload(.anyList, .string, result: .string), Overload(.anyList, result: .string),
                Overload(Self.texts, .string, result: .string), Overload(Self.texts, result: .string),
            ]
        case .indexOf, .lastIndexOf: [Overload(.string, .string, result: .int)]
        case .hasPrefix, .hasSuffix: [Overload(.string, .string, result: .bool)]
        case .sort:
            [.anyList, Self.ints, Self.floats, Self.texts].map { Overload($0, .string, result: .anyList) }
                + [.anyList, Self.floats, Self.texts, Self.ints].map { Overload($0, result: .anyList) }
        default: numericOverloads
        }
    }

    private var numericOverloads: [Overload]? {
        switch self {
        case .bitand, .bitor, .bitxor, .bitnand, .bitshl, .bitshr, .bitushr: [Overload(.int, .int, result: .int)]
        case .bitnot: [Overload(.int, result: .int)]
        case .duration: [Overload(.string, result: .duration)]
        case .timezone: [Overload(.string, result: .zone)]
        case .asInt: [Overload(.any, result: .int64)]
        case .asFloat: [Overload(.any, result: .float)]
        case .isNaN, .isInf: [Overload(.float, result: .bool)]
        case .isNil: [Overload(.any, result: .bool)]
        case .default: [Overload(.any, .any, result: .any)]
        default: nil
        }
    }
}
