/// The backend of a Flagger `MetricTemplate`.
package struct FlaggerProvider: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
        case prometheus, influxdb, datadog, externalmetrics, stackdriver, cloudwatch, newrelic, graphite, dynatrace
        case keptn, splunk
    }

    package struct SecretReference: Codable, Hashable, Sendable {
        package var name: String

        package init(name: String) {
            self.name = name
        }
    }

    package var type: Kind
    package var address: String?
    /// Sent to Prometheus only.
    package var headers: [String: [String]]?
    /// A Secret in the template's namespace.
    package var secretRef: SecretReference?
    package var region: String?
    package var insecureSkipVerify: Bool?

    package init(
        type: Kind, address: String? = nil, headers: [String: [String]]? = nil, secretRef: SecretReference? = nil,
        region: String? = nil, insecureSkipVerify: Bool? = nil
    ) {
        self.type = type
        self.address = address
        self.headers = headers
        self.secretRef = secretRef
        self.region = region
        self.insecureSkipVerify = insecureSkipVerify
    }

    func findings() -> [TemplateError] {
        var findings: [TemplateError] = []
        if type.needsAddress, (address ?? "").isEmpty {
            findings.append(TemplateError("\(type.rawValue) needs an address", at: "address"))
        }
        if type == .cloudwatch, (region ?? "").isEmpty {
            findings.append(TemplateError("cloudwatch needs a region", at: "region", hint: "such as eu-west-1"))
        }
        if type.needsSecret, secretRef == nil {
            let keys = type.secretKeys.joined(separator: " and ")
            findings.append(
                TemplateError("\(type.rawValue) needs a secret", at: "secretRef", hint: "with the keys \(keys)"))
        }
        if type != .prometheus, headers?.isEmpty == false {
            findings.append(
                TemplateError("Flagger sends headers to prometheus only, not to \(type.rawValue)", at: "headers"))
        }
        return findings
    }
}

extension FlaggerProvider.Kind {
    /// Whether Flagger reads the metric's interval as a duration and refuses a metric without one.
    package var needsInterval: Bool {
        switch self {
        case .datadog, .cloudwatch, .newrelic, .dynatrace, .splunk: true
        case .prometheus, .influxdb, .externalmetrics, .stackdriver, .graphite, .keptn: false
        }
    }

    /// Which of the series that a query has at one moment counts.
    package var series: FlaggerSeriesRule {
        switch self {
        case .prometheus, .dynatrace, .graphite: .last
        case .newrelic, .splunk: .only
        case .influxdb, .datadog, .externalmetrics, .stackdriver, .cloudwatch, .keptn: .first
        }
    }

    /// What Flagger takes for the value of an answer without any; nil where such a check fails.
    package var valueOfNothing: Double? { self == .influxdb ? 0 : nil }

    /// The keys of the Secret, by which the backend is authenticated to.
    package var secretKeys: [String] {
        switch self {
        case .datadog: ["datadog_api_key", "datadog_application_key"]
        case .newrelic: ["newrelic_account_id", "newrelic_query_key"]
        case .graphite: ["username", "password"]
        case .influxdb: ["token", "org"]
        case .stackdriver: ["project", "serviceAccountKey"]
        case .dynatrace: ["dynatrace_token"]
        case .splunk: ["sf_token_key"]
        case .prometheus, .externalmetrics: ["token"]
        case .cloudwatch, .keptn: []
        }
    }

    fileprivate var needsAddress: Bool {
        switch self {
        case .prometheus, .influxdb, .graphite, .dynatrace, .splunk: true
        case .datadog, .stackdriver, .cloudwatch, .newrelic, .keptn, .externalmetrics: false
        }
    }

    fileprivate var needsSecret: Bool {
        switch self {
        case .datadog, .newrelic, .stackdriver, .dynatrace, .splunk: true
        case .prometheus, .influxdb, .externalmetrics, .cloudwatch, .graphite, .keptn: false
        }
    }
}
