/// `eq`, `ne`, `lt`, `le`, `gt` and `ge` of the template language: values are compared with their own kind only.
enum GoTemplateComparison {
    /// - Parameter arguments: as many as the function takes; `eq` holds where the first equals any of the others.
    static func holds(
        _ function: GoTemplateFunction, _ arguments: [GoTemplateValue]
    ) throws(GoTemplateFunction.Problem) -> Bool {
        let others = arguments.dropFirst()
        guard let first = arguments.first, let second = others.first else {
            throw GoTemplateFunction.Problem(message: "\(function.rawValue) compares two values, and there is one")
        }
        switch function {
        case .eq:
            for other in others where try areEqual(first, other) { return true }
            return false
        case .ne: return try !areEqual(first, second)
        case .lt: return try isLess(first, second)
        case .le: return try isAtMost(first, second)
        case .gt: return try !isAtMost(first, second)
        default: return try !isLess(first, second)
        }
    }

    private static func areEqual(
        _ left: GoTemplateValue, _ right: GoTemplateValue
    ) throws(GoTemplateFunction.Problem) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.double(let left), .double(let right)): return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.map, .map): throw GoTemplateFunction.Problem(message: "maps cannot be compared", hint: "compare a key")
        case (.none, _), (_, .none): return left == right
        default: throw incompatible(left, right)
        }
    }

    private static func isAtMost(
        _ left: GoTemplateValue, _ right: GoTemplateValue
    ) throws(GoTemplateFunction.Problem) -> Bool {
        if try isLess(left, right) { return true }
        return try areEqual(left, right)
    }

    private static func isLess(
        _ left: GoTemplateValue, _ right: GoTemplateValue
    ) throws(GoTemplateFunction.Problem) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.double(let left), .double(let right)): return left < right
        case (.string(let left), .string(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.bool, .bool), (.map, .map), (.none, .none):
            throw GoTemplateFunction.Problem(message: "\(left.typeName) has no order")
        default: throw incompatible(left, right)
        }
    }

    private static func incompatible(
        _ left: GoTemplateValue, _ right: GoTemplateValue
    ) -> GoTemplateFunction.Problem {
        GoTemplateFunction.Problem(
            message: "\(left.typeName) and \(right.typeName) cannot be compared",
            hint: "1 and 1.0 are of different kinds, and so are 1 and \"1\"")
    }
}
