/// How many pods the canary needs for its share of the traffic.
package struct Capacity: Equatable, Sendable {
    /// The pods that serve all of the traffic.
    package let base: Int
    /// What a canary that is needed at all has at the least; never more than the base.
    package let minPods: Int

    package init(base: Int, minPods: Int = 1) {
        self.base = max(0, base)
        self.minPods = max(1, min(minPods, max(0, base)))
    }

    /// The canary's pods for a weight: the share of the base count, rounded up, at least one pod for any traffic at all;
    /// or what the plan's `setCanaryScale` says instead.
    package func pods(for weight: Weight, scale: CanaryScale = .matchTraffic) -> Int {
        switch scale {
        case .matchTraffic: weight > .none ? max(minPods, share(weight.percent)) : 0
        // A count is taken as it is said, but no traffic goes to no pods.
        case .replicas(let count): weight > .none ? max(1, count) : count
        case .weight(let percent): percent > 0 || weight > .none ? max(minPods, share(percent)) : 0
        }
    }

    /// In two parts, so that no count that a manifest can state overflows.
    private func share(_ percent: Int) -> Int {
        let (hundreds, overflow) = (base / 100).multipliedReportingOverflow(by: percent)
        return overflow ? .max : hundreds + (base % 100 * percent + 99) / 100
    }

    /// What stage `index` of a plan writes: enough for the weight before it, its own, and the one after it, since no
    /// commit relies on two objects changing together.
    package func written(at index: Int, of plan: StagePlan, before: Weight) -> Int {
        let stages = plan.stages
        let stage = stages[index]
        let next = stages.indices.contains(index + 1) ? stages[index + 1] : nil
        let following = next.map { $0.kind == .drain || $0.kind == .finish ? 0 : pods(for: $0.weight, scale: $0.scale) }
        // A canary that is started is always run, so that there is something to see before it gets traffic.
        let least = stage.kind == .start ? 1 : 0
        return max(
            least, pods(for: before, scale: stage.scale), pods(for: stage.weight, scale: stage.scale), following ?? 0)
    }
}
