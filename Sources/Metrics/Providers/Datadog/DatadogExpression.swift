internal import Analysis

/// What is asked of Datadog: one query, or a formula over several.
struct DatadogExpression: Sendable {
    struct Query: Sendable {
        let name: String
        let text: String
    }

    /// In the order of the template.
    let queries: [Query]
    /// The formula that is sent; a query alone is a formula of its name.
    let formula: String
    let hasFormula: Bool

    init(_ fields: inout ProviderFields, version: String) {
        let query = fields.text("query")
        let several = fields.texts("queries").map { Query(name: $0.name, text: $0.value) }
        let formula = fields.text("formula")
        queries = query.map { [Query(name: "query", text: $0)] } ?? several
        hasFormula = formula != nil
        self.formula = formula ?? queries.first?.name ?? ""
        if query != nil, !several.isEmpty {
            fields.refuse("queries", "query and queries are both stated", hint: "state one of them")
        } else if queries.isEmpty {
            fields.refuse("query", "query is missing", hint: "write it as in avg:requests.error.rate{service:checkout}")
        }
        if version == "v1", !several.isEmpty || formula != nil {
            fields.refuse(
                several.isEmpty ? "formula" : "queries", "v1 takes one query alone", hint: "state apiVersion: v2")
        } else if query != nil, formula != nil {
            fields.refuse("formula", "a formula needs queries with names", hint: "state queries instead of query")
        } else if several.count > 1, formula == nil {
            fields.refuse("formula", "several queries need a formula", hint: "such as \(Self.example(several))")
        }
        for one in queries { Self.check(one.text, at: query == nil ? "queries.\(one.name)" : "query", &fields) }
        if let formula { _ = fields.checkText(QueryText(formula), at: "formula") }
        let known = Set(several.map(\.name))
        if let stranger = Self.names(in: formula ?? "").first(where: { !known.contains($0) }), query == nil {
            fields.refuse(
                "formula", "\(stranger) is none of the queries",
                hint: "they are \(known.sorted().joined(separator: ", "))")
        }
    }

    private static func check(_ text: String, at field: String, _ fields: inout ProviderFields) {
        guard fields.checkText(QueryText(text), at: field) else { return }
        if !text.contains("{") {
            fields.refuse(field, "the query has no scope in braces", hint: "write avg:metric{*} for all hosts")
        } else if text.contains("=\"") || text.contains("~\"") {
            fields.refuse(
                field, "the scope is written as in PromQL", hint: "write avg:metric{service:shop}, without quotes")
        }
    }

    private static func example(_ queries: [Query]) -> String {
        queries.prefix(2).map(\.name).joined(separator: " / ")
    }

    /// The names in a formula that are no functions.
    private static func names(in formula: String) -> [String] {
        var names: [String] = []
        var rest = formula[...]
        while let first = rest.first {
            if first == "'" || first == "\"" {
                rest = rest.dropFirst()
                rest = rest.drop { $0 != first }.dropFirst()
                continue
            }
            guard first.isLetter || first.isNumber || first == "_" else {
                rest = rest.dropFirst()
                continue
            }
            let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest.dropFirst(word.count)
            let isFunction = rest.first { !$0.isWhitespace } == "("
            if !isFunction, !first.isNumber { names.append(String(word)) }
        }
        return names
    }

    // MARK: Functions

    /// Functions whose value at a time depends on where the span begins or ends that was asked for, by
    /// https://docs.datadoghq.com/dashboards/functions/.
    private static let wholeSpan = [
        "cumsum(", "integral(", "anomalies(", "outliers(", "forecast(", "trend_line(", "robust_trend(",
        "piecewise_constant(", "top(", "top5", "top10", "top15", "top20", "bottom(", "bottom5", "bottom10", "bottom15",
        "bottom20", "top_offset(", "autosmooth(", "monotonic_diff(",
    ]

    var looksAtWholeSpan: Bool {
        (queries.map(\.text) + [formula]).contains { text in Self.wholeSpan.contains { text.contains($0) } }
    }

    /// The longest bucket that a query asks for by `rollup`; nil where none does.
    var rollup: Duration? {
        queries.flatMap { Self.rollups(in: $0.text) }.max().map { .seconds($0) }
    }

    private static func rollups(in query: String) -> [Int] {
        var found: [Int] = []
        var rest = query[...]
        while let range = rest.firstRange(of: ".rollup(") {
            rest = rest[range.upperBound...]
            let arguments = rest.prefix { $0 != ")" }.split(separator: ",")
            let seconds = arguments.compactMap { Int($0.filter { !$0.isWhitespace }) }.first
            // A bucket of more than a year is a mistake that the service will name.
            if let seconds, seconds > 0, seconds < 1 << 25 { found.append(seconds) }
        }
        return found
    }
}
