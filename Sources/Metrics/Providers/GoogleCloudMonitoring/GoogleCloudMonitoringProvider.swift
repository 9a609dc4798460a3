internal import Analysis
internal import HTTP
internal import Rollouts

/// Google Cloud Monitoring, which can be asked in three ways: PromQL, a filter of time series, and the old MQL.
///
/// The measurement is a vector with one number for each time series; a scalar of PromQL is a number.
struct GoogleCloudMonitoringProvider: ProviderKind {
    static let name = "googleCloudMonitoring"
    /// What Flagger calls it.
    static let aliases = ["stackdriver"]

    private enum Way {
        case promQL(String, isScalar: Bool)
        case list(TimeSeriesFilter)
        case mql(String)
        case none
    }

    private let way: Way
    private let project: String
    private let location: String
    private let address: String
    /// What a measurement looks at.
    private let window: Duration
    private let interval: Duration
    private let timeout: Duration
    private let secret: String?

    /// How long Google takes until a value can be read: "not visible for up to 240 seconds", as its lists of metrics say.
    private static let delay = Duration.seconds(240)

    init(_ fields: inout ProviderFields, interval: Duration) {
        self.interval = interval
        project = fields.requiredText("project", hint: "write the project's id, such as shop-production")
        if project.contains(where: { $0 == "/" || $0.isWhitespace }) {
            fields.refuse("project", "\"\(project)\" is no project", hint: "write the id alone, without projects/")
        }
        location = fields.text("location") ?? "global"
        address = fields.address("address", default: "https://monitoring.googleapis.com")
        timeout = fields.seconds("timeout", default: .seconds(30))
        secret =
            fields.nested("secretRef") { $0.requiredText("name", hint: "write the Secret's name") }
        let stated = fields.text("interval") == nil ? nil : Optional(fields.span("interval", default: .seconds(300)))
        way = Self.way(&fields)
        if case .list(let filter) = way, let period = filter.alignmentPeriod, let stated, stated < period {
            fields.refuse("interval", "is shorter than alignmentPeriod", hint: "leave it out: one period is looked at")
        }
        if case .list(let filter) = way {
            window = stated ?? filter.alignmentPeriod ?? .seconds(300)
        } else {
            window = stated ?? .seconds(300)
        }
    }

    var hasCounters: Bool {
        guard case .promQL = way else { return false }
        return true
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: address)?.host ?? address
        var traits = MetricTraits(isRetroactive: true, delay: Self.delay, place: place)
        var question = Question(.get, "\(address)/v3/projects/\(project)/timeSeries")
        question.authentication = secret.map { .google(secret: $0) }
        question.deadline = timeout
        switch way {
        case .promQL(let query, let isScalar):
            let base = "\(address)/v1/projects/\(project)/location/\(location)/prometheus"
            var settings = PrometheusStore.Settings(url: base)
            settings.deadline = timeout
            settings.authentication = question.authentication
            traits.hasCounters = hasCounters
            return PrometheusSource(
                query, in: PrometheusStore(settings, over: connection), isScalar: isScalar, step: interval,
                traits: traits)
        case .list(let filter):
            let asking = GoogleTimeSeries(question: question, connection: connection)
            return filter.source(over: asking, window: window, interval: interval, traits: traits)
        case .mql(let query):
            let asking = GoogleTimeSeries(question: question, connection: connection)
            return PerTimeSource(traits) { time async throws(MetricFailure) in
                let series = try await asking.query(MQLText.within(query, from: time - window, to: time))
                let numbers = series.compactMap(\.points.last?.value)
                return numbers.isEmpty ? .absent : .value(.vector(numbers))
            }
        case .none: throw MetricFailure(.configuration, "there is nothing to ask Google Cloud Monitoring for")
        }
    }

    // MARK: Reading

    private static func way(_ fields: inout ProviderFields) -> Way {
        let query = fields.text("query")
        let mql = fields.text("mql")
        let filter = TimeSeriesFilter(&fields)
        let stated = [query != nil ? "query" : nil, filter != nil ? "filter" : nil, mql != nil ? "mql" : nil]
            .compactMap(\.self)
        guard stated.count == 1 else {
            let ways = "query has PromQL, filter a filter of time series, mql the old query language"
            if stated.isEmpty {
                fields.refuse("query", "query is missing", hint: ways)
            } else {
                fields.refuse("", "has \(stated.joined(separator: " and "))", hint: "state one: \(ways)")
            }
            return .none
        }
        if let query {
            let text = PromQLText(query)
            if let problem = text.problem { fields.refuse("query", problem.message, hint: problem.hint) }
            return .promQL(query, isScalar: text.isScalar)
        }
        if let mql {
            if let problem = MQLText.problem(of: mql) { fields.refuse("mql", problem.message, hint: problem.hint) }
            return .mql(mql)
        }
        return filter.map(Way.list) ?? .none
    }
}

/// A query of the Monitoring Query Language, which states its own range of time.
enum MQLText {
    static func problem(of query: String) -> (message: String, hint: String)? {
        if query.contains("{{") {
            return ("an argument is not filled in", "declare it under args, and write {{args.name}}")
        }
        if let problem = QueryText(query).problem { return problem }
        if words(query).contains("within") {
            return ("the query has a range of time of its own", "leave | within … out, and state interval")
        }
        if !words(query).contains("fetch"), !query.contains("::") {
            return ("the query fetches nothing", "begin with fetch; PromQL goes below query")
        }
        return nil
    }

    /// The query about the time between two ends.
    ///
    /// By https://cloud.google.com/monitoring/mql/reference#within-tabop
    static func within(_ query: String, from start: Timestamp, to end: Timestamp) -> String {
        "\(query)\n| within \(date(start)), \(date(end))"
    }

    /// `d'2023/11/14-22:14:00'`, in UTC.
    private static func date(_ time: Timestamp) -> String {
        let whole = Timestamp(milliseconds: time.milliseconds - time.milliseconds % 1000)
        let text = whole.rfc3339.dropLast().replacing("-", with: "/").replacing("T", with: "-")
        return "d'\(text)'"
    }

    /// The words outside of texts.
    private static func words(_ query: String) -> Set<String> {
        let parts = query.split(omittingEmptySubsequences: false) { $0 == "'" || $0 == "\"" }
        let plain = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: " ")
        return Set(plain.split { !$0.isLetter && $0 != "_" }.map(String.init))
    }
}
