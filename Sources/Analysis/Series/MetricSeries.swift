/// One time series of a range query's answer.
package struct Series: Codable, Equatable, Sendable {
    package struct Point: Codable, Equatable, Sendable {
        package let time: Timestamp
        /// May be NaN or infinite: backends say so where a ratio has no denominator.
        package let value: Double

        package init(time: Timestamp, value: Double) {
            self.time = time
            self.value = value
        }
    }

    package let labels: [String: String]
    /// In the order of time.
    package let points: [Point]

    package init(labels: [String: String] = [:], points: [Point]) {
        self.labels = labels
        self.points = points
    }
}

/// A question to a backend: the values of `query` at `start`, `start + step`, … up to and including `end`.
package struct RangeQuery: Hashable, Sendable {
    package let query: String
    package let start: Timestamp
    package let end: Timestamp
    package let step: Duration

    package init(query: String, start: Timestamp, end: Timestamp, step: Duration) {
        self.query = query
        self.start = start
        self.end = end
        self.step = step
    }
}

extension Timestamp: Codable {
    /// As RFC 3339 text.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not an RFC 3339 time")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }
}
