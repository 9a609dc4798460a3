import Glibc

/// A mixture of e-processes over a grid of alternatives and over the time of onset, on the logarithmic scale.
///
/// If the hypothesis is true, the chance that the value ever reaches 1/α is at most α (Ville's inequality), however
/// often one looks. A share of the weight enters at the first interval, the rest spread over the planned ones: what
/// breaks later is found as if one had begun to look then.
package struct EvidenceProcess: Sendable {
    private var logs: [Double]
    private var enteredWeight = 0.0
    private var intervals = 0
    private let plannedIntervals: Int
    private let firstWeight: Double

    /// The natural logarithm of the evidence against the hypothesis so far.
    package private(set) var logValue = 0.0
    /// The largest that it has been; this is what is compared with 1/α.
    package private(set) var maximum = 0.0

    /// - Parameter firstWeight: the share that enters at the first interval; 1 is for hypotheses about the whole time.
    package init(alternatives: Int, plannedIntervals: Int, firstWeight: Double) {
        logs = Array(repeating: -.infinity, count: max(1, alternatives))
        self.plannedIntervals = max(1, plannedIntervals)
        self.firstWeight = plannedIntervals > 1 ? firstWeight : 1
    }

    /// Adds one interval: the logarithm of its e-value for each alternative.
    package mutating func add(_ increments: [Double]) {
        let weight: Double
        if intervals == 0 {
            weight = firstWeight
        } else if intervals < plannedIntervals {
            weight = (1 - firstWeight) / Double(plannedIntervals - 1)
        } else {
            weight = 0
        }
        intervals += 1
        enteredWeight += weight
        let entering = weight > 0 ? log(weight) : -.infinity
        for (index, increment) in zip(logs.indices, increments) {
            logs[index] = Self.logSum([logs[index], entering]) + increment
        }
        let waiting = 1 - enteredWeight
        let mixture = Self.logSum(logs) - log(Double(logs.count))
        logValue = Self.logSum([mixture, waiting > 1e-12 ? log(waiting) : -.infinity])
        maximum = max(maximum, logValue)
    }

    /// The logarithm of the sum of exponentials, without overflow.
    static func logSum(_ values: [Double]) -> Double {
        guard let largest = values.max(), largest > -.infinity else { return -.infinity }
        return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
    }
}
