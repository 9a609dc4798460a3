import Analysis
import HTTP
import Rollouts

/// What the answers of `_msearch` mean.
enum ElasticsearchAnswer {
    static func answers(_ response: HTTPClient.Response, count: Int) throws(MetricFailure) -> [JSON] {
        let json = try ServiceAnswer.json(response)
        guard let answers = json["responses"]?.array, answers.count == count else {
            throw MetricFailure(
                .garbage, "the answer is not one of Elasticsearch or OpenSearch", hint: "check the address")
        }
        return answers
    }

    static func reading(
        _ answer: JSON, of value: ElasticsearchValue
    ) throws(MetricFailure) -> Measurement.Reading {
        try checkCompleteness(answer)
        // A pattern that matches no index finds nothing, which is not the same as nothing having happened.
        if answer["_shards"]?["total"]?.int == 0 { return .absent }
        switch value {
        case .one(let place):
            let found = try number(at: place, in: answer)
            return found == .null ? .absent : .value(found)
        case .several(let named):
            var members: [Value.Member] = []
            for (name, place) in named { members.append(.init(name, try number(at: place, in: answer))) }
            return members.allSatisfy { $0.value == .null } ? .absent : .value(.map(members))
        }
    }

    // MARK: Completeness

    private static func checkCompleteness(_ answer: JSON) throws(MetricFailure) {
        if let error = answer["error"] {
            let response = HTTPClient.Response(status: answer["status"]?.int ?? 500, headers: [], body: [])
            let failure = ServiceAnswer.failure(response, words: words(of: error))
            throw failure.hinting(response.status == 404 ? "check the index" : nil)
        }
        if answer["timed_out"]?.bool == true {
            throw MetricFailure(.partial, "the search timed out before it had seen everything")
        }
        let shards = answer["_shards"]
        if let failed = shards?["failed"]?.int, failed > 0 {
            let reason = shards?["failures"]?[0]?["reason"]?["reason"]?.string.map { ": \(ServiceAnswer.line($0))" }
            let total = shards?["total"]?.int ?? failed
            throw MetricFailure(.partial, "\(failed) of \(total) shards did not answer\(reason ?? "")")
        }
        for state in ["skipped", "partial", "failed"] {
            guard let clusters = answer["_clusters"]?[state]?.int, clusters > 0 else { continue }
            throw MetricFailure(.partial, "\(clusters) remote clusters were \(state)")
        }
    }

    /// The innermost reason says most; the outer ones say that there was one.
    private static func words(of error: JSON) -> String? {
        let cause = error["root_cause"]?[0] ?? error
        let reason = cause["reason"]?.string ?? error["reason"]?.string ?? error.string
        guard let deeper = cause["caused_by"]?["reason"]?.string, deeper != reason else { return reason }
        return [reason, deeper].compactMap { $0 }.joined(separator: ": ")
    }

    // MARK: Numbers

    /// The number at a place, null where there is none.
    private static func number(at place: ElasticsearchValue.Place, in answer: JSON) throws(MetricFailure) -> Value {
        switch place {
        case .count:
            // Elasticsearch 6 says the number itself.
            let total = answer["hits"]?["total"]
            guard let count = total?["value"]?.double ?? total?.double else {
                throw MetricFailure(.garbage, "the answer does not say how many documents were found")
            }
            guard total?["relation"]?.string ?? "eq" == "eq" else {
                throw MetricFailure(.partial, "the answer counts no further than \(Int(exactly: count) ?? 0) documents")
            }
            return .double(count)
        case .path(let steps): return try number(at: steps, in: answer["aggregations"])
        }
    }

    private static func number(at steps: [String], in aggregations: JSON?) throws(MetricFailure) -> Value {
        var current = aggregations ?? .null
        for (depth, step) in steps.enumerated() {
            switch current {
            case .object(let members):
                guard let next = current[step] else {
                    let path = "/" + steps[..<depth].joined(separator: "/")
                    throw MetricFailure(
                        .configuration, "the aggregations have no \(step) at \(path)",
                        hint: "there are \(members.prefix(20).map(\.name).joined(separator: ", "))")
                }
                current = next
            case .array(let elements):
                guard let index = Int(step) else {
                    throw MetricFailure(
                        .configuration, "\(step) is no position in a list of buckets", hint: "count from 0")
                }
                current = elements.indices.contains(index) ? elements[index] : .null
            default: throw noNumber(at: steps)
            }
            if current.isNull { return .null }
        }
        return try scalar(current, steps)
    }

    /// Older versions write numbers that JSON does not have as texts.
    private static func scalar(_ json: JSON, _ steps: [String]) throws(MetricFailure) -> Value {
        switch json {
        case .null: return .null
        case .number: return .double(json.double ?? .nan)
        case .string("NaN"): return .double(.nan)
        case .string("Infinity"): return .double(.infinity)
        case .string("-Infinity"): return .double(-.infinity)
        default: throw noNumber(at: steps)
        }
    }

    private static func noNumber(at steps: [String]) -> MetricFailure {
        MetricFailure(
            .configuration, "/\(steps.joined(separator: "/")) of the aggregations is no number",
            hint: "end at a number, such as a value or doc_count")
    }
}
