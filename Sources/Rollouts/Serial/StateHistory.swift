package import Analysis

/// What one commit says of a rollout's state: its serial and the digest of its canonical value.
package enum StateValue: Hashable, Sendable {
    /// There is no state file; counts as serial 0.
    case absent
    case stated(serial: Int, digest: Digest)
    /// There is a file that states not exactly one serial.
    case unreadable

    /// Nil where it cannot be read.
    package var serial: Int? {
        switch self {
        case .absent: 0
        case .stated(let serial, _): serial
        case .unreadable: nil
        }
    }
}

/// One commit, as far as the serial rule looks at it.
package struct StateCommit: Hashable, Sendable {
    package let parents: [CommitID]
    /// The committer's.
    package let time: Timestamp
    package let value: StateValue
    /// Whether the Rollout document is in the commit's tree.
    package let hasRollout: Bool

    package init(parents: [CommitID], time: Timestamp, value: StateValue, hasRollout: Bool) {
        self.parents = parents
        self.time = time
        self.value = value
        self.hasRollout = hasRollout
    }
}

/// The history of a branch's tip, complete: a shallow one would break every question of ancestry.
package struct StateHistory: Sendable {
    package let tip: CommitID
    private let commits: [CommitID: StateCommit]
    /// Children before parents, and newer ones first where that leaves a choice.
    package let order: [CommitID]
    private let rank: [CommitID: Int]

    package init(tip: CommitID, commits: [CommitID: StateCommit]) {
        self.tip = tip
        self.commits = commits
        order = Self.order(from: tip, commits)
        rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    }

    /// The same history, in which the commit's tree has not got the Rollout.
    package func withoutRollout(at id: CommitID) -> StateHistory {
        guard let commit = commits[id] else { return self }
        var changed = commits
        changed[id] = StateCommit(
            parents: commit.parents, time: commit.time, value: commit.value, hasRollout: false)
        return StateHistory(tip: tip, commits: changed)
    }

    package func contains(_ id: CommitID) -> Bool { rank[id] != nil }

    func value(_ id: CommitID) -> StateValue { commits[id]?.value ?? .absent }
    func parents(_ id: CommitID) -> [CommitID] { commits[id]?.parents.filter(contains) ?? [] }
    func hasRollout(_ id: CommitID) -> Bool { commits[id]?.hasRollout ?? false }

    func equalParents(_ id: CommitID) -> [CommitID] { parents(id).filter { value($0) == value(id) } }

    func newest(_ ids: some Sequence<CommitID>) -> CommitID? { ids.min { position($0) < position($1) } }
    func oldest(_ ids: some Sequence<CommitID>) -> CommitID? { ids.max { position($0) < position($1) } }

    /// The commits themselves and everything before them.
    func reach(_ starts: some Sequence<CommitID>) -> Set<CommitID> {
        closure(starts) { parents($0) }
    }

    /// The commits reached from `start` over parents with the same value, itself included.
    func plateau(_ start: CommitID) -> Set<CommitID> {
        closure([start]) { equalParents($0) }
    }

    /// The commits that have one of `ids` in their history or are one.
    func descendants(of ids: Set<CommitID>) -> Set<CommitID> {
        var found = ids
        for id in order.reversed() where parents(id).contains(where: found.contains) { found.insert(id) }
        return found
    }

    func closure(_ starts: some Sequence<CommitID>, _ next: (CommitID) -> [CommitID]) -> Set<CommitID> {
        var seen = Set<CommitID>()
        var waiting = Array(starts)
        while let id = waiting.popLast() {
            if seen.insert(id).inserted { waiting += next(id) }
        }
        return seen
    }

    private func position(_ id: CommitID) -> Int { rank[id] ?? .max }

    private static func order(from tip: CommitID, _ commits: [CommitID: StateCommit]) -> [CommitID] {
        var children: [CommitID: Int] = [tip: 0]
        var waiting = [tip]
        while let id = waiting.popLast() {
            for parent in Set(commits[id]?.parents ?? []) where commits[parent] != nil {
                if children[parent] == nil { waiting.append(parent) }
                children[parent, default: 0] += 1
            }
        }
        // Sorted by time, the newest last; a handful of commits, one for each line of history.
        var ready = [tip]
        var order: [CommitID] = []
        while let id = ready.popLast() {
            order.append(id)
            for parent in Set(commits[id]?.parents ?? []) {
                guard let commit = commits[parent], let left = children[parent] else { continue }
                children[parent] = left - 1
                guard left == 1 else { continue }
                let place = ready.firstIndex { (commits[$0]?.time ?? commit.time) > commit.time } ?? ready.endIndex
                ready.insert(parent, at: place)
            }
        }
        return order
    }
}
