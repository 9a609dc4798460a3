import Analysis
import HTTP
import Rollouts

/// Splunk Observability Cloud, which was SignalFx: runs a SignalFlow program over the past.
struct SplunkProvider: ProviderKind {
    static let name = "splunk"

    private let program: String
    private let window: Duration
    private let resolution: Duration
    private var endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        program = fields.requiredText(
            "query", hint: "write a SignalFlow program, such as data('errors').sum().publish()")
        window = fields.span("window", default: interval > .zero ? interval : .seconds(60))
        resolution = fields.span("resolution", default: min(window, .seconds(10)))
        let realm = fields.text("realm")
        endpoint = ServiceEndpoint(&fields, address: realm.map { "https://stream.\($0).signalfx.com" })
        endpoint.address = Self.streaming(endpoint.address)
        endpoint.headers += Self.credentials(&fields)
        if let (message, hint) = SignalFlowProgram.mistake(in: program) { fields.refuse("query", message, hint: hint) }
        checkPlace(realm: realm, &fields)
        if resolution < .seconds(1) {
            fields.refuse("resolution", "is finer than a second", hint: "one second is the finest there is")
        } else if resolution > window {
            fields.refuse("resolution", "is longer than the window", hint: "windows would be without any point")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        SplunkSource(
            program: program, window: window, resolution: resolution, endpoint: endpoint, connection: connection)
    }

    /// The token of a mounted Secret, whose key Flagger calls `sf_token_key`.
    private static func credentials(_ fields: inout ProviderFields) -> [HTTPClient.Header] {
        let token = fields.nested("secretRef") { secret in
            let name = secret.requiredText("name", hint: "write the name of the Secret with the token")
            return SecretReference(name: name, key: secret.text("key") ?? "sf_token_key").mark
        }
        return token.map { [HTTPClient.Header("X-SF-TOKEN", $0)] } ?? []
    }

    private func checkPlace(realm: String?, _ fields: inout ProviderFields) {
        endpoint.refusePaths(
            ["/v2/signalflow", "/v2/signalflow/execute"], &fields, added: "/v2/signalflow/execute")
        if let realm {
            if fields.text("address") != nil {
                fields.refuse("realm", "the address is stated too", hint: "keep one of them")
            } else if !realm.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber) }) {
                fields.refuse("realm", "\"\(realm)\" is no realm", hint: "write its short name, such as us1 or eu0")
            }
        }
        let host = endpoint.place
        if let wrong = ["app.", "ingest."].first(where: host.hasPrefix) {
            fields.refuse(
                "address", "\(host) does not run SignalFlow",
                hint: "write https://stream.\(host.dropFirst(wrong.count)), or realm")
        }
    }

    /// Flagger's templates name the host of the other API of the same realm.
    private static func streaming(_ address: String) -> String {
        address.hasPrefix("https://api.") ? "https://stream.\(address.dropFirst(12))" : address
    }
}

/// Runs the program over the whole grid at once, in parts where it is long.
private struct SplunkSource: MetricSource {
    let program: String
    let window: Duration
    let resolution: Duration
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    /// Points of one run.
    private static let most: Int64 = 3000
    private static let mostParts: Int64 = 100

    var traits: MetricTraits { MetricTraits(isRetroactive: true, place: endpoint.place) }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        guard let first = times.first, let last = times.last else { return [] }
        let patience = endpoint.patience
        var stream = SignalFlowStream(window: window)
        var start = first - window
        guard last - start <= .milliseconds(resolution.milliseconds * Self.most * Self.mostParts) else {
            throw MetricFailure(
                .configuration, "the range has more than \(Self.most * Self.mostParts) points",
                hint: "state a coarser resolution")
        }
        while start < last {
            let stop = min(last, start + .milliseconds(resolution.milliseconds * Self.most))
            var question = endpoint.question(.post, "/v2/signalflow/execute", fields(start, stop), within: patience)
            question.headers =
                endpoint.headers + [
                    HTTPClient.Header("Content-Type", "text/plain"), HTTPClient.Header("Accept", "text/event-stream"),
                ]
            question.body = program
            try stream.read(try await connection.answer(to: question))
            start = stop
        }
        return PointWindows(stream.points, length: window).measurements(at: times) { .double($0.last?.value ?? .nan) }
    }

    /// The stop is not part of a run, so that it lies one step further.
    private func fields(_ start: Timestamp, _ stop: Timestamp) -> [(String, String)] {
        [
            ("start", "\(start.milliseconds)"), ("stop", "\((stop + resolution).milliseconds)"),
            ("resolution", "\(resolution.milliseconds)"), ("immediate", "true"),
        ]
    }
}
