package import Analysis
package import Rollouts

/// All kinds of providers, by the key that a template states.
package enum ProviderRegistry {
    static let kinds: [any ProviderKind.Type] = [
        CloudWatchProvider.self,
        DatadogProvider.self,
        DynatraceProvider.self,
        ElasticsearchProvider.self,
        ExternalMetricsProvider.self,
        GoogleCloudMonitoringProvider.self,
        GraphiteProvider.self,
        InfluxDBProvider.self,
        JobProvider.self,
        KayentaProvider.self,
        LokiProvider.self,
        NewRelicProvider.self,
        PrometheusProvider.self,
        SkyWalkingProvider.self,
        SplunkProvider.self,
        WavefrontProvider.self,
        WebProvider.self,
    ]

    package static var names: [String] { kinds.map { $0.name }.sorted() }

    /// Everything that is wrong with a provider as a template states it; nothing is asked.
    package static func problems(of provider: MetricProvider, interval: Duration) -> [TemplateError] {
        guard case .stated(let kind, let settings) = provider else { return [] }
        guard let type = type(of: kind) else { return [unknown(kind)] }
        return read(type, settings, interval).problems
    }

    /// Why a provider as a template states it cannot give what a judge needs; nil where it can, and where nobody knows it.
    package static func obstacle(
        to need: MetricNeed, of provider: MetricProvider, interval: Duration
    ) -> TemplateError? {
        guard case .stated(let kind, let settings) = provider, let type = type(of: kind) else { return nil }
        let (read, _) = read(type, settings, interval)
        func obstacle(_ message: String, _ hint: String?) -> TemplateError {
            TemplateError(message, at: "provider.\(kind)", hint: hint)
        }
        switch need {
        case .counts where !read.isRetroactive:
            return obstacle(
                "\(kind) knows only what is now, so that nothing can be counted over a time",
                read.hintForPast ?? "take the judge out, and judge its value by conditions")
        case .values where !read.isRetroactive:
            return obstacle(
                "\(kind) knows only what is now, so that nothing can be compared",
                read.hintForPast ?? "take the judge out, and judge its value by conditions")
        case .buckets where !read.hasCounters:
            return obstacle(
                "\(kind) has no counters here, and buckets are counters",
                read.isRetroactive
                    ? "state good and total: the requests within the bound, and all of them"
                    : "take the judge out, and judge its value by conditions")
        case .counts, .values, .buckets: return nil
        }
    }

    /// What answers for a metric.
    package static func source(
        _ provider: MetricProvider, interval: Duration, over connection: MetricConnection
    ) throws(MetricFailure) -> any MetricSource {
        guard case .stated(let kind, let settings) = provider else {
            throw MetricFailure(.configuration, "no provider specified")
        }
        guard let type = type(of: kind) else {
            let problem = unknown(kind)
            throw MetricFailure(.configuration, problem.message, hint: problem.hint)
        }
        let (read, problems) = read(type, settings, interval)
        if let problem = problems.first {
            throw MetricFailure(.configuration, "\(problem.path): \(problem.message)", hint: problem.hint)
        }
        return ConcealingSource(source: try read.source(connection))
    }

    private static func type(of kind: String) -> (any ProviderKind.Type)? {
        kinds.first { $0.name == kind || $0.aliases.contains(kind) }
    }

    private static func read(
        _ type: any ProviderKind.Type, _ settings: Value, _ interval: Duration
    ) -> (any ProviderKind, problems: [TemplateError]) {
        var fields = ProviderFields(settings, at: "provider.\(type.name)")
        let kind = type.init(&fields, interval: interval)
        for name in queries {
            guard case .string(let text)? = settings[name], SecretReference.occurs(in: text) else { continue }
            fields.refuse(name, "a secret may not stand in a query", hint: "send it in a header")
        }
        return (kind, fields.finish())
    }

    /// Fields whose text messages show.
    private static let queries = ["query", "mql", "filter", "formula"]

    private static func unknown(_ kind: String) -> TemplateError {
        TemplateError(
            "the provider \(kind) is not supported", at: "provider",
            hint: "metrics can be read from \(names.joined(separator: ", "))")
    }
}
