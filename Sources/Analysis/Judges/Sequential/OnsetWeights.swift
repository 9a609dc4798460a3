/// When the weight of a mixture of evidence enters: a share at the first interval, a share where the present stage
/// begins, and the rest spread over the planned intervals.
///
/// A stage's share is a part of what is kept for all later stages of the rollout, and what is kept for the others is left
/// out. So the value is never more than that of the one mixture that has a share at each stage, whose weights are at most
/// 1 in all, and the chance of ever failing a healthy release stays at most α over the whole rollout.
package struct OnsetWeights: Hashable, Sendable {
    /// The share at the first interval.
    let first: Double
    /// The share that is spread evenly over the planned intervals after the first.
    let spread: Double
    private let plannedIntervals: Int
    private let stage: Int?
    private let stageShare: Double

    /// Everything at the first interval: for hypotheses about the whole time.
    package static let atOnce = OnsetWeights(first: 1, plannedIntervals: 1)

    /// - Parameters:
    ///   - first: between 0 and 1.
    ///   - plannedIntervals: of the whole rollout.
    ///   - stages: how many stages the rollout is judged at.
    ///   - stage: the interval at which the present stage began; nil or 0 for the first one.
    package init(first: Double, plannedIntervals: Int, stages: Int = 1, stage: Int? = nil) {
        self.plannedIntervals = max(1, plannedIntervals)
        self.first = plannedIntervals > 1 ? first : 1
        let rest = 1 - self.first
        let kept = stages > 1 ? rest / 2 : 0
        spread = rest - kept
        self.stage = stage.flatMap { $0 > 0 ? $0 : nil }
        stageShare = stages > 1 ? kept / Double(stages - 1) : 0
    }

    /// The weight that enters at an interval, counted from 0, and the part of it that has waited until then.
    func entering(at interval: Int) -> (total: Double, waiting: Double) {
        if interval == 0 { return (first, first) }
        let due = interval < plannedIntervals ? spread / Double(plannedIntervals - 1) : 0
        return (due + (interval == stage ? stageShare : 0), due)
    }
}
