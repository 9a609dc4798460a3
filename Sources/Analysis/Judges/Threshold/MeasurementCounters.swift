/// What a metric's measurements amount to so far.
package struct MeasurementCounters: Codable, Hashable, Sendable {
    package var successful = 0
    package var failed = 0
    package var inconclusive = 0
    package var error = 0
    package var noData = 0
    /// Measurements that counted: all but errors and those without data.
    package var count = 0
    package var consecutiveSuccess = 0
    package var consecutiveError = 0

    package init() {}

    package mutating func add(_ outcome: MeasurementOutcome) {
        switch outcome {
        case .successful:
            successful += 1
            consecutiveSuccess += 1
        case .failed: failed += 1
        case .inconclusive: inconclusive += 1
        case .error:
            error += 1
            consecutiveError += 1
            consecutiveSuccess = 0
            return
        case .noData:
            // A gap says nothing either way, so it breaks no row of successes.
            noData += 1
            return
        }
        count += 1
        consecutiveError = 0
        if outcome != .successful { consecutiveSuccess = 0 }
    }

    package var measurements: Int { successful + failed + inconclusive + error + noData }
}
