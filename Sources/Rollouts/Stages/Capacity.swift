/// How many pods a share of the traffic needs.
package enum Capacity {
    /// The canary's pods for a weight: the share of the base count, rounded up, at least one pod for any traffic at all.
    package static func pods(for weight: Weight, base: Int) -> Int {
        guard weight > .none else { return 0 }
        let base = max(0, base)
        // In two parts, so that no count that a manifest can state overflows.
        return max(1, base / 100 * weight.percent + (base % 100 * weight.percent + 99) / 100)
    }

    /// What stage `index` of a plan writes: enough for the weight before it, its own, and the one after it, since no
    /// commit relies on two objects changing together.
    package static func written(at index: Int, of plan: StagePlan, before: Weight, base: Int) -> Int {
        let stages = plan.stages
        let next = stages.indices.contains(index + 1) ? stages[index + 1] : nil
        let following = next.map { $0.kind == .drain || $0.kind == .finish ? .none : $0.weight } ?? .none
        let own = stages[index].weight
        // A canary that is started is always run, so that there is something to see before it gets traffic.
        let least = stages[index].kind == .start ? 1 : 0
        return max(least, [before, own, following].map { pods(for: $0, base: base) }.max() ?? 0)
    }
}
