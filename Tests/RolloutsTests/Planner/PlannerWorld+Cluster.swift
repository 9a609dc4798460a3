import Analysis
import Rollouts

extension PlannerWorld {
    struct Cluster {
        var values: [BindingName: String]
        var changedAt: Timestamp
        /// How many pods the load asks of stable's autoscaler.
        var demand: Int
        var stable: Pods
        var canary: Pods
    }

    /// One workload: how many pods are wanted, of which release, and since when.
    struct Pods {
        var wanted: Int
        var release: Release
        var since: Timestamp
        var before: Int
        var beforeRelease: Release
    }

    /// What is wrong with the cluster.
    struct Faults: Equatable {
        /// Nothing new is applied.
        var isSuspended = false
        /// Fields that are not applied.
        var withheld: Set<BindingName> = []
        /// Live fields that somebody changed by hand.
        var manual: [BindingName: String] = [:]
        var route: LiveReading.Acceptance = .accepted
        /// Pods of each side that are not available, and why.
        var lost: [Side: Int] = [:]
        var pending: [Side: String] = [:]
        var failing: [Side: String] = [:]
        /// Since when the cluster says that pods are missing; nil where it does not say.
        var shortSince: Timestamp?
    }

    /// The cluster takes over what has been on the branch for long enough.
    func sync() {
        var target = live.values
        if !faults.isSuspended, let commit = branch.last(where: { now - $0.arrived >= applyDelay }) {
            let kept = target.filter { faults.withheld.contains($0.key) }
            target = commit.values.merging(kept) { $1 }
        }
        target.merge(faults.manual) { $1 }
        if target != live.values { (live.values, live.changedAt) = (target, now) }
        live.stable.follow(target, .stable, count: wanted(.stable), now, podDelay)
        live.canary.follow(target, .canary, count: wanted(.canary), now, podDelay)
    }

    private func wanted(_ side: Side) -> Int {
        // No cluster runs more, and sums of two still fit.
        func number(_ name: BindingName) -> Int { min(.max / 4, max(0, Int(live.values[name] ?? "") ?? 0)) }
        if autoscaled { return side == .stable ? max(number(.stableFloor), live.demand) : number(.canaryFloor) }
        return number(side == .stable ? .stableReplicas : .canaryReplicas)
    }

    var reading: LiveReading {
        let differences = tip.values.filter { live.values[$0.key] != $0.value }.map {
            FieldDifference(binding: $0.key, place: "live", expected: $0.value, found: live.values[$0.key])
        }
        return LiveReading(
            time: now, differences: differences.sorted { $0.binding < $1.binding }, changedAt: changedAt,
            weight: byReplicas ? nil : Weight(clamping: liveWeight), stable: side(.stable, live.stable),
            canary: side(.canary, live.canary), route: faults.route)
    }

    private var changedAt: Timestamp {
        let pods = [live.stable, live.canary].map { $0.wanted > 0 ? min(now, $0.since + podDelay) : live.changedAt }
        return max(live.changedAt, pods.max() ?? live.changedAt)
    }

    private func side(_ side: Side, _ pods: Pods) -> SideReading {
        let ready = now - pods.since >= podDelay && broken[pods.release] == nil
        let old = ready ? 0 : (pods.beforeRelease == pods.release ? 0 : pods.before)
        let kept = pods.beforeRelease == pods.release ? min(pods.before, pods.wanted) : 0
        let available = ready ? pods.wanted : (broken[pods.release] == nil ? kept : 0)
        let crash = ready || pods.wanted == 0 ? nil : broken[pods.release]
        return SideReading(
            desired: pods.wanted, total: pods.wanted + old, updated: pods.wanted,
            available: max(0, available - (faults.lost[side] ?? 0)) + old,
            failing: [crash, faults.failing[side]].compactMap { $0 },
            pending: [faults.pending[side]].compactMap { $0 }, oldAvailable: old, shortSince: faults.shortSince)
    }
}

extension PlannerWorld.Pods {
    mutating func follow(
        _ values: [BindingName: String], _ side: Side, count: Int, _ now: Timestamp, _ delay: Duration
    ) {
        let next = Release(values: ["image.app": values[.release(side, "image.app")] ?? ""])
        guard next != release || count != wanted else { return }
        before = now - since >= delay ? wanted : min(before, wanted)
        beforeRelease = release
        (wanted, release, since) = (count, next, now)
    }
}
