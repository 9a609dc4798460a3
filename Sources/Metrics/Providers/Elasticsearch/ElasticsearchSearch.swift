import Analysis
import Rollouts

/// One search as a template states it, for a window yet to be said.
struct ElasticsearchSearch: Sendable {
    let index: String
    let value: ElasticsearchValue
    private let query: JSON
    private let aggregations: JSON?
    private let timeField: String
    private let window: Duration

    init(_ fields: inout ProviderFields, window usual: Duration) {
        index = fields.requiredText("index", hint: "name an index, a data stream, an alias or a pattern such as logs-*")
        timeField = fields.text("timeField") ?? "@timestamp"
        window = fields.span("window", default: usual)
        let stated = fields.value("query")
        let aggregations = fields.value("aggregations")
        self.aggregations = aggregations.map(JSON.init)
        query = stated.map(Self.query) ?? ["match_all": [:]]
        value = ElasticsearchValue(&fields, aggregations: aggregations)
        Self.check(index: index, &fields)
        Self.check(query: stated, timeField: timeField, &fields)
        if let aggregations, !aggregations.isMapping {
            fields.refuse("aggregations", "is not a mapping", hint: "write {name: {avg: {field: duration}}}")
        }
    }

    /// The body of the search whose window ends at `time`, and is open at its beginning.
    func body(until time: Timestamp) -> JSON {
        let range: JSON = [
            "gt": .number("\((time - window).milliseconds)"), "lte": .number("\(time.milliseconds)"),
            "format": "epoch_millis",
        ]
        let window: JSON = ["range": .object([.init(name: timeField, value: range)])]
        var body: [JSON.Member] = [
            .init(name: "size", value: 0), .init(name: "track_total_hits", value: true),
            .init(name: "query", value: ["bool": ["filter": [query, window]]]),
        ]
        if let aggregations { body.append(.init(name: "aggregations", value: aggregations)) }
        return .object(body)
    }

    /// A text is Lucene's syntax.
    private static func query(_ stated: Value) -> JSON {
        guard case .string(let text) = stated else { return JSON(stated) }
        return ["query_string": ["query": .string(text)]]
    }

    // MARK: Mistakes

    private static func check(index: String, _ fields: inout ProviderFields) {
        guard !index.isEmpty else { return }
        if index.contains("<") {
            fields.refuse(
                "index", "the index depends on when it is asked for", hint: "write a pattern, such as logs-*")
        } else if index.contains(where: { !($0.isASCII && ($0.isLetter || $0.isNumber)) && !"-_.*,:".contains($0) }) {
            fields.refuse(
                "index", "\"\(index)\" is no name of an index",
                hint: "write names or patterns with commas between them, such as logs-shop-*,logs-cart-*")
        }
    }

    private static func check(query: Value?, timeField: String, _ fields: inout ProviderFields) {
        guard let query else { return }
        if case .string(let text) = query {
            if text.contains("\(timeField):") { return refuseRange(of: timeField, &fields) }
            return checkLucene(text, &fields)
        }
        guard query.isMapping else {
            return fields.refuse(
                "query", "is neither a mapping nor a text", hint: "write {term: {field: value}}, or field:value")
        }
        let parts = ["query", "aggs", "aggregations", "size", "sort", "track_total_hits"]
        if let part = parts.first(where: { query[$0] != nil }) {
            fields.refuse(
                "query", "has \(part), which is a part of a whole search",
                hint: "write what stands below query alone; aggregations have a field of their own")
        } else if hasRange(of: timeField, in: query, depth: 0) {
            refuseRange(of: timeField, &fields)
        } else if case .map(let members) = query {
            checkKind(members, &fields)
        }
    }

    /// A query of Elasticsearch's own language is one kind with what it looks for.
    private static func checkKind(_ members: [Value.Member], _ fields: inout ProviderFields) {
        if members.count > 1 {
            fields.refuse(
                "query", "has \(members.count) queries: \(members.map(\.name).joined(separator: ", "))",
                hint: "put them into {bool: {filter: […]}}")
        } else if let only = members.first, !only.value.isMapping {
            fields.refuse(
                "query", "\(only.name) is no kind of query with what it looks for",
                hint: "write {term: {\(only.name): …}}, or {match: {\(only.name): …}}")
        }
    }

    private static let lucene = QueryText.Language(quotes: ["\""])

    private static func checkLucene(_ query: String, _ fields: inout ProviderFields) {
        let text = QueryText(query, lucene)
        // A range may be open at one end: [1 TO 5}.
        let isMixed = text.code.contains(" TO ")
        if !isMixed, let (message, hint) = text.problem { return fields.refuse("query", message, hint: hint) }
        let words = text.code.split(whereSeparator: \.isWhitespace)
        if let word = words.first(where: { ["and", "or", "not"].contains($0) }) {
            fields.refuse("query", "\(word) is a word to look for here", hint: "write \(word.uppercased())")
        } else if text.code.contains(" :") || text.code.contains("==") {
            fields.refuse("query", "is not in Lucene's syntax", hint: "write field:value, without spaces or ==")
        }
    }

    private static func refuseRange(of timeField: String, _ fields: inout ProviderFields) {
        fields.refuse(
            "query", "has a range of \(timeField)", hint: "leave it out; the window before each time is added")
    }

    private static func hasRange(of field: String, in value: Value, depth: Int) -> Bool {
        guard depth < 50 else { return false }
        switch value {
        case .map(let members):
            return members.contains { member in
                member.name == "range" && member.value[field] != nil
                    || hasRange(of: field, in: member.value, depth: depth + 1)
            }
        case .array(let elements, _): return elements.contains { hasRange(of: field, in: $0, depth: depth + 1) }
        default: return false
        }
    }
}

extension Value {
    var isMapping: Bool {
        guard case .map = self else { return false }
        return true
    }
}
