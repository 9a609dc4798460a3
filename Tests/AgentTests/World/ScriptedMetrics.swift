import Agent
import Analysis
import Rollouts
import Synchronization

/// A store with the counters of applications that answer forty requests a second each, as badly as the test says.
final class ScriptedMetrics: SeriesStore {
    private static let beginning = 1_795_000_000.0

    private struct Script {
        var errors: [String: (share: Double, since: Double)] = [:]
        var isDown = false
        var isRefused = false
        var slow: Set<String> = []
        var queries = 0
        var moments: [Timestamp] = []
    }

    private let script = Mutex(Script())

    var sources: MetricSources {
        let stored = MetricSources { _ in self }
        return MetricSources(store: stored.store) { request throws(MetricFailure) in
            ["web", "externalMetrics"].contains(request.provider.kind)
                ? Momentary(metrics: self) : try stored.source(request)
        }
    }

    /// Answers for now alone, with how often it has been asked.
    private struct Momentary: MetricSource {
        let metrics: ScriptedMetrics
        let traits = MetricTraits(isRetroactive: false, place: "web")

        func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
            let script = metrics.script.withLock { script in
                script.moments.append(contentsOf: times)
                return script
            }
            guard !script.isDown else { throw MetricFailure(.unavailable, "the service does not answer") }
            guard !script.isRefused else { throw MetricFailure(.configuration, "the service knows nobody") }
            return times.map { Measurement(time: $0, reading: .value(.double(Double(script.moments.count)))) }
        }
    }

    /// When the momentary source was asked.
    var moments: [Timestamp] { script.withLock { $0.moments } }

    /// From the beginning of time or from a given one, so that a verdict is the same whoever asks when.
    func setErrors(_ share: Double, of service: String, since time: Timestamp? = nil) {
        script.withLock { $0.errors[service] = (share, time?.seconds ?? Self.beginning) }
    }
    func setDown(_ isDown: Bool) { script.withLock { $0.isDown = isDown } }
    func setRefused(_ isRefused: Bool) { script.withLock { $0.isRefused = isRefused } }
    /// The services whose queries take longer than they may.
    func setSlow(_ services: Set<String>) { script.withLock { $0.slow = services } }
    var queries: Int { script.withLock { $0.queries } }

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        let (errors, isDown, slow) = script.withLock { script in
            script.queries += 1
            return (script.errors, script.isDown, script.slow)
        }
        guard !isDown else { throw MetricFailure(.unavailable, "the store does not answer", isConnected: false) }
        guard !slow.contains(where: query.query.contains) else {
            throw MetricFailure(.unavailable, "the query takes too long")
        }
        if let rates = Self.rates(query, errors) { return [rates] }
        let service = query.query.firstMatch(of: /service="([^"]+)"/).map { String($0.1) } ?? ""
        let isTotal = !query.query.contains("code=~")
        let (share, since) = isTotal ? (1, Self.beginning) : errors[service] ?? (0, Self.beginning)
        var points: [Series.Point] = []
        var time = query.start
        while time <= query.end {
            points.append(Series.Point(time: time, value: max(0, time.seconds - since) * 40 * share))
            time = time + query.step
        }
        return [Series(labels: ["pod": "a"], points: points)]
    }

    /// What a query of Flagger's has: a share in percent, or a duration.
    private static func rates(
        _ query: RangeQuery, _ errors: [String: (share: Double, since: Double)]
    ) -> Series? {
        let text = query.query
        let pods = text.firstMatch(of: /(?:kubernetes_pod_name=~|percent\{workload=)"([a-z-]+?)(?:-\[|")/)
        guard let pods else { return nil }
        let (share, since) = errors[String(pods.1)] ?? (0, beginning)
        var points: [Series.Point] = []
        var time = query.start
        while time <= query.end {
            let bad = time.seconds >= since ? share * 100 : 0
            let value = text.contains("histogram_quantile") ? 0.2 : text.contains("percent{") ? bad : 100 - bad
            points.append(Series.Point(time: time, value: value))
            time = time + query.step
        }
        return Series(points: points)
    }

    func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
}
