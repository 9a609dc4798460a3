/// Whether the ranges of a PromQL expression stand where functions take them.
///
/// By https://prometheus.io/docs/prometheus/latest/querying/functions/
struct PromQLRanges {
    /// The first function without its range, or range without its function; nil where all is right.
    let problem: (message: String, hint: String)?

    init(_ tokens: [PromQLToken]) {
        var calls: [(name: String?, hasRange: Bool)] = []
        var word: String?
        for token in tokens {
            switch token.kind {
            case .bracket("("): calls.append((word, false))
            case .bracket(")"):
                if let call = calls.popLast(), let name = call.name, Self.overTime(name), !call.hasRange {
                    problem = ("\(name)() is not given a range", "write \(name)(…[5m])")
                    return
                }
            case .bracket("["):
                guard let innermost = calls.lastIndex(where: { $0.name != nil }), let name = calls[innermost].name,
                    !Self.instant.contains(name)
                else {
                    problem = (
                        "a range has many values, and no function makes one of them",
                        "write rate(…[5m]), or another function of ranges"
                    )
                    return
                }
                calls[innermost].hasRange = true
            default: break
            }
            word = token.word.flatMap { Self.isOperator($0) ? nil : $0 }
        }
        problem = nil
    }

    /// Functions that take a range and nothing else.
    private static func overTime(_ name: String) -> Bool {
        let names = ["rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets", "predict_linear"]
        return names.contains(name) || name.hasSuffix("_over_time")
    }

    /// Aggregations and functions that take the values of one time.
    private static let instant: Set<String> = [
        "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile", "count_values",
        "abs", "ceil", "floor", "round", "scalar", "histogram_quantile", "clamp", "clamp_min", "clamp_max", "absent",
        "label_replace", "label_join", "sort", "sort_desc", "sqrt", "vector",
    ]

    private static func isOperator(_ word: String) -> Bool {
        ["and", "or", "unless", "bool", "by", "without", "on", "ignoring", "group_left", "group_right", "offset"]
            .contains(word.lowercased())
    }
}
