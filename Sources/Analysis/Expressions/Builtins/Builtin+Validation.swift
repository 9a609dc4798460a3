/// The checks of builtins that look at the types of their arguments by themselves, in the library's words.
extension Builtin {
    func validated(_ types: [StaticType], at offset: Int) throws(ExpressionError) -> StaticType {
        switch self {
        case .max, .min, .mean, .median: return try aggregated(types, at: offset)
        case .now, .date: return try timed(types, at: offset)
        case .concat:
            guard !types.isEmpty else {
                throw ExpressionError(.type, "invalid number of arguments (expected at least 1, got 0)", at: offset)
            }
            for type in types where !type.isArray && type != .any {
                throw ExpressionError(.type, "cannot concat \(type.typeName)", at: offset)
            }
            return .anyList
        case .take, .get: try require(2, types, at: offset)
        default: try require(1, types, at: offset)
        }
        let type = types[0]
        switch self {
        case .len, .abs, .ceil, .floor, .round, .int, .float: return try scalar(type, at: offset)
        case .take: return try taken(type, types[1], at: offset)
        default: return try collected(type, at: offset)
        }
    }

    private func require(_ count: Int, _ types: [StaticType], at offset: Int) throws(ExpressionError) {
        guard types.count == count else {
            throw ExpressionError(
                .type, "invalid number of arguments (expected \(count), got \(types.count))", at: offset)
        }
    }

    private func scalar(_ type: StaticType, at offset: Int) throws(ExpressionError) -> StaticType {
        let isKnown = type != .any
        switch self {
        case .len where !isKnown || type.isArray || type.isMap || type == .string: return .int
        case .abs where !isKnown || type.isNumericKind: return type
        case .ceil where !isKnown || type.isNumericKind, .floor where !isKnown || type.isNumericKind,
            .round where !isKnown || type.isNumericKind:
            return .float
        case .int where !isKnown || type.isNumericKind || type == .string: return .int
        case .float where !isKnown || type.isNumericKind || type == .string: return .float
        default: throw invalidArgument(type, at: offset)
        }
    }

    private func invalidArgument(_ type: StaticType, at offset: Int) -> ExpressionError {
        ExpressionError(.type, "invalid argument for \(rawValue) (type \(type.typeName))", at: offset)
    }

    /// Stops at the first array or unknown argument, behind which anything may come.
    private func aggregated(_ types: [StaticType], at offset: Int) throws(ExpressionError) -> StaticType {
        guard let first = types.first else {
            throw ExpressionError(.type, "not enough arguments to call \(rawValue)", at: offset)
        }
        for type in types.map(\.target) {
            if type == .any || type.isArray { return .any }
            guard type.isNumericKind else { throw invalidArgument(type, at: offset) }
        }
        return first
    }

    private func timed(_ types: [StaticType], at offset: Int) throws(ExpressionError) -> StaticType {
        if self == .now {
            guard types.isEmpty || types == [.zone] else {
                throw ExpressionError(
                    .type, "invalid number of arguments (expected 0, got \(types.count))", at: offset)
            }
            return .time
        }
        guard let first = types.first else {
            throw ExpressionError(.type, "invalid number of arguments (expected at least 1, got 0)", at: offset)
        }
        let count = first == .zone ? types.count - 1 : types.count
        guard count <= 3 else {
            throw ExpressionError(
                .type, "invalid number of arguments (expected at most 3, got \(count))", at: offset)
        }
        return .time
    }

    private func taken(_ type: StaticType, _ count: StaticType, at offset: Int) throws(ExpressionError) -> StaticType {
        guard type == .any || type.isArray else {
            throw ExpressionError(.type, "cannot take from \(type.typeName)", at: offset)
        }
        guard count == .any || count.isNumericKind && count != .float else {
            throw ExpressionError(.type, "cannot take \(count.typeName) elements", at: offset)
        }
        return type
    }

    private func collected(_ type: StaticType, at offset: Int) throws(ExpressionError) -> StaticType {
        let isList = type == .any || type.isArray
        let isMap = type == .any || type.isMap
        let name = type.typeName
        let message: String
        switch self {
        case .first:
            if isList { return type.element }
            message = "cannot get first element from \(name)"
        case .last:
            if isList { return type.element }
            message = "cannot get last element from \(name)"
        case .keys, .values:
            if isMap { return .anyList }
            message = "cannot get \(rawValue) from \(name)"
        case .toPairs:
            if isMap { return .anyList }
            message = "cannot transform \(name) to pairs"
        case .fromPairs:
            if isList { return .dictionary(isGrouped: false) }
            message = "cannot transform \(name) from pairs"
        default:
            if isList { return .anyList }
            message = "cannot \(rawValue) \(name)"
        }
        throw ExpressionError(.type, message, at: offset)
    }
}
