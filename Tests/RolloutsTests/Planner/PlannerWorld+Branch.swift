import Analysis
import Rollouts

/// The branch: what people and the agent commit, and what the serial rule says of its tip.
extension PlannerWorld {
    /// The index of the commit that brought the tip's state.
    var stageIndex: Int {
        var index = branch.count - 1
        while index > 0, branch[index - 1].state == branch[index].state { index -= 1 }
        return index
    }

    /// The serial rule on a line of commits.
    var history: History {
        guard let mark else { return state == nil ? .begin : .notOurs(by: culprit) }
        if let state {
            if state == mark { return .happened }
            if state.at.serial >= mark.at.serial { return .notOurs(by: culprit) }
        }
        guard let top = branch.firstIndex(where: { $0.state == mark }) else { return .rewritten }
        let stoodBefore = branch.prefix(top).contains { $0.state == state }
        return stoodBefore ? .reverted(by: culprit) : .notOurs(by: culprit)
    }

    private var culprit: History.Culprit {
        let index = stageIndex
        return .init(commit: CommitID(hex: "c\(1000 + index)00000000000"), author: branch[index].author)
    }

    /// One above everything that the branch has had.
    var nextSerial: Int {
        let highest = max(mark?.at.serial ?? 0, state?.at.serial ?? 0)
        return highest < .max ? highest + 1 : highest
    }

    func commit(_ author: String, isEdit: Bool = false, _ change: (inout Commit) -> Void) {
        var next = tip
        next.arrived = now
        next.stamped = agentTime
        next.author = author
        next.isEdit = isEdit
        change(&next)
        branch.append(next)
    }

    /// Undoes the newest commits down to the one with `index`, in one commit.
    func revert(to index: Int, by author: String) {
        let old = branch[index]
        commit(author) { ($0.state, $0.values) = (old.state, old.values) }
    }

    func carryOut(_ effect: Effect) {
        let stage = stageIndex
        switch effect {
        case .commit(let transition): make(transition)
        case .recordLive(let time): notes[stage, default: StageNote()].liveAt = time
        case .recordAway(let time): notes[stage, default: StageNote()].awayAt = time
        case .recordReturn(let time):
            notes[stage, default: StageNote()].awayAt = nil
            notes[stage, default: StageNote()].segmentAt = time
        case .recordArrival(let time): notes[stage, default: StageNote()].arrivedAt = time
        case .acceptForeign: mark = state
        case .retire:
            commit("agent") { $0.state = nil }
            mark = nil
        case .propose(let stage): forge?.propose(stage)
        case .withdraw(let withdrawal): forge?.withdraw(withdrawal)
        case .merge(let merge): this(merges: merge.question)
        case .advise: break
        }
    }

    /// The proposal comes to the branch, whoever merged it.
    func this(merges question: ProposalQuestion) {
        make(question.transition)
        forge?.merged(question.key)
    }

    private func make(_ transition: Transition) {
        commit("agent") { next in
            next.state = transition.state
            for change in transition.changes {
                switch change {
                case .canaryRelease(let release): next.values.set(release, .canary)
                case .stableRelease(let release): next.values.set(release, .stable)
                case .weight(let weight): next.values[.weight] = "\(weight.percent)"
                case .canaryCapacity(let pods): next.values[capacityBinding] = "\(pods)"
                case .stableReplicas(let pods): next.values[.stableReplicas] = "\(pods)"
                case .stableFloor(let pods): next.values[.stableFloor] = "\(pods)"
                case .runJob(let job, let key):
                    (next.values[.jobSuspended(job)], next.values[.jobRun(job)]) = ("false", key)
                case .restore(let entries), .revert(let entries):
                    for entry in entries { next.values[entry.binding] = entry.value }
                case .stateRelease(let release): spec.release = release
                }
            }
        }
        mark = transition.state
    }
}
