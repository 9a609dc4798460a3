/// The bounds above which a request counts as slow: near quantiles of what the baseline had before.
///
/// An e-value may be chosen by anything but the interval that it judges, so the choice looks at earlier intervals alone,
/// and at what was known before them. It is made anew until the baseline has shown ten requests above the quantile; from
/// then on the bound stays, so that all its evidence is about one thing. Quantiles that the buckets do not part take the
/// next higher bounds: what is slow nowhere else may be so there.
struct SlowBounds: Sendable {
    private let quantiles: [Double]
    private var chosen: [Int?]
    private var isSettled: [Bool]
    /// Requests of the baseline in each bucket so far.
    private var seen: [Double]

    /// - Parameters:
    ///   - quantiles: ascending, between 0 and 1.
    ///   - buckets: how many there are, that above every bound included.
    ///   - known: the baseline's requests before the first interval.
    init(quantiles: [Double], buckets: Int, known: [Double] = []) {
        self.quantiles = quantiles
        chosen = Array(repeating: nil, count: quantiles.count)
        isSettled = Array(repeating: false, count: quantiles.count)
        seen = Array(repeating: 0, count: max(1, buckets))
        learn(known)
    }

    /// Adds an interval of the baseline, after it was judged.
    mutating func learn(_ baseline: [Double]) {
        guard baseline.count == seen.count else { return }
        for index in seen.indices where baseline[index].isFinite { seen[index] += max(0, baseline[index]) }
    }

    /// For each quantile the index of a bound; nil where there is none, or nothing is known yet.
    mutating func choose() -> [Int?] {
        let total = seen.reduce(0, +)
        guard total > 0 else { return chosen }
        var last = -1
        for slot in quantiles.indices {
            if !isSettled[slot] { chosen[slot] = bound(above: last, quantile: quantiles[slot], total) }
            isSettled[slot] = isSettled[slot] || total * (1 - quantiles[slot]) >= 10
            last = max(last, chosen[slot] ?? seen.count)
        }
        return chosen
    }

    /// The lowest bound after `last` that at least `quantile` of the requests reached, or else the highest one.
    private func bound(above last: Int, quantile: Double, _ total: Double) -> Int? {
        var below = 0.0
        for index in 0..<seen.count - 1 {
            below += seen[index]
            if index > last, below >= quantile * total { return index }
        }
        return seen.count - 2 > last ? seen.count - 2 : nil
    }

    /// The share of the baseline's requests that lay above a bound.
    func share(above bound: Int) -> Double {
        let total = seen.reduce(0, +)
        return total > 0 ? seen.dropFirst(bound + 1).reduce(0, +) / total : 0
    }
}
