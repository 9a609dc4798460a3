internal import Analysis
internal import HTTP
internal import Rollouts

/// Graphite's render API, with the fields that Argo Rollouts has for it; `secretRef` and `result` are there for
/// Flagger's templates.
struct GraphiteProvider: ProviderKind {
    static let name = "graphite"

    private let address: String
    private let query: GraphiteQuery
    private let headers: [HTTPClient.Header]
    private let authentication: Question.Authentication?
    private let skipsVerification: Bool
    private let takesLast: Bool
    private let timeout: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        address = fields.address("address")
        query = GraphiteQuery(&fields)
        skipsVerification = fields.flag("insecure")
        timeout = fields.seconds("timeout", default: .seconds(30))
        takesLast = fields.word("result", of: ["points", "last"]) == "last"
        headers = fields.headers()
        authentication = fields.nested("secretRef") { secret in
            .secret(secret.requiredText("name", hint: "write the name of the Secret with username and password"))
        }
        if address.hasSuffix("/render") {
            fields.refuse("address", "the path is added", hint: "write \(address.dropLast("/render".count))")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: address)?.host ?? address
        let traits = MetricTraits(isRetroactive: true, delay: .seconds(120), place: place)
        let range = GraphiteSource(
            traits: traits, address: address, query: query, headers: headers, authentication: authentication,
            skipsVerification: skipsVerification,
            takesLast: takesLast,
            timeout: timeout, connection: connection)
        guard query.looksAtWholeSpan else { return range }
        return PerTimeSource(traits) { time throws(MetricFailure) in try await range.window(at: time) }
    }
}
