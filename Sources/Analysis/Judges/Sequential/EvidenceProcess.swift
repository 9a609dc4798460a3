import Glibc

/// A mixture of e-processes over a grid of alternatives and over the time of onset, on the logarithmic scale.
///
/// If the hypothesis is true, the chance that the value ever reaches 1/α is at most α (Ville's inequality), however
/// often one looks. What breaks later is found as if one had begun to look then, at the cost of the weight that enters
/// there.
package struct EvidenceProcess: Sendable {
    private var logs: [Double]
    private var waiting: Double
    private var intervals = 0
    private let onset: OnsetWeights

    /// The natural logarithm of the evidence against the hypothesis so far.
    package private(set) var logValue = 0.0
    /// The largest that it has been; this is what is compared with 1/α.
    package private(set) var maximum = 0.0

    package init(alternatives: Int, onset: OnsetWeights) {
        logs = Array(repeating: -.infinity, count: max(1, alternatives))
        self.onset = onset
        waiting = onset.first + onset.spread
    }

    /// Adds one interval: the logarithm of its e-value for each alternative.
    package mutating func add(_ increments: [Double]) {
        let weight = onset.entering(at: intervals)
        intervals += 1
        waiting -= weight.waiting
        let entering = weight.total > 0 ? log(weight.total) : -.infinity
        for (index, increment) in zip(logs.indices, increments) {
            logs[index] = Self.logSum([logs[index], entering]) + increment
        }
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
