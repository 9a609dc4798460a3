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
    case int, float, string, type
    // Argo's.
    case asInt, asFloat, isNaN, isInf, isNil, `default`

    /// Names that Argo's library has and this evaluator leaves out: they read the clock or encode data.
    static let unsupported: Set<String> = [
        "now", "date", "duration", "timezone", "toJSON", "fromJSON", "toBase64", "fromBase64",
    ]

    /// Which argument is evaluated once per element.
    var predicatePosition: Int? {
        switch self {
        case .all, .none, .any, .one, .filter, .map, .count, .sum, .find, .findIndex, .findLast, .findLastIndex,
            .groupBy, .sortBy, .reduce:
            1
        default: nil
        }
    }

    var hasBooleanPredicate: Bool {
        switch self {
        case .all, .none, .any, .one, .filter, .count, .find, .findIndex, .findLast, .findLastIndex: true
        default: false
        }
    }

    enum Parameter {
        case anything, number, float, int, string, array, map, sized, predicate
    }

    struct Signature {
        var required: [Parameter]
        var optional: [Parameter] = []
        /// Further arguments of the last kind are allowed.
        var isVariadic = false
        let result: StaticType
    }

    var signature: Signature {
        switch self {
        case .all, .none, .any, .one: Signature(required: [.array, .predicate], result: .bool)
        case .filter, .map: Signature(required: [.array, .predicate], result: .array(.any))
        case .count: Signature(required: [.array], optional: [.predicate], result: .int)
        case .sum: Signature(required: [.array], optional: [.predicate], result: .any)
        case .find, .findLast: Signature(required: [.array, .predicate], result: .any)
        case .findIndex, .findLastIndex: Signature(required: [.array, .predicate], result: .any)
        case .groupBy: Signature(required: [.array, .predicate], result: .map)
        case .sortBy: Signature(required: [.array, .predicate], optional: [.string], result: .array(.any))
        case .reduce: Signature(required: [.array, .predicate], optional: [.anything], result: .any)
        case .max, .min: Signature(required: [.anything], isVariadic: true, result: .any)
        case .mean, .median: Signature(required: [.anything], isVariadic: true, result: .float)
        case .abs: Signature(required: [.number], result: .any)
        case .ceil, .floor, .round: Signature(required: [.number], result: .float)
        case .bitnot: Signature(required: [.int], result: .int)
        case .bitand, .bitor, .bitxor, .bitnand, .bitshl, .bitshr, .bitushr:
            Signature(required: [.int, .int], result: .int)
        default: textAndCollectionSignature
        }
    }

    private var textAndCollectionSignature: Signature {
        switch self {
        case .len: Signature(required: [.sized], result: .int)
        case .get: Signature(required: [.anything, .anything], result: .any)
        case .first, .last: Signature(required: [.array], result: .any)
        case .take: Signature(required: [.array, .int], result: .array(.any))
        case .reverse, .uniq, .flatten, .toPairs:
            Signature(required: [self == .toPairs ? .map : .array], result: .array(.any))
        case .sort: Signature(required: [.array], optional: [.string], result: .array(.any))
        case .concat: Signature(required: [.array], isVariadic: true, result: .array(.any))
        case .keys, .values: Signature(required: [.map], result: .array(.any))
        case .fromPairs: Signature(required: [.array], result: .map)
        case .trim: Signature(required: [.string], optional: [.string], result: .string)
        case .trimPrefix, .trimSuffix: Signature(required: [.string, .string], result: .string)
        case .upper, .lower: Signature(required: [.string], result: .string)
        case .split, .splitAfter:
            Signature(required: [.string, .string], optional: [.int], result: .array(.string))
        case .replace: Signature(required: [.string, .string, .string], optional: [.int], result: .string)
        case .repeat: Signature(required: [.string, .int], result: .string)
        case .join: Signature(required: [.array], optional: [.string], result: .string)
        case .indexOf, .lastIndexOf: Signature(required: [.string, .string], result: .int)
        case .hasPrefix, .hasSuffix: Signature(required: [.string, .string], result: .bool)
        case .int, .asInt: Signature(required: [.anything], result: .int)
        case .float, .asFloat: Signature(required: [.anything], result: .float)
        case .isNaN, .isInf: Signature(required: [.float], result: .bool)
        case .isNil: Signature(required: [.anything], result: .bool)
        case .default: Signature(required: [.anything, .anything], result: .any)
        default: Signature(required: [.anything], result: .string)
        }
    }
}
