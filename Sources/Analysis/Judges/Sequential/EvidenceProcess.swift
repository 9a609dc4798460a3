import Glibc

/// A mixture of e-processes over a grid of alternatives and over the time of onset, on the logarithmic scale.
///
/// If the hypothesis is true, the chance that the value ever reaches 1/α is at most α (Ville's inequality), however
/// often one looks. What breaks later is found as if one had begun to look then, at the cost of the weight that enters
/// there.
package struct EvidenceProcess: Sendable {
    /// The logarithm of each alternative's evidence, weighted by what has entered so far; -∞ before anything has.
    private(set) var logs: [Double]
    /// The weight that is kept for a later onset.
    private(set) var waiting: Double
    private var intervals = 0
    private let onset: OnsetWeights
    private let logCount: Double

    /// The natural logarithm of the evidence against the hypothesis so far.
    package private(set) var logValue = 0.0
    /// The largest that it has been; this is what is compared with 1/α.
    package private(set) var maximum = 0.0

    package init(alternatives: Int, onset: OnsetWeights) {
        logs = Array(repeating: -.infinity, count: max(1, alternatives))
        logCount = log(Double(logs.count))
        self.onset = onset
        waiting = onset.first + onset.spread
    }

    /// Adds one interval: the logarithm of its e-value for each alternative.
    ///
    /// - Parameter cap: the most that one interval may contribute.
    package mutating func add(_ increments: [Double], cap: Double = .infinity) {
        let weight = onset.entering(at: intervals)
        intervals += 1
        waiting -= weight.waiting
        let entering = weight.total > 0 ? log(weight.total) : -.infinity
        var largest = -Double.infinity
        for index in 0..<min(logs.count, increments.count) {
            let value = Self.logSum(logs[index], entering) + min(increments[index], cap)
            logs[index] = value
            largest = max(largest, value)
        }
        logValue = Self.logSum(mixture(largest), waiting > 1e-12 ? log(waiting) : -.infinity)
        maximum = max(maximum, logValue)
    }

    /// The logarithm of the mean over the alternatives.
    private func mixture(_ largest: Double) -> Double {
        guard largest > -.infinity else { return -.infinity }
        var sum = 0.0
        for value in logs { sum += exp(value - largest) }
        return largest + log(sum) - logCount
    }

    /// The logarithm of the sum of exponentials, without overflow.
    static func logSum(_ values: [Double]) -> Double {
        guard let largest = values.max(), largest > -.infinity else { return -.infinity }
        return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
    }

    /// The same of two; what adds less than the last bit is left out.
    static func logSum(_ left: Double, _ right: Double) -> Double {
        let difference = left - right
        if difference > 40 || right == -.infinity { return left }
        if difference < -40 || left == -.infinity { return right }
        return difference > 0 ? left + log1p(exp(-difference)) : right + log1p(exp(difference))
    }

    /// The logarithm of the mean of exponentials: the evidence of several e-values of which each has an equal share.
    static func logMean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : logSum(values) - log(Double(values.count))
    }
}
