import Analysis
import HTTP
import Rollouts

/// What a GraphQL answer means.
enum SkyWalkingAnswer {
    /// All of `data`, out of which the condition picks.
    static func reading(_ response: HTTPClient.Response) throws(MetricFailure) -> Measurement.Reading {
        let json = try ServiceAnswer.json(response)
        let data = json["data"]
        let hasData = data?.members?.contains { !$0.value.isNull } ?? false
        if let errors = json["errors"]?.array, !errors.isEmpty { throw failure(errors, hasData: hasData) }
        guard let data else {
            throw MetricFailure(.garbage, "the answer is not one of SkyWalking", hint: "check the address and its port")
        }
        return hasData ? .value(Value(data)) : .absent
    }

    private static func failure(_ errors: [JSON], hasData: Bool) -> MetricFailure {
        let words = ServiceAnswer.line(errors.compactMap { $0["message"]?.string }.joined(separator: "; "))
        if hasData { return MetricFailure(.partial, "a part of the query failed: \(words)") }
        // The storage behind the service may be away; a query that is wrong fails before anything is fetched.
        let isFetching = errors.contains { error in
            error["extensions"]?["classification"]?.string == "DataFetchingException"
                || error["message"]?.string?.hasPrefix("Exception while fetching data") == true
        }
        return MetricFailure(isFetching ? .unavailable : .configuration, "the query failed: \(words)")
    }
}
