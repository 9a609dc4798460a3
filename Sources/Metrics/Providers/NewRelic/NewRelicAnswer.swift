internal import Analysis
internal import Rollouts

/// The JSON of NerdGraph's answers, whose status is 200 whether or not there is an error.
enum NewRelicAnswer {
    /// The rows of each alias.
    static func rows(_ json: JSON, count: Int) throws(MetricFailure) -> [[JSON]] {
        let account = json["data"]?["actor"]?["account"]
        let rows = (0..<count).map { account?["t\($0)"]?["results"]?.array }
        if let errors = json["errors"]?.array, !errors.isEmpty { throw failure(errors, isPartial: !rows.contains(nil)) }
        var complete: [[JSON]] = []
        for rows in rows {
            guard let rows else {
                throw MetricFailure(
                    .garbage, "the answer has no results",
                    hint: "check the address; another service than NerdGraph may answer there")
            }
            complete.append(rows)
        }
        return complete
    }

    /// Argo Rollouts' value: the row where there is one, else the list of rows.
    static func reading(_ rows: [JSON]) -> Measurement.Reading {
        guard let first = rows.first, first.members?.isEmpty != true else { return .absent }
        return .value(rows.count == 1 ? Value(first) : .array(rows.map { Value($0) }, of: .any))
    }

    /// Flagger's value: the number of the only row, by the name `result` where it has that.
    static func number(_ rows: [JSON]) throws(MetricFailure) -> Measurement.Reading {
        guard let row = rows.first else { return .absent }
        guard rows.count == 1 else {
            throw MetricFailure(
                .configuration, "the query gives \(rows.count) rows, not one number",
                hint: "leave out FACET and TIMESERIES, or result: number")
        }
        let members = row.members ?? []
        let number = row["result"]?.double ?? members.lazy.compactMap(\.value.double).first
        return number.map { .value(.double($0)) } ?? .absent
    }

    // MARK: Failures

    /// What passes by itself; other errors are of the query, the account or the key.
    private static let passing = ["TIMEOUT", "SERVER_ERROR", "TOO_MANY_REQUESTS", "SERVICE_UNAVAILABLE", "RATE_LIMIT"]

    private static func failure(_ errors: [JSON], isPartial: Bool) -> MetricFailure {
        let words = ServiceAnswer.line(errors.compactMap { $0["message"]?.string }.joined(separator: "; "))
        let classes = errors.map { $0["extensions"]?["errorClass"]?.string?.uppercased() ?? "" }
        if classes.contains(where: { name in passing.contains { name.contains($0) } }) {
            return MetricFailure(.unavailable, "the query was not answered: \(words)")
        }
        if isPartial { return MetricFailure(.partial, "the answer may be incomplete: \(words)") }
        return MetricFailure(
            .configuration, "the query was refused: \(words)",
            hint: "try it in the query builder, and check the account, the region and the key")
    }
}
