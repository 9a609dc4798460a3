package import Analysis

/// A store of time series that answers about any past span it still keeps.
package protocol SeriesStore: Sendable {
    /// All series of the query; an empty list where there is no data, which is an answer.
    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series]

    /// The store's clock: measurements are not asked for beyond it.
    func serverTime() async throws(MetricFailure) -> Timestamp
}

extension SeriesStore {
    /// Succeeds where the store answers queries with the credentials that it was given.
    package func reachable() async throws(MetricFailure) {
        _ = try await serverTime()
    }
}

/// What answers for one metric of a template, whatever service that is.
package protocol MetricSource: Sendable {
    var traits: MetricTraits { get }

    /// One measurement for each of `times`, which are in order and in the past; a time without data is `.absent`.
    ///
    /// A source that cannot answer for the past is asked for a single time, which is now.
    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement]

    /// The series behind the measurements, for what is counted or compared.
    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series]
}

/// What can be expected of a source.
package struct MetricTraits: Hashable, Sendable {
    /// Answers for any time that its service still keeps; otherwise each measurement is claimed and made once.
    package var isRetroactive: Bool
    /// Its series are counters that only grow, so that what an interval added is a difference; otherwise the value at a
    /// time is what was counted in the interval that ends there.
    package var hasCounters: Bool
    /// How long the service takes until a time has its final value.
    package var delay: Duration
    /// Where it is asked, for people: a host.
    package var place: String
    /// How many times it is asked about in one tick, where it is asked about each by itself; nil where spans are asked for.
    package var mostTimes: Int?

    package init(
        isRetroactive: Bool, hasCounters: Bool = false, delay: Duration = .seconds(30), place: String,
        mostTimes: Int? = nil
    ) {
        self.isRetroactive = isRetroactive
        self.hasCounters = hasCounters
        self.delay = delay
        self.place = place
        self.mostTimes = mostTimes
    }
}

extension MetricSource {
    /// One series for each position of the measurements' numbers.
    package func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        let measurements = try await measurements(at: times)
        let width = measurements.map(\.numbers.count).max() ?? 0
        return (0..<width).map { position in
            Series(
                labels: width > 1 ? ["position": "\(position)"] : [:],
                points: measurements.compactMap { measurement in
                    let numbers = measurement.numbers
                    return position < numbers.count
                        ? Series.Point(time: measurement.time, value: numbers[position]) : nil
                })
        }
    }
}

extension Measurement {
    /// The numbers of the reading, as far as it is one or a list of them.
    package var numbers: [Double] {
        guard case .value(let value) = reading else { return [] }
        if let number = value.number { return [number] }
        guard case .array(let elements, _) = value else { return [] }
        return elements.compactMap(\.number)
    }
}

/// Why a query has no answer that a verdict may rest on.
package struct MetricFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The store cannot be asked now; the same question may succeed later.
        case unavailable
        /// The query, the address or the credentials are wrong; somebody has to change them.
        case configuration
        /// The store answered with a warning that data may be missing.
        case partial
        /// The answer is not what such a store says, for example a login page.
        case garbage
        case cancelled
    }

    package let code: Code
    package let message: String
    package let hint: String?
    /// False where no connection to the service came about: no other question to it has an answer now.
    ///
    /// A service that is busy, or too slow for one question, may well answer another.
    package let isConnected: Bool

    package init(_ code: Code, _ message: String, hint: String? = nil, isConnected: Bool = true) {
        self.code = code
        self.message = message
        self.hint = hint
        self.isConnected = isConnected
    }

    package var description: String { message }
}
