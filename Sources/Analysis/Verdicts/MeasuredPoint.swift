/// One measurement as the record of a decision keeps it.
package struct MeasuredPoint: Codable, Hashable, Sendable {
    /// When it was, or when the interval ended that was counted.
    package let time: Timestamp
    /// The value, or the counts of the canary and, after `against`, of stable.
    package let text: String
    /// What it meant by itself; nil where only all of them together mean something.
    package let meaning: String?

    package init(time: Timestamp, text: String, meaning: String? = nil) {
        self.time = time
        self.text = text
        self.meaning = meaning
    }

    /// A measurement of its own, and what conditions said of it.
    init(_ measurement: Measurement, _ outcome: MeasurementOutcome) {
        let text =
            switch measurement.reading {
            case .value(let value): value.readable
            case .absent: "no data"
            case .failure(let message): message
            }
        let meaning =
            switch outcome {
            case .successful: "good"
            case .failed: "bad"
            case .inconclusive: "undecided"
            case .noData: "no data"
            case .error: "error"
            }
        self.init(time: measurement.time, text: String(text.prefix(200)), meaning: meaning)
    }

    /// A record has no more than this of one metric, the newest.
    package static let most = 1000

    /// Counts per interval, whose bounds are `times`.
    package static func points(of samples: [IntervalSample], at times: [Timestamp]) -> [MeasuredPoint] {
        zip(samples, times.dropFirst()).suffix(most).map { sample, time in
            func counts(_ bad: Double, _ total: Double) -> String {
                "\(Readable.count(bad)) of \(Readable.count(total))"
            }
            let canary = counts(sample.canaryBad, sample.canaryTotal)
            guard sample.baselineTotal > 0 else { return MeasuredPoint(time: time, text: canary) }
            return MeasuredPoint(
                time: time, text: "\(canary) against \(counts(sample.baselineBad, sample.baselineTotal))")
        }
    }

    /// Values of both sides.
    package static func points(
        of canary: [Double], against stable: [Double], at times: [Timestamp]
    ) -> [MeasuredPoint] {
        zip(times, zip(canary, stable)).suffix(most).map { time, values in
            MeasuredPoint(time: time, text: "\(Readable.number(values.0)) against \(Readable.number(values.1))")
        }
    }
}
