/// A template's backend as analysis templates state it, so that each service is asked in one way.
extension FlaggerMetricTemplate {
    /// What the template asks, with the query filled in.
    ///
    /// - Parameter interval: the metric's. Where Flagger reads it as a duration, it looks back over ten of them and takes
    ///   one point of that time.
    package func provider(asking query: String, over interval: String) throws(TemplateError) -> MetricProvider {
        let provider = spec.provider
        let window = provider.type.needsInterval ? try Self.duration(interval) : nil
        do throws(TemplateError) {
            return .stated(
                kind: provider.type.key, settings: .map(try settings(of: provider, asking: query, window)))
        } catch {
            throw error.at("spec.provider")
        }
    }

    private func settings(
        of provider: FlaggerProvider, asking query: String, _ window: Duration?
    ) throws(TemplateError) -> [Value.Member] {
        let address = Self.text("address", provider.address)
        let lookBack = window.map { [Value.Member("window", .string(Self.text($0 * 10)))] } ?? []
        let asked = [Value.Member("query", .string(query))]
        let secret = provider.secret()
        let insecure = provider.insecureSkipVerify == true ? [Value.Member("insecure", .bool(true))] : []
        switch provider.type {
        case .prometheus: return asked + address + provider.headerList + secret + insecure
        case .graphite: return asked + address + [.init("result", .string("last"))] + secret + insecure
        case .dynatrace: return asked + address + [.init("result", .string("list"))] + lookBack + secret + insecure
        case .splunk: return asked + address + lookBack + secret + insecure
        case .externalmetrics: return asked + address + secret + insecure
        case .datadog:
            return asked + address + [.init("point", .string("oldest"))] + Self.renamed(lookBack, "interval")
                + provider.secret(keys: [("apiKey", 0), ("appKey", 1)])
        case .cloudwatch:
            return asked + address + Self.text("region", provider.region) + [.init("result", .string("number"))]
                + Self.renamed(lookBack, "interval")
        case .newrelic: return asked + newRelic(provider, window)
        case .influxdb:
            return asked + address + [.init("result", .string("first"))] + (try influxDB(provider)) + insecure
        case .stackdriver: return address + secret + (try googleCloudMonitoring(asking: query))
        case .keptn:
            throw TemplateError(
                "Keptn's metrics are not supported", at: "type",
                hint: "ask what the KeptnMetric asks, such as its Prometheus, with provider.type: prometheus")
        }
    }

    // MARK: Services

    /// The Insights API, which Flagger asks, has a host for each region; NerdGraph has others.
    private func newRelic(_ provider: FlaggerProvider, _ window: Duration?) -> [Value.Member] {
        var members = [Value.Member("result", .string("number"))]
        // Flagger adds a SINCE of the interval itself.
        if let window { members.append(.init("window", .string(Self.text(window)))) }
        if let secret = provider.secretRef?.name {
            let keys = FlaggerProvider.Kind.newrelic.secretKeys
            members += [
                .init("profile", .string(secret)),
                .init(
                    "secretKeys",
                    .map([.init("accountId", .string(keys[0])), .init("apiKey", .string(keys[1]))])),
            ]
        }
        let address = provider.address ?? ""
        if address.contains("insights-api.eu.") { return members + [.init("region", .string("EU"))] }
        return address.contains("insights-api.") ? members : members + Self.text("address", address)
    }

    private func influxDB(_ provider: FlaggerProvider) throws(TemplateError) -> [Value.Member] {
        guard let organization = metadata.annotations?[Self.organization] else {
            throw TemplateError(
                "the organization stands in the Secret alone, and has to be known without it", at: "secretRef",
                hint: "add the annotation \(Self.organization): NAME to the template")
        }
        let secret = provider.secretRef.map { secret in
            [
                Value.Member("profile", .string(secret.name)),
                .init("secretKeys", .map([.init("token", .string(FlaggerProvider.Kind.influxdb.secretKeys[0]))])),
            ]
        }
        return [.init("org", .string(organization))] + (secret ?? [])
    }

    private func googleCloudMonitoring(asking query: String) throws(TemplateError) -> [Value.Member] {
        guard let project = metadata.annotations?[Self.project] else {
            throw TemplateError(
                "the project stands in the Secret alone, and has to be known without it", at: "secretRef",
                hint: "add the annotation \(Self.project): ID to the template")
        }
        let (mql, window) = Self.withoutRange(query)
        return [.init("mql", .string(mql)), .init("project", .string(project))] + Self.text("interval", window)
    }

    /// MQL without its `| within 5m`, whose length is the window of each measurement.
    ///
    /// Another range of time stays where it is, and is found by whoever reads the provider's settings.
    static func withoutRange(_ query: String) -> (mql: String, window: String?) {
        var window: String?
        let parts = query.split(separator: "|", omittingEmptySubsequences: false).filter { part in
            let words = part.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[0] == "within", window == nil, (try? duration(String(words[1]))) != nil
            else { return true }
            window = String(words[1])
            return false
        }
        return window == nil ? (query, nil) : (parts.joined(separator: "|"), window)
    }

    // MARK: Texts

    private static func text(_ name: String, _ text: String?) -> [Value.Member] {
        text.flatMap { $0.isEmpty ? nil : [Value.Member(name, .string($0))] } ?? []
    }

    private static func renamed(_ members: [Value.Member], _ name: String) -> [Value.Member] {
        members.map { .init(name, $0.value) }
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    /// Longer windows than a year are those of nobody.
    private static func duration(_ interval: String) throws(TemplateError) -> Duration {
        let duration = try GoDuration(parsing: interval).duration
        guard duration > .zero, duration <= .seconds(31_536_000) else {
            throw TemplateError("\"\(interval)\" is no interval of a metric", at: "interval", hint: "such as 1m")
        }
        return duration
    }
}

extension FlaggerProvider {
    /// The reference to the Secret; where the settings name its keys, by their places among Flagger's.
    fileprivate func secret(keys: [(name: String, index: Int)] = []) -> [Value.Member] {
        guard let secretRef else { return [] }
        let names = keys.map { Value.Member($0.name, .string(type.secretKeys[$0.index])) }
        return [.init("secretRef", .map([.init("name", .string(secretRef.name))] + names))]
    }

    fileprivate var headerList: [Value.Member] {
        let list = (headers ?? [:]).sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { Value.map([.init("key", .string(name)), .init("value", .string($0))]) }
        }
        return list.isEmpty ? [] : [.init("headers", .array(list, of: .any))]
    }
}

extension FlaggerProvider.Kind {
    /// The key by which analysis templates state the service.
    package var key: String {
        switch self {
        case .prometheus, .influxdb, .datadog, .graphite, .dynatrace, .keptn, .splunk: rawValue
        case .externalmetrics: "externalMetrics"
        case .stackdriver: "googleCloudMonitoring"
        case .cloudwatch: "cloudWatch"
        case .newrelic: "newRelic"
        }
    }
}
