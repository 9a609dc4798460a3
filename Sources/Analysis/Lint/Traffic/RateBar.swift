/// The bar that a simple condition holds a share of requests to: `result[0] >= 0.95`, `result > 5` in percent.
package struct RateBar: Hashable, Sendable {
    package let role: ConditionReading.Role
    /// As it is stated.
    package let number: Double
    package let isPercent: Bool
    /// What is measured is the share of good requests, else that of bad ones.
    package let measuresGood: Bool
    /// A share that is the bar itself passes.
    package let isInclusive: Bool

    /// The share of good requests that is wanted, between 0 and 1.
    package var successRate: Double { measuresGood ? share : 1 - share }

    private var share: Double { number / (isPercent ? 100 : 1) }

    /// Five failures are expected of a service that is just good enough, so that one more or less does not decide.
    private static let leastFailures = 5.0

    /// How many requests a measurement needs to be held to the bar: n (1 - s) is at least 5.
    package var leastRequests: Double {
        // 5 / (1 - 0.95) is a trifle more than 100.
        (Self.leastFailures / (1 - successRate) * (1 - 1e-12)).rounded(.up)
    }

    /// Nil where the condition is more than one comparison of a result with a number, or the number is no share.
    ///
    /// - Parameter isPercent: whether the query gives percent; where that is not known, a bar above 1 is one in percent.
    package init?(_ condition: Expression, _ role: ConditionReading.Role, isPercent: Bool? = nil) {
        let nodes = condition.root.nodes
        guard nodes.allSatisfy(\.mayStandBesideBar) else { return nil }
        let comparisons = nodes.compactMap(\.comparison).filter { !$0.asksForPresence }
        guard comparisons.count == 1, let comparison = comparisons.first, comparison.isOfResult else { return nil }
        // A failure condition passes what it does not hold for.
        let symbol = role == .success ? comparison.symbol : comparison.opposite
        self.role = role
        number = comparison.number
        self.isPercent = isPercent == true || comparison.number > 1
        measuresGood = symbol.hasPrefix(">")
        isInclusive = symbol.hasSuffix("=")
        guard share > 0, share < 1 else { return nil }
    }

    package func passes(good: Double, bad: Double) -> Bool {
        let rate = (measuresGood ? good : bad) / (good + bad) * (isPercent ? 100 : 1)
        if rate == number { return isInclusive }
        return measuresGood ? rate > number : rate < number
    }

    /// The share of bad requests, between 0 and 1, that a measured value tells.
    package func errorRate(measured value: Double) -> Double {
        let share = value / (isPercent ? 100 : 1)
        return min(max(measuresGood ? 1 - share : share, 0), 1)
    }
}

/// A comparison with a number, which stands on its right.
private struct NumberTest {
    let place: SyntaxNode
    let symbol: String
    let number: Double

    private static let turned = ["<": ">", ">": "<", "<=": ">=", ">=": "<="]
    private static let opposites = ["<": ">=", ">": "<=", "<=": ">", ">=": "<"]

    init?(_ symbol: String, _ left: SyntaxNode, _ right: SyntaxNode) {
        if let number = right.literalNumber {
            (place, self.symbol, self.number) = (left, symbol, number)
        } else if let number = left.literalNumber, let turned = Self.turned[symbol] {
            (place, self.symbol, self.number) = (right, turned, number)
        } else {
            // Of two things that are not known; its number counts for nothing.
            (place, self.symbol, self.number) = (left, symbol, .nan)
        }
    }

    var opposite: String { Self.opposites[symbol] ?? symbol }

    /// It asks how much data there is, and not what it says.
    var asksForPresence: Bool { if case .call("len", _) = place.kind { true } else { false } }

    var isOfResult: Bool {
        guard Self.opposites[symbol] != nil else { return false }
        switch place.kind {
        case .pointer(let name): return name.isEmpty
        case .call(let name, let arguments):
            guard ["max", "min", "first", "last", "mean", "default"].contains(name) else { return false }
            return arguments.first.flatMap { ResultPath($0) } != nil
        default: return ResultPath(place) != nil
        }
    }
}

extension SyntaxNode {
    fileprivate var comparison: NumberTest? {
        guard case .binary(let symbol, let left, let right) = kind,
            ["<", ">", "<=", ">=", "==", "!=", "in"].contains(symbol)
        else { return nil }
        return NumberTest(symbol, left, right)
    }

    /// Part of a comparison, or of what asks whether there is data; nothing that turns a comparison's meaning round.
    fileprivate var mayStandBesideBar: Bool {
        switch kind {
        case .literal, .identifier("result"), .member, .chain, .predicate, .pointer: true
        case .unary(let symbol, let operand): symbol == "-" && operand.literalNumber != nil
        case .binary(let symbol, _, _): ["&&", "||", "and", "or", "<", ">", "<=", ">=", "==", "!="].contains(symbol)
        case .call(let name, _):
            [
                "len", "isNaN", "isInf", "isNil", "max", "min", "first", "last", "mean", "default", "all", "any",
            ].contains(name)
        default: false
        }
    }
}
