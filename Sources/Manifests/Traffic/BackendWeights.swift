package import Rollouts

/// The weights of one list of backends, and the arithmetic of the canary's share in it.
package struct BackendWeights: Hashable, Sendable, CustomStringConvertible {
    package var stable: Int
    package var canary: Int
    /// Everybody else's, in the order of the list.
    package var others: [Int]

    package init(stable: Int, canary: Int, others: [Int] = []) {
        self.stable = stable
        self.canary = canary
        self.others = others
    }

    package var description: String { "\(stable):\(canary)" }

    /// The canary's share of what the pair has; nil where that is no whole percent, or where the pair has nothing.
    package var share: Weight? {
        let (sum, overflow) = stable.addingReportingOverflow(canary)
        guard !overflow, sum > 0, stable >= 0, canary >= 0 else { return nil }
        let (hundredfold, tooLarge) = canary.multipliedReportingOverflow(by: 100)
        guard !tooLarge, hundredfold % sum == 0 else { return nil }
        return Weight(hundredfold / sum)
    }

    /// The weights that give the canary exactly `weight` of the pair's share, with the others' shares kept.
    ///
    /// The pair keeps its sum where that divides; without others in the way it becomes the total, 100 unless the API
    /// demands something else. Otherwise all weights of the list grow by the least factor that makes the shares whole, or
    /// where that passes `maximum`, become the least numbers of the same shares. Nil where these pass it too, so that it
    /// does not depend on the weights before which ones can be given.
    package func giving(_ weight: Weight, total: Int? = nil, maximum: Int) -> BackendWeights? {
        if share == weight { return self }
        let sum = stable + canary
        if others.allSatisfy({ $0 == 0 }) {
            let wanted = total ?? (sum >= 100 && sum * weight.percent % 100 == 0 ? sum : 100)
            return split(wanted, weight, factor: 1, maximum: maximum)
        }
        guard sum > 0 else { return nil }
        let factor = Self.factor(sum, weight)
        // Where the API fixes the total, there is no room for finer shares.
        guard factor == 1 || total == nil else { return nil }
        return split(sum * factor, weight, factor: factor, maximum: maximum)
            ?? (total == nil ? least(weight, maximum: maximum) : nil)
    }

    /// The least numbers that keep everybody's share and give the canary `weight`.
    private func least(_ weight: Weight, maximum: Int) -> BackendWeights? {
        let common = others.reduce(stable + canary, Self.divisor)
        let sum = (stable + canary) / common
        let factor = Self.factor(sum, weight)
        let reduced = BackendWeights(stable: sum, canary: 0, others: others.map { $0 / common })
        return reduced.split(sum * factor, weight, factor: factor, maximum: maximum)
    }

    /// What `sum` has to be multiplied by for `weight` of it to be whole.
    private static func factor(_ sum: Int, _ weight: Weight) -> Int { 100 / divisor(sum * weight.percent, 100) }

    private func split(_ sum: Int, _ weight: Weight, factor: Int, maximum: Int) -> BackendWeights? {
        guard sum * weight.percent % 100 == 0 else { return nil }
        let canary = sum * weight.percent / 100
        let result = BackendWeights(stable: sum - canary, canary: canary, others: others.map { $0 * factor })
        return ([result.stable, result.canary] + result.others).allSatisfy { $0 <= maximum } ? result : nil
    }

    /// The greatest common divisor.
    private static func divisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return max(1, left)
    }
}
