internal import Analysis
internal import Rollouts

/// The measurements of a stage that can be made once only: what its note has, and how another one is added.
struct MeasurementLedger: Sendable {
    var recorded: [MeasurementKey: ClaimedMeasurement]
    var pen: Pen?

    /// Writes claims and results into the note; whoever only looks has none.
    struct Pen: Sendable {
        /// Whether the measurement is the asker's to make: nobody had claimed it before.
        let claim: @Sendable (MeasurementKey) async -> Bool
        let record: @Sendable (MeasurementKey, Measurement.Reading) async -> Void
    }

    static let empty = MeasurementLedger(recorded: [:], pen: nil)

    init(recorded: [MeasurementKey: ClaimedMeasurement], pen: Pen?) {
        self.recorded = recorded
        self.pen = pen
    }

    /// The measurements at `times`, the newest of which is made now where nobody has claimed it.
    ///
    /// A time at which nobody measured is left out: it says nothing about the release. One that was claimed, and whose
    /// result nobody wrote down, counts as one without data once a newer one has been made.
    func measurements(
        of metric: String, in analysis: AnalysisRequest.ID, at times: [Timestamp], from source: any MetricSource
    ) async -> [Measurement] {
        func key(_ time: Timestamp) -> MeasurementKey { .init(analysis: analysis, metric: metric, time: time) }
        var known = recorded
        if let due = times.last, known[key(due)] == nil, let pen, await pen.claim(key(due)) {
            let reading = await Self.measure(source, at: due)
            await pen.record(key(due), reading)
            known[key(due)] = .measured(reading)
        }
        let newest = times.last { time in if case .measured? = known[key(time)] { true } else { false } }
        return times.compactMap { time in
            switch known[key(time)] {
            case .measured(let reading)?: Measurement(time: time, reading: reading)
            case .claimed? where newest.map { time < $0 } ?? false: Measurement(time: time, reading: .absent)
            default: nil
            }
        }
    }

    private static func measure(_ source: any MetricSource, at time: Timestamp) async -> Measurement.Reading {
        do {
            let reading = try await source.measurements(at: [time]).first?.reading ?? .absent
            guard case .value(let value) = reading else { return reading }
            guard JSON(value).text.utf8.count <= mostBytes else {
                return .failure("the value is too large to be kept; let the metric pick a part of it")
            }
            return reading
        } catch {
            return .failure(error.message)
        }
    }

    /// A note is no place for more.
    private static let mostBytes = 4096
}
