/// What a provider's measurement is, as far as that is known before one is made: the one place that says it for each kind.
enum ResultShape: Hashable, Sendable {
    case number
    /// A list of numbers, as an instant query of Prometheus gives it.
    case vector
    case numberOrVector
    /// A list of whatever the service has: numbers, texts, maps.
    case list
    case map
    /// A map, or a list of maps.
    case rows
    /// Whatever a service answers.
    case anything
    /// An end of its own instead of a value, for which conditions need not be stated.
    case phase

    /// A kind that is not known here gives anything; Flagger's names for kinds are known too.
    init(of provider: MetricProvider) {
        let settings = provider.settings ?? .map([])
        let query = settings["query"]?.text ?? ""
        let takes = settings["result"]?.text
        switch provider.kind?.lowercased() {
        case "prometheus":
            let hasScalars = settings["flavor"]?.text != "victoriametrics" && settings["rangeQuery"] == nil
            self = hasScalars && PromQLScan(query).isScalar ? .number : .vector
        case "googlecloudmonitoring", "stackdriver":
            self = PromQLScan(query).isScalar ? .number : .vector
        case "loki": self = .vector
        case "graphite": self = takes == "last" ? .number : .vector
        case "datadog": self = Self.isGrouped(settings) ? .numberOrVector : .number
        case "wavefront": self = .numberOrVector
        case "dynatrace": self = takes == "list" ? .vector : .number
        case "splunk", "externalmetrics": self = .number
        case "elasticsearch":
            if case .map? = settings["value"] { self = .map } else { self = .number }
        case "influxdb": self = takes == "first" ? .anything : .list
        case "cloudwatch": self = takes == "number" ? .number : .list
        case "newrelic": self = takes == "number" ? .number : NRQLShape.hasOneRow(query) ? .map : .rows
        case "skywalking": self = .map
        case "kayenta", "job": self = .phase
        default: self = .anything
        }
    }

    /// Datadog's queries `by {tag}` give the number of each group, and one alone where there is one.
    private static func isGrouped(_ settings: Value) -> Bool {
        var queries = [settings["query"]?.text ?? "", settings["formula"]?.text ?? ""]
        if case .map(let members)? = settings["queries"] { queries += members.compactMap(\.value.text) }
        return queries.contains { $0.contains("by {") || $0.contains("by{") }
    }

    /// What the result can be to the type checker; empty where nothing is known.
    var types: [StaticType] {
        switch self {
        case .number: [.float]
        case .vector: [.array(.float, of: .double)]
        case .numberOrVector: [.float, .array(.float, of: .double)]
        case .list: [.anyList, .array(.float, of: .double)]
        case .map: [.map]
        case .rows: [.map, .anyList]
        case .anything, .phase: []
        }
    }

    /// The shape in the words of a message.
    var description: String {
        switch self {
        case .number: "a number"
        case .vector: "a list of numbers"
        case .numberOrVector: "a number or a list of numbers"
        case .list: "a list"
        case .map: "a map"
        case .rows: "a map or a list of maps"
        case .anything, .phase: "anything"
        }
    }

    /// What the backend gives where there is nothing: Argo's own values, and the empty list that this program makes of it.
    var absentResults: [Value] {
        let vectors: [Value] = [.vector([]), .vector([.nan])]
        return switch self {
        case .number: [.double(.nan), .nilPointer, .null, .vector([])]
        case .vector, .list: vectors
        case .numberOrVector: [.double(.nan)] + vectors
        case .map, .rows: [.null, .vector([])]
        case .anything, .phase: [.double(.nan), .null] + vectors
        }
    }

    /// True where a value of that form can come.
    func allows(_ value: Value) -> Bool {
        switch (self, value) {
        case (.anything, _), (.phase, _), (_, .null): true
        case (.number, .double), (.number, .nilPointer), (.numberOrVector, .double): true
        case (.vector, .array(_, of: .double)), (.numberOrVector, .array(_, of: .double)): true
        case (.list, .array), (.rows, .array), (.map, .map), (.rows, .map): true
        default: false
        }
    }
}

extension Value {
    /// The text of a string.
    var text: String? { if case .string(let text) = self { text } else { nil } }
}
