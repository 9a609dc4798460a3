/// The functions of the language: expr-lang's own, and the six that Argo adds.
enum Builtin: String, CaseIterable {
    // Predicates.
    case all, none, any, one, filter, map, count, sum, find, findIndex, findLast, findLastIndex, groupBy, sortBy, reduce
    // Numbers.
    case max, min, mean, median, abs, ceil, floor, round
    case bitand, bitor, bitxor, bitnand, bitnot, bitshl, bitshr, bitushr
    // Collections.
    case len, get, first, last, take, reverse, sort, uniq, concat, flatten, keys, values, toPairs, fromPairs
    // Text.
    case trim, trimPrefix, trimSuffix, upper, lower, split, splitAfter, replace, `repeat`, join
    case indexOf, lastIndexOf, hasPrefix, hasSuffix
    // Conversions.
    case int, float, string, type, toJSON, fromJSON, toBase64, fromBase64
    // Times.
    case now, date, duration, timezone
    // Argo's.
    case asInt, asFloat, isNaN, isInf, isNil, `default`

    /// Which arguments a builtin with a predicate takes; the predicate is always the second.
    struct PredicateShape {
        let required: Int
        let count: Int
    }

    var predicateShape: PredicateShape? {
        switch self {
        case .all, .none, .any, .one, .filter, .map, .find, .findIndex, .findLast, .findLastIndex, .groupBy:
            PredicateShape(required: 2, count: 2)
        case .count, .sum: PredicateShape(required: 1, count: 2)
        case .sortBy, .reduce: PredicateShape(required: 2, count: 3)
        default: nil
        }
    }

    var hasBooleanPredicate: Bool {
        switch self {
        case .all, .none, .any, .one, .filter, .count, .find, .findIndex, .findLast, .findLastIndex: true
        default: false
        }
    }

    /// A function of Argo's environment, and not of the language.
    var isArgo: Bool {
        switch self {
        case .asInt, .asFloat, .isNaN, .isInf, .isNil, .default: true
        default: false
        }
    }

    /// Takes numbers and arrays of numbers in any mixture.
    var isAggregate: Bool { [.max, .min, .mean, .median].contains(self) }

    /// Says something of a value without reading what is inside it.
    var looksAtTheTopOnly: Bool {
        switch self {
        case .len, .get, .first, .last, .type, .isNaN, .isInf, .isNil, .default: true
        default: false
        }
    }
}
