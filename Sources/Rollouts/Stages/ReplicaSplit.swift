/// The pods of the two sides where no route splits the traffic, so that their counts do.
///
/// The rules are those of Argo Rollouts' basic canary (`utils/replicaset/canary.go`), so that a plan means the same counts.
package struct ReplicaSplit: Hashable, Sendable {
    package var stable: Int
    package var canary: Int

    package init(stable: Int, canary: Int) {
        self.stable = stable
        self.canary = canary
    }

    /// More pods than any manifest can state (`spec.replicas` is an int32); no product of two with a percentage overflows.
    private static let limit = Int(Int32.max)

    /// The share of the pods that the canary has, rounded to a whole percent; nothing of nothing.
    package var share: Weight {
        let total = min(Self.limit, stable) + min(Self.limit, canary)
        return Weight(clamping: total == 0 ? 0 : (200 * min(Self.limit, canary) + total) / (2 * total))
    }

    /// The counts of `replicas` pods that come nearest to `weight`.
    ///
    /// - Parameter surges: whether there may be one pod more than `replicas`, where that comes nearer.
    package init(of replicas: Int, at weight: Weight, surges: Bool) {
        let replicas = max(0, min(replicas, Self.limit))
        self.init(stable: replicas, canary: 0)
        guard replicas > 0 else { return }
        let share = replicas * weight.percent
        let (floor, ceiling) = (share / 100, (share + 99) / 100)
        // Neither side goes without a pod in between, except where one pod cannot be shared.
        let mayBeEmpty = weight.percent == 0 || weight.percent == 100 || (replicas == 1 && !surges)
        var nearest: Candidate?
        for total in surges ? [replicas, replicas + 1] : [replicas] {
            // Half a pod is the canary's.
            let isTied = 2 * (total * weight.percent % 100) == 100
            for canary in [ceiling] + (isTied ? [] : [floor]) {
                let isEmpty = canary == 0 || canary >= total
                guard canary <= total, mayBeEmpty || !isEmpty else { continue }
                let candidate = Candidate(canary: canary, total: total, weight: weight)
                if nearest.map({ candidate.isNearer(than: $0) }) ?? true { nearest = candidate }
            }
        }
        if let nearest { self.init(stable: nearest.total - nearest.canary, canary: nearest.canary) }
    }

    private struct Candidate {
        let canary: Int
        let total: Int
        /// How far its share is from the weight, in percent times `total`.
        let distance: Int

        init(canary: Int, total: Int, weight: Weight) {
            (self.canary, self.total) = (canary, total)
            distance = abs(canary * 100 - weight.percent * total)
        }

        func isNearer(than other: Candidate) -> Bool { distance * other.total < other.distance * total }
    }
}

/// How far the counts may go from the base while they change.
package struct ReplicaBudget: Hashable, Sendable {
    /// Pods above the base, and pods of the base that may be missing.
    package var surge: Int
    package var unavailable: Int

    package init(surge: Int, unavailable: Int) {
        self.surge = max(0, surge)
        // With no room at all nothing could ever move.
        self.unavailable = self.surge == 0 ? max(1, unavailable) : max(0, unavailable)
    }
}

extension ReplicaSplit {
    /// The pods of one side: as stated, and how many of them serve.
    package struct Present: Hashable, Sendable {
        package var stated: Int
        package var available: Int

        package init(stated: Int, available: Int) {
            self.stated = stated
            self.available = available
        }
    }

    /// The counts that are stated next on the way to these.
    ///
    /// Pods are added first, stable's before the canary's, as far as the budget goes; a side gives up pods only as far as
    /// enough of all are available without them. Where nothing can be done before more pods are available, the present counts.
    ///
    /// - Parameters:
    ///   - replicas: the base.
    ///   - others: pods of older templates, which take up room and are left to go first.
    package func next(
        after stable: Present, _ canary: Present, of replicas: Int, within budget: ReplicaBudget, others: Int = 0
    ) -> ReplicaSplit {
        var counts = ReplicaSplit(stable: stable.stated, canary: canary.stated)
        var room = replicas + budget.surge - others - stable.stated - canary.stated
        for side in [\ReplicaSplit.stable, \.canary] {
            let more = max(0, min(room, self[keyPath: side] - counts[keyPath: side]))
            counts[keyPath: side] += more
            room -= more
        }
        guard others == 0 else { return counts }
        // The side that gives up pods counts what it states, the other one what serves.
        let isRising = self.canary >= canary.stated
        let (giving, taking) = isRising ? (\ReplicaSplit.stable, \ReplicaSplit.canary) : (\.canary, \.stable)
        let (giver, taker) = isRising ? (stable, canary) : (canary, stable)
        let least = replicas - min(replicas, budget.unavailable)
        let spare = giver.stated + min(taker.stated, taker.available) - least
        guard spare > 0 else { return counts }
        if self[keyPath: giving] < giver.stated {
            counts[keyPath: giving] = max(self[keyPath: giving], giver.stated - spare)
        }
        // More than the budget allows is there only where the budget has shrunk: the taking side gives some back.
        let excess = counts.stable + counts.canary - replicas - budget.surge
        if excess > 0 {
            let floor = max(0, least - counts[keyPath: giving])
            counts[keyPath: taking] = max(min(counts[keyPath: taking], floor), counts[keyPath: taking] - excess)
        }
        return counts
    }
}
