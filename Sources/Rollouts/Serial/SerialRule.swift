/// What the branch's history says of the state at its tip.
package struct SerialFinding: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Nothing has been rolled out, or what had been was retired.
        case begin
        case happened
        /// The tip is back at an earlier state; by the commit that lowered it.
        case reverted(by: CommitID)
        /// What the branch has had is not in its history any more.
        case rewritten
        /// Somebody else's state, or one that was picked or edited by hand; by the commit that brought it.
        case notOurs(by: CommitID)
    }

    package let verdict: Verdict
    /// The tip's.
    package let value: StateValue
    /// The highest serial that the branch has had without a gap.
    package let top: Int
    /// What the agent's next commit states.
    package let nextSerial: Int
    /// The newest commit that has the top state; nil where it is not in the history.
    package let topCommit: CommitID?
    /// What the mark may be after this: raised to the tip where its state has happened, never lowered.
    package let mark: Mark?

    /// The commit that took the state back or brought a foreign one; nil where nothing did.
    package var culprit: CommitID? {
        switch verdict {
        case .reverted(let commit), .notOurs(let commit): commit
        case .begin, .happened, .rewritten: nil
        }
    }

    /// What `resume` makes the mark first where the state is not ours: somebody has looked at it.
    package func adopted(at tip: CommitID) -> Mark? { Mark(value, at: tip) ?? mark }
}

/// Tells a stage that was reverted from one that has not happened, though their trees may be equal.
///
/// The highest serial counts that a walk meets: from the tip over all parents with the same state, where there is none
/// over all parents, back to the mark's commit. A lagging mark, merges in either direction and repeated reverts defeat
/// every rule that looks at one commit or along one line of history.
package struct SerialRule {
    private let history: StateHistory
    private let mark: Mark?
    private let tip: StateValue

    /// The finding for the tip of `history`; without a mark the whole history is walked.
    package static func classify(_ history: StateHistory, mark: Mark?) -> SerialFinding {
        let rule = Self(history: history, mark: mark, tip: history.value(history.tip))
        return rule.finding()
    }

    private func finding() -> SerialFinding {
        let seen = seenValues()
        let top = top(seen)
        let verdict = verdict(top: top, seen: seen)
        let next = max(top, tip.serial ?? 0).addingReportingOverflow(1)
        var raised = mark
        if verdict == .happened, let here = Mark(tip, at: history.tip) { raised = mark?.raised(to: here) ?? here }
        return SerialFinding(
            verdict: verdict, value: tip, top: top, nextSerial: next.overflow ? top : next.partialValue,
            topCommit: history.newest(commits(of: top)), mark: raised)
    }

    // MARK: Top

    /// The values that the walk meets; those of the whole history without a mark.
    private func seenValues() -> Set<StateValue> {
        guard let mark else { return Set(history.order.map(history.value)) }
        let known = history.contains(mark.commit) ? history.reach([mark.commit]) : []
        var values: Set<StateValue> = []
        var seen: Set<CommitID> = []
        var waiting = [history.tip]
        while let id = waiting.popLast() {
            guard !known.contains(id), seen.insert(id).inserted else { continue }
            values.insert(history.value(id))
            let parents = history.parents(id)
            let equal = history.equalParents(id)
            values.formUnion(parents.map(history.value))
            waiting += equal.isEmpty ? parents : equal
        }
        values.insert(tip)
        return values
    }

    /// The mark's serial and those that follow without a gap; a gap is foreign.
    private func top(_ seen: Set<StateValue>) -> Int {
        let serials = Set(seen.compactMap(\.serial))
        var top = mark?.serial ?? serials.min() ?? 0
        while top < .max, serials.contains(top + 1) { top += 1 }
        return top
    }

    // MARK: Verdict

    private func verdict(top: Int, seen: Set<StateValue>) -> SerialFinding.Verdict {
        if tip == .absent, top == 0 { return .begin }
        guard let serial = tip.serial, serial <= top else { return .notOurs(by: bringer()) }
        let isMarks = mark?.serial == top
        if serial == top {
            let stands = isMarks ? tip == mark?.value : seen.filter { $0.serial == top } == [tip]
            if stands { return .happened }
            return isMarks && markIsGone ? .rewritten : .notOurs(by: bringer())
        }
        if isMarks, markIsGone { return .rewritten }
        let culprit = culprit(top) ?? bringer()
        if tip == .absent, !history.hasRollout(culprit) { return .begin }
        let before = history.reach(commits(of: top).flatMap(history.parents))
        return before.contains { history.value($0) == tip } ? .reverted(by: culprit) : .notOurs(by: culprit)
    }

    /// Whether the branch has neither the mark's commit nor, under another id, its state.
    private var markIsGone: Bool {
        guard let mark else { return false }
        return !history.contains(mark.commit) && !history.order.contains { history.value($0) == mark.value }
    }

    private func commits(of serial: Int) -> Set<CommitID> {
        Set(history.order.filter { history.value($0).serial == serial })
    }

    // MARK: Culprit

    /// The commit that brought the tip's state.
    private func bringer() -> CommitID {
        history.newest(ends(of: history.plateau(history.tip))) ?? history.tip
    }

    private func ends(of plateau: Set<CommitID>) -> [CommitID] {
        plateau.filter { history.equalParents($0).isEmpty }
    }

    /// The newest commit that lowered the state from where top was; else the oldest merge that let go of that side.
    private func culprit(_ top: Int) -> CommitID? {
        let withTop = history.descendants(of: commits(of: top))
        var visited: Set<CommitID> = []
        var waiting = [history.tip]
        while let start = waiting.popLast() {
            guard visited.insert(start).inserted else { continue }
            let plateau = history.plateau(start)
            let ends = ends(of: plateau)
            if let lowering = history.newest(ends.filter { lowers($0, withTop) }) { return lowering }
            if let merge = history.oldest(plateau.filter { letsGo($0, withTop) }) { return merge }
            // The highest serial last, to be looked at first.
            waiting += ends.flatMap(history.parents).filter(withTop.contains).sorted {
                (history.value($0).serial ?? 0) < (history.value($1).serial ?? 0)
            }
        }
        return nil
    }

    private func lowers(_ id: CommitID, _ withTop: Set<CommitID>) -> Bool {
        let serial = history.value(id).serial ?? 0
        return history.parents(id).contains { (history.value($0).serial ?? 0) >= serial && withTop.contains($0) }
    }

    private func letsGo(_ id: CommitID, _ withTop: Set<CommitID>) -> Bool {
        let equal = history.equalParents(id)
        guard history.parents(id).count > 1, !equal.contains(where: withTop.contains) else { return false }
        return history.parents(id).contains { !equal.contains($0) && withTop.contains($0) }
    }
}
