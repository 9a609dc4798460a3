/// A call of a builtin whose arguments are values.
struct BuiltinCall {
    let builtin: Builtin
    let arguments: [Value]
    /// What `now()` gives; nil where no time is known.
    let now: Timestamp?
    let offset: Int

    func value() throws(ExpressionError) -> Value {
        switch builtin {
        case .max, .min, .mean, .median: try aggregate()
        case .abs, .ceil, .floor, .round: try rounding()
        case .bitand, .bitor, .bitxor, .bitnand, .bitnot, .bitshl, .bitshr, .bitushr: try bits()
        case .len, .get, .first, .last, .take, .reverse, .sort, .uniq, .concat, .flatten, .keys, .values, .toPairs,
            .fromPairs:
            try collection()
        case .int, .float, .string, .type, .asInt, .asFloat, .isNaN, .isInf: try conversion()
        case .toJSON, .fromJSON, .toBase64, .fromBase64: try encoding()
        case .now, .date, .duration, .timezone: try time()
        default: try text()
        }
    }

    /// Steps beyond those for reading the arguments through.
    func work() throws(ExpressionError) -> Int {
        switch builtin {
        case .split, .splitAfter, .replace, .indexOf, .lastIndexOf:
            return Text.steps(toFind: try string(1), in: try string(0))
        case .uniq:
            // Each element is compared with those that are kept.
            let (product, overflow) = arguments[0].memberCount.multipliedReportingOverflow(
                by: arguments[0].weight ?? .max)
            return overflow ? .max : product / 16
        default: return 0
        }
    }

    /// How many elements or bytes the result takes, where it may be much more than the arguments.
    func growth() throws(ExpressionError) -> Int {
        switch builtin {
        case .repeat:
            let (text, count) = (try string(0), try int(1))
            guard count >= 0 else { return 0 }
            guard count <= 1_000_000 else { return .max }
            return text.utf8.count.multipliedReportingOverflow(by: count).partialValue
        case .replace:
            let (text, old, new) = (try string(0), try string(1), try string(2))
            // At most one piece for each occurrence of what is replaced.
            return (text.utf8.count / max(1, old.utf8.count) + 1) * new.utf8.count
        case .join:
            guard case .array(let elements, _) = arguments[0], arguments.count > 1 else { return 0 }
            return elements.count * (try string(1)).utf8.count
        case .reverse, .uniq, .concat, .flatten, .sort, .keys, .values, .toPairs:
            return arguments.reduce(0) { $0 + $1.memberCount }
        default: return 0
        }
    }

    func fail(_ message: String) -> ExpressionError { ExpressionError(.value, message, at: offset) }

    func invalidArgument(_ value: Value) -> ExpressionError {
        fail("invalid argument for \(builtin.rawValue) (type \(value.typeName))")
    }

    func int(_ position: Int) throws(ExpressionError) -> Int {
        try Operators.integer(arguments[position], at: offset)
    }

    func string(_ position: Int) throws(ExpressionError) -> String {
        try Operators.string(arguments[position], offset)
    }
}

extension Value {
    fileprivate var memberCount: Int {
        switch self {
        case .array(let elements, _): elements.count
        case .map(let members): members.count
        case .dictionary(let entries, _): entries.count
        default: 0
        }
    }
}
