/// What a backend says of a metric before any release is judged by it.
package struct ObservedTraffic: Hashable, Sendable {
    /// What a query returned that was asked with stable's arguments.
    package struct Answer: Hashable, Sendable {
        /// The field that states the query, as in findings.
        package let path: String
        package let series: Int
        /// Values that are numbers: neither NaN nor infinite.
        package let numbers: Int

        package init(path: String, series: Int, numbers: Int) {
            (self.path, self.series, self.numbers) = (path, series, numbers)
        }

        package init(path: String, _ answer: [Series]) {
            self.init(
                path: path, series: answer.count,
                numbers: answer.reduce(0) { $0 + $1.points.count { $0.value.isFinite } })
        }
    }

    /// Requests that one measurement looks at, for stable; nil where nobody counted them.
    package var requests: Double?
    /// The canary's requests for each of stable's, at the weight at which the metric is judged.
    package var canaryShare: Double
    /// Stable's share of bad requests, between 0 and 1.
    package var errorRate: Double?
    package var scrapeInterval: Duration?
    package var answers: [Answer]

    package init(
        requests: Double? = nil, canaryShare: Double = 1, errorRate: Double? = nil, scrapeInterval: Duration? = nil,
        answers: [Answer] = []
    ) {
        self.requests = requests
        self.canaryShare = canaryShare
        self.errorRate = errorRate
        self.scrapeInterval = scrapeInterval
        self.answers = answers
    }

    /// The usual distance of raw samples, which is the scrape interval; nil where no series has two.
    ///
    /// - Parameter samples: as they were stored, not at the steps of a range query.
    package static func scrapeInterval(of samples: [Series]) -> Duration? {
        let gaps = samples.flatMap { series in
            zip(series.points, series.points.dropFirst()).map { $1.time - $0.time }.filter { $0 > .zero }
        }
        return gaps.isEmpty ? nil : gaps.sorted()[(gaps.count - 1) / 2]
    }
}
