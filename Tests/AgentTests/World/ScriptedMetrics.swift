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
        var queries = 0
        var moments: [Timestamp] = []
    }

    private let script = Mutex(Script())

    var sources: MetricSources {
        let stored = MetricSources { _ in self }
        return MetricSources(store: stored.store) { request throws(MetricFailure) in
            request.provider.kind == "web" ? Momentary(metrics: self) : try stored.source(request)
        }
    }

    /// Answers for now alone, with how often it has been asked.
    private struct Momentary: MetricSource {
        let metrics: ScriptedMetrics
        let traits = MetricTraits(isRetroactive: false, place: "web")

        func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
            let (count, isDown) = metrics.script.withLock { script in
                script.moments.append(contentsOf: times)
                return (script.moments.count, script.isDown)
            }
            guard !isDown else { throw MetricFailure(.unavailable, "the service does not answer") }
            return times.map { Measurement(time: $0, reading: .value(.double(Double(count)))) }
        }
    }

    /// When the momentary source was asked.
    var moments: [Timestamp] { script.withLock { $0.moments } }

    /// From the beginning of time or from a given one, so that a verdict is the same whoever asks when.
    func setErrors(_ share: Double, of service: String, since time: Timestamp? = nil) {
        script.withLock { $0.errors[service] = (share, time?.seconds ?? Self.beginning) }
    }
    func setDown(_ isDown: Bool) { script.withLock { $0.isDown = isDown } }
    var queries: Int { script.withLock { $0.queries } }

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        let (errors, isDown) = script.withLock { script in
            script.queries += 1
            return (script.errors, script.isDown)
        }
        guard !isDown else { throw MetricFailure(.unavailable, "the store does not answer") }
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

    func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
}
