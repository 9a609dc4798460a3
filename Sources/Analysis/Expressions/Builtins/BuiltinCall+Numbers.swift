extension BuiltinCall {
    func aggregate() throws(ExpressionError) -> Value {
        // What is no number goes through max and min alone, as it is.
        if let only = arguments.first, arguments.count == 1, builtin == .max || builtin == .min {
            switch only {
            case .array, .int, .double, .temporal(.duration): break
            default: return only
            }
        }
        var numbers: [Value] = []
        for argument in arguments { try collect(argument, into: &numbers) }
        switch builtin {
        case .max, .min:
            guard var best = numbers.first else { return .null }
            for number in numbers.dropFirst()
            where Operators.order(builtin == .max ? "<" : ">", best, number) == true { best = number }
            return best
        case .mean:
            let values = numbers.compactMap(\.number)
            return .double(values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count))
        default:
            let values = numbers.compactMap(\.number).sorted { $0.isNaN ? !$1.isNaN : $0 < $1 }
            guard !values.isEmpty else { return .double(0) }
            let middle = values.count / 2
            return .double(values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2)
        }
    }

    private func collect(_ value: Value, into numbers: inout [Value]) throws(ExpressionError) {
        switch value {
        case .array(let elements, _):
            for element in elements { try collect(element, into: &numbers) }
        case .int, .double: numbers.append(value)
        case .temporal(let temporal):
            guard let number = temporal.wholeNumber else { throw invalidArgument(value) }
            numbers.append(builtin == .mean || builtin == .median ? .int(number) : value)
        default: throw invalidArgument(value)
        }
    }

    func rounding() throws(ExpressionError) -> Value {
        if builtin == .abs, case .int(let int) = arguments[0] { return .int(int < 0 ? 0 &- int : int) }
        guard let number = arguments[0].number else { throw invalidArgument(arguments[0]) }
        switch builtin {
        case .abs: return .double(number.magnitude)
        case .ceil: return .double(number.rounded(.up))
        case .floor: return .double(number.rounded(.down))
        default: return .double(number.rounded(.toNearestOrAwayFromZero))
        }
    }

    func bits() throws(ExpressionError) -> Value {
        let left = try whole(0)
        if builtin == .bitnot { return .int(~left) }
        let right = try whole(1)
        switch builtin {
        case .bitand: return .int(left & right)
        case .bitor: return .int(left | right)
        case .bitxor: return .int(left ^ right)
        case .bitnand: return .int(left & ~right)
        default: break
        }
        guard right >= 0 else { throw fail("invalid operation: negative shift count \(right) (type int)") }
        switch builtin {
        case .bitshl: return .int(left << right)
        case .bitshr: return .int(left >> right)
        default: return .int(Int(bitPattern: UInt(bitPattern: left) >> UInt(right)))
        }
    }

    private func whole(_ position: Int) throws(ExpressionError) -> Int {
        guard case .int(let int) = arguments[position] else {
            throw fail(
                "cannot use \(arguments[position].typeName) as argument (type int) to call \(builtin.rawValue)")
        }
        return int
    }

    func conversion() throws(ExpressionError) -> Value {
        let argument = arguments[0]
        switch builtin {
        case .int:
            if let int = Self.integer(argument) { return .int(int) }
            throw fail("invalid operation: int(\(Self.shown(argument)))")
        case .float:
            if let number = argument.number { return .double(number) }
            if case .string(let text) = argument, let number = GoNumber.float(text) { return .double(number) }
            throw fail("invalid operation: float(\(Self.shown(argument)))")
        case .asInt, .asFloat: return try argoConversion(argument)
        case .isNaN, .isInf:
            guard case .double(let number) = argument else {
                throw .conversion(of: argument, to: "float64", at: offset)
            }
            return .bool(builtin == .isNaN ? number.isNaN : number.isInfinite)
        case .type: return .string(argument.languageTypeName)
        default: return .string(argument.goText)
        }
    }

    private static func integer(_ value: Value) -> Int? {
        switch value {
        case .int(let int): int
        case .double(let double): GoNumber.truncated(double)
        case .string(let text): GoNumber.int(text)
        case .temporal(let temporal): temporal.wholeNumber
        default: nil
        }
    }

    /// The library names the text of a string, and only the type of anything else.
    private static func shown(_ value: Value) -> String {
        if case .string(let text) = value { text } else { value.typeName }
    }

    private func argoConversion(_ argument: Value) throws(ExpressionError) -> Value {
        switch argument {
        case .int(let int): return builtin == .asInt ? .int(int) : .double(Double(int))
        case .double(let double): return builtin == .asInt ? .int(GoNumber.truncated(double)) : .double(double)
        case .string(let text):
            do {
                return builtin == .asInt ? .int(try GoNumber.integer(text)) : .double(try GoNumber.number(text))
            } catch {
                let name = builtin == .asInt ? "ParseInt" : "ParseFloat"
                throw fail("strconv.\(name): parsing \(GoQuote.quoted(text)): \(error.message)")
            }
        default: throw fail("\(builtin.rawValue)() not supported on \(argument.typeName) \(argument.goText)")
        }
    }
}
