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
        return (kind, fields.finish())
    }

    private static func unknown(_ kind: String) -> TemplateError {
        TemplateError(
            "the provider \(kind) is not supported", at: "provider",
            hint: "metrics can be read from \(names.joined(separator: ", "))")
    }
}
