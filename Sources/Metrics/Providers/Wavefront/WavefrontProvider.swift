import Analysis
import HTTP
import Rollouts

/// Wavefront, also sold as VMware Aria Operations for Applications, with the fields that Argo Rollouts has for it.
struct WavefrontProvider: ProviderKind {
    static let name = "wavefront"

    private let query: String
    private let window: Duration
    private let granularity: WavefrontGranularity
    private let summarization: String?
    private var endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        query = fields.requiredText("query", hint: "write a query, such as sum(rate(ts(\"requests.errors\")))")
        window = fields.span("window", default: interval > .zero ? interval : .seconds(60))
        let words = WavefrontGranularity.allCases.map(\.rawValue)
        granularity =
            fields.word("granularity", of: words).flatMap(WavefrontGranularity.init)
            ?? (window < .seconds(60) ? .second : .minute)
        summarization = fields.word(
            "summarization", of: ["MEAN", "MEDIAN", "MIN", "MAX", "SUM", "COUNT", "LAST", "FIRST"])
        endpoint = ServiceEndpoint(&fields, takesHosts: true)
        endpoint.refusePaths(["/api/v2/chart/api", "/api/v2", "/api"], &fields, added: "/api/v2/chart/api")
        endpoint.headers += credentials(&fields)
        if !query.isEmpty { Self.check(query, &fields) }
        if granularity.length > window {
            fields.refuse("granularity", "is longer than the window", hint: "windows would be without any whole point")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        WavefrontSource(
            query: query, window: window, granularity: granularity, summarization: summarization, endpoint: endpoint,
            connection: connection)
    }

    private static func check(_ query: String, _ fields: inout ProviderFields) {
        let text = QueryText(query)
        guard fields.checkText(text, at: "query") else { return }
        if let range = query.firstRange(of: "${") {
            // Wavefront fills it in in texts, too.
            let variable = query[range.lowerBound...].prefix { $0 != "}" } + "}"
            fields.refuse(
                "query", "\(variable) is a variable of a dashboard",
                hint: "write its value, or an argument {{args.name}}")
        } else if !text.code.contains("("), Double(query) == nil {
            fields.refuse("query", "the query reads no series", hint: "write the metric's name as ts(\"\(query)\")")
        } else if let name = nakedMetric(text.code) {
            fields.refuse("query", "the query reads no series", hint: "write the metric's name as ts(\"\(name)\")")
        } else if text.code.filter({ !$0.isWhitespace }).contains("ts()") {
            fields.refuse("query", "ts() names no metric", hint: "write ts(\"requests.errors\", env=\"prod\")")
        }
    }

    /// What gives series.
    private static let sources = ["ts", "hs", "cs", "events", "traces", "spans"]

    /// A metric's name, which has a dot, in a query that asks for no series; PromQL, which Wavefront reads too, has no dots.
    private static func nakedMetric(_ code: String) -> Substring? {
        let words = code.split { !$0.isLetter && !$0.isNumber && !"._-~".contains($0) }
        let compact = code.filter { !$0.isWhitespace }
        guard !sources.contains(where: { compact.contains("\($0)(") }), !compact.contains("{") else { return nil }
        return words.first { $0.contains(".") && Double($0) == nil && $0.first?.isLetter == true }
    }

    /// The token of a mounted Secret; Argo Rollouts' Secret has one key for each address.
    private func credentials(_ fields: inout ProviderFields) -> [HTTPClient.Header] {
        let place = endpoint.place
        let token = fields.nested("secretRef") { secret in
            let name = secret.text("name") ?? "wavefront-api-tokens"
            return SecretReference(name: name, key: secret.text("key") ?? place).mark
        }
        return token.map { [HTTPClient.Header("Authorization", "Bearer \($0)")] } ?? []
    }
}

/// How wide the points of an answer are.
enum WavefrontGranularity: String, CaseIterable {
    case second = "s"
    case minute = "m"
    case hour = "h"

    var length: Duration {
        switch self {
        case .second: .seconds(1)
        case .minute: .seconds(60)
        case .hour: .seconds(3600)
        }
    }
}

/// Asks for the points of many windows at once, in spans short enough that none are made wider.
private struct WavefrontSource: MetricSource {
    let query: String
    let window: Duration
    let granularity: WavefrontGranularity
    let summarization: String?
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    /// Points of one question, beside those of a single window.
    private static let most = 500

    var traits: MetricTraits { MetricTraits(isRetroactive: true, place: endpoint.place) }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let patience = endpoint.patience
        var measurements: [Measurement] = []
        let parts = try WindowParts.parts(
            of: times, window: window, longest: granularity.length * Self.most, place: endpoint.place)
        for part in parts {
            let question = endpoint.question(.get, "/api/v2/chart/api", fields(part), within: patience)
            let series = try WavefrontAnswer.series(
                try await connection.response(to: question), usual: granularity.length, window: window)
            let windows = series.map { PointWindows($0, length: window) }
            measurements += part.times.map { time in
                let values = windows.compactMap { $0.points(until: time).last?.value }
                return Measurement(time: time, reading: Self.reading(values))
            }
        }
        return measurements
    }

    /// A point that ends in the first window may begin before it.
    private func fields(_ part: WindowParts.Part) -> [(String, String)] {
        let start = part.start - granularity.length
        let points = (part.end - start).milliseconds / granularity.length.milliseconds
        var fields = [
            ("n", "headgate"), ("q", query), ("s", "\(start.milliseconds)"), ("e", "\(part.end.milliseconds)"),
            ("g", granularity.rawValue), ("p", "\(2 * points + 10)"), ("i", "false"), ("strict", "true"),
            ("sorted", "true"), ("autoEvents", "false"),
        ]
        if let summarization { fields.append(("summarization", summarization)) }
        return fields
    }

    /// One series is a number, several are a list, as in Argo Rollouts.
    private static func reading(_ values: [Double]) -> Measurement.Reading {
        switch values.count {
        case 0: .absent
        case 1: .value(.double(values[0]))
        default: .value(.vector(values))
        }
    }
}
