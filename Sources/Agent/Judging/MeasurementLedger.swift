internal import Analysis
internal import Rollouts
internal import Synchronization

/// The measurements of a stage that can be made once only: what its note has, and how another one is added.
final class MeasurementLedger: Sendable {
    private let recorded: Mutex<[MeasurementKey: ClaimedMeasurement]>
    private let pen: Pen?

    /// Writes claims and results into the note; whoever only looks has none.
    struct Pen: Sendable {
        /// Whether the measurement is the asker's to make: nobody had claimed it before.
        let claim: @Sendable (MeasurementKey) async -> Bool
        let record: @Sendable (MeasurementKey, ClaimedMeasurement) async -> Void
    }

    static let empty = MeasurementLedger(recorded: [:], pen: nil)

    init(recorded: [MeasurementKey: ClaimedMeasurement], pen: Pen?) {
        self.recorded = Mutex(recorded)
        self.pen = pen
    }

    /// What is known of a metric.
    struct Known {
        var measurements: [Measurement] = []
        /// Why the newest measurement has no result.
        var trouble: MetricFailure?
    }

    /// The measurements at `times`, the newest of which is made now where nobody has claimed it.
    func measurements(
        of metric: ClaimedMetric, at times: [Timestamp], from source: any MetricSource
    ) async -> Known {
        if let due = times.last.map(metric.key), recorded.withLock({ $0[due] }) == nil, let pen, await pen.claim(due) {
            let result = await Self.measure(source, at: due.time)
            recorded.withLock { $0[due] = result }
            await pen.record(due, result)
        }
        return known(of: metric, at: times)
    }

    /// The same, of a metric that is measured until it has said enough, and not while somebody may be measuring it.
    func measurements(
        of metric: ClaimedMetric, at times: [Timestamp], from source: any MetricSource,
        until isEnough: ([Measurement]) -> Bool
    ) async -> Known {
        let known = known(of: metric, at: times)
        let isBusy = entries(of: metric, at: times).contains { time, entry in
            if case .claimed = entry { times.last.map { $0 - time < Self.longest } ?? false } else { false }
        }
        return isBusy || isEnough(known.measurements)
            ? known : await measurements(of: metric, at: times, from: source)
    }

    /// A time at which nobody measured, or whose result nobody could write down, is left out: it says nothing about the
    /// release.
    private func known(of metric: ClaimedMetric, at times: [Timestamp]) -> Known {
        var known = Known()
        for (time, entry) in entries(of: metric, at: times) {
            switch entry {
            case .claimed: break
            case .measured(let reading):
                known.measurements.append(Measurement(time: time, reading: reading))
                known.trouble = nil
            case .missed(let failure):
                // Argo counts it.
                if metric.countsFailures {
                    known.measurements.append(Measurement(time: time, reading: .failure(failure.message)))
                } else {
                    known.trouble = failure
                }
            }
        }
        return known
    }

    private func entries(
        of metric: ClaimedMetric, at times: [Timestamp]
    ) -> [(Timestamp, ClaimedMeasurement)] {
        recorded.withLock { recorded in
            times.compactMap { time in recorded[metric.key(time)].map { (time, $0) } }
        }
    }

    private static func measure(_ source: any MetricSource, at time: Timestamp) async -> ClaimedMeasurement {
        do {
            let reading = try await source.measurements(at: [time]).first?.reading ?? .absent
            guard case .value(let value) = reading else { return .measured(reading) }
            guard JSON(value).text.utf8.count <= mostBytes else {
                return .missed(
                    MetricFailure(.configuration, "the value is too large to be kept; let the metric pick a part of it")
                )
            }
            return .measured(reading)
        } catch {
            return .missed(error)
        }
    }

    /// A note is no place for more.
    private static let mostBytes = 4096
    /// No measurement takes longer.
    private static let longest: Duration = .seconds(300)
}

/// What is measured once at each time.
struct ClaimedMetric: Sendable {
    private let analysis: AnalysisRequest.ID
    private let name: String
    /// Whether a measurement without a result counts as one.
    let countsFailures: Bool

    /// - Parameter provider: what is asked, which has measurements of its own.
    init(
        _ name: String, asking provider: MetricProvider, in analysis: AnalysisRequest.ID, countsFailures: Bool
    ) {
        let question = "\(provider.kind ?? "")\n" + (provider.settings.map { JSON($0).text } ?? "")
        self.name = "\(name)@\(Digest(of: question).short)"
        self.analysis = analysis
        self.countsFailures = countsFailures
    }

    func key(_ time: Timestamp) -> MeasurementKey { .init(analysis: analysis, metric: name, time: time) }
}
