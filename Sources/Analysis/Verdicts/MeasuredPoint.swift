/// One measurement as the record of a decision keeps it.
package struct MeasuredPoint: Sendable {
    /// When it was, or when the interval ended that was counted.
    package let time: Timestamp
    private let content: Content
    /// What it meant by itself; nil where only all of them together mean something.
    package let meaning: String?

    /// Words are made when somebody reads them: of the points of a tick that decides nothing nobody does.
    private enum Content: Sendable {
        case text(String)
        case value(Value)
        case counts(IntervalSample)
        case values(canary: Double, stable: Double)
    }

    package init(time: Timestamp, text: String, meaning: String? = nil) {
        self.init(time, .text(text), meaning: meaning)
    }

    private init(_ time: Timestamp, _ content: Content, meaning: String? = nil) {
        self.time = time
        self.content = content
        self.meaning = meaning
    }

    /// A measurement of its own, and what conditions said of it.
    init(_ measurement: Measurement, _ outcome: MeasurementOutcome) {
        let content: Content =
            switch measurement.reading {
            case .value(let value): .value(value)
            case .absent: .text("no data")
            case .failure(let message): .text(String(message.prefix(Self.longest)))
            }
        let meaning =
            switch outcome {
            case .successful: "good"
            case .failed: "bad"
            case .inconclusive: "undecided"
            case .noData: "no data"
            case .error: "error"
            }
        self.init(measurement.time, content, meaning: meaning)
    }

    /// The value, or the counts of the canary and, after `against`, of stable.
    package var text: String {
        switch content {
        case .text(let text): text
        case .value(let value): String(value.readable.prefix(Self.longest))
        case .counts(let sample): Self.text(of: sample)
        case .values(let canary, let stable): "\(Readable.number(canary)) against \(Readable.number(stable))"
        }
    }

    private static func text(of sample: IntervalSample) -> String {
        func counts(_ bad: Double, _ total: Double) -> String { "\(Readable.count(bad)) of \(Readable.count(total))" }
        let canary = counts(sample.canaryBad, sample.canaryTotal)
        guard sample.baselineTotal > 0 else { return canary }
        return "\(canary) against \(counts(sample.baselineBad, sample.baselineTotal))"
    }

    /// Characters of a value or a message.
    private static let longest = 200
    /// A record has no more than this of one metric, the newest.
    package static let most = 1000

    /// Counts per interval, whose bounds are `times`.
    package static func points(of samples: [IntervalSample], at times: [Timestamp]) -> [MeasuredPoint] {
        zip(samples, times.dropFirst()).suffix(most).map { MeasuredPoint($1, .counts($0)) }
    }

    /// Values of both sides.
    package static func points(
        of canary: [Double], against stable: [Double], at times: [Timestamp]
    ) -> [MeasuredPoint] {
        zip(times, zip(canary, stable)).suffix(most).map { time, values in
            MeasuredPoint(time, .values(canary: values.0, stable: values.1))
        }
    }
}

extension MeasuredPoint: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.time == right.time && left.meaning == right.meaning && left.text == right.text
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(time)
        hasher.combine(text)
    }
}

extension MeasuredPoint: Codable {
    private enum CodingKeys: CodingKey {
        case time, text, meaning
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            time: try values.decode(Timestamp.self, forKey: .time), text: try values.decode(String.self, forKey: .text),
            meaning: try values.decodeIfPresent(String.self, forKey: .meaning))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(time, forKey: .time)
        try values.encode(text, forKey: .text)
        try values.encodeIfPresent(meaning, forKey: .meaning)
    }
}
