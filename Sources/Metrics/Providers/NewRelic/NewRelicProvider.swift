internal import Analysis
internal import HTTP
internal import Rollouts

/// New Relic by its GraphQL API, with the fields that Argo Rollouts has for it; `window` and `result` are there for
/// Flagger's templates.
struct NewRelicProvider: ProviderKind {
    static let name = "newRelic"

    private let address: String
    /// The account's number as the body has it: digits, or the mark of a secret.
    private let account: String
    private let headers: [HTTPClient.Header]
    private let times: NRQLTimes
    private let takesNumber: Bool
    private let timeout: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        timeout = fields.seconds("timeout", default: .seconds(30))
        takesNumber = fields.word("result", of: ["rows", "number"]) == "number"
        address = Self.address(&fields)
        let query = fields.requiredText("query", hint: "write the NRQL query")
        let isWindowStated = fields.value("window") != nil
        times = NRQLTimes(query, window: fields.span("window", default: .seconds(3600)))
        (account, headers) = Self.credentials(&fields)
        if !query.isEmpty {
            Self.check(times, isWindowStated, &fields)
            NRQLQuery.check(query, takesNumber: takesNumber, &fields)
        }
    }

    var isRetroactive: Bool { times.isRetroactive }
    var hintForPast: String? { "count back from now, as in SINCE 5 minutes ago, and not from a day of the calendar" }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: address)?.host ?? address
        return NewRelicSource(
            traits: MetricTraits(
                isRetroactive: isRetroactive, delay: .seconds(120), place: place, mostTimes: NewRelicSource.most),
            address: address, account: account, headers: headers, times: times, takesNumber: takesNumber,
            timeout: timeout, connection: connection)
    }

    // MARK: Settings

    private static func address(_ fields: inout ProviderFields) -> String {
        let region = fields.word("region", of: ["US", "EU"])
        let usual = region == "EU" ? "https://api.eu.newrelic.com/graphql" : "https://api.newrelic.com/graphql"
        let address = fields.address("address", default: usual)
        if region != nil, fields.text("address") != nil {
            fields.refuse("region", "state one of address and region")
        }
        let host = HTTPClient.Request.origin(of: address)?.host ?? ""
        if host.hasPrefix("one.") || host.hasPrefix("insights-api.") {
            fields.refuse(
                "address", "\(host) has no NerdGraph",
                hint: "leave address out, and state region: EU where that is yours")
        }
        return address
    }

    /// Account and key of the Secret that `profile` names, `newrelic` as in Argo Rollouts; where the account is stated
    /// without a profile, the key is the deployment's.
    private static func credentials(_ fields: inout ProviderFields) -> (String, [HTTPClient.Header]) {
        let profile = fields.text("profile")
        let stated = fields.whole("accountId")
        let keys = fields.nested("secretKeys") { keys in (keys.text("accountId"), keys.text("apiKey")) }
        if let stated, stated <= 0 { fields.refuse("accountId", "\(stated) is no account") }
        let secret = profile ?? (stated == nil ? "newrelic" : nil)
        let accountMark = secret.map { SecretReference(name: $0, key: keys?.0 ?? "account-id").mark }
        let account = stated.map(String.init) ?? accountMark ?? ""
        let headers = secret.map { name in
            [HTTPClient.Header("API-Key", SecretReference(name: name, key: keys?.1 ?? "personal-api-key").mark)]
        }
        return (account, headers ?? [])
    }

    private static func check(_ times: NRQLTimes, _ isWindowStated: Bool, _ fields: inout ProviderFields) {
        if times.isFixed {
            fields.refuse(
                "query", "SINCE and UNTIL always ask about the same time",
                hint: "write SINCE 5 minutes ago, or leave them out and state a window")
        }
        if isWindowStated, times.hasStart {
            fields.refuse("window", "the query has its own SINCE", hint: "state one of them")
        }
    }
}
