package import Analysis
package import Rollouts

/// One attempt at a release, from its first commit to its last.
package struct ReleaseRecord: Equatable, Sendable {
    package let release: RolloutState.Record
    package let previous: RolloutState.Record?
    /// Oldest first.
    package private(set) var events: [HistoryEvent]
    package private(set) var ending: Ending
    /// The highest share that the canary had.
    package private(set) var highest: Weight

    /// How it came out.
    package enum Ending: Equatable, Sendable {
        case underWay(StageKey)
        /// A stage of it was reverted, and it stands at an earlier one.
        case setBack(to: StageKey, by: String, commit: CommitID)
        case adopted
        case stable
        case goingBack(reason: String)
        case rolledBack(reason: String)
        case reverted(by: String, commit: CommitID)
        case superseded
    }

    package var began: Timestamp? { events.first?.time }
    package var ended: Timestamp? {
        switch ending {
        case .underWay, .setBack, .goingBack: nil
        default: events.last?.time
        }
    }

    /// Folds the commits of a branch, oldest first, to one record for each attempt; newest first.
    package static func folding(_ events: [HistoryEvent]) -> [ReleaseRecord] {
        var records: [ReleaseRecord] = []
        for event in events {
            guard let last = records.indices.last else {
                if let state = event.state { records.append(ReleaseRecord(event, state)) }
                continue
            }
            if records[last].takes(event) {
                records[last].add(event)
            } else if let state = event.state {
                records[last].supersede()
                records.append(ReleaseRecord(event, state))
            }
        }
        return records.reversed()
    }

    private init(_ event: HistoryEvent, _ state: RolloutState) {
        release = state.release
        previous = state.previous
        events = []
        ending = .underWay(state.at.stage)
        highest = state.stage.max
        add(event)
    }

    /// What people did to the state and a rollback belong to the attempt that they end, whichever release they state.
    private func takes(_ event: HistoryEvent) -> Bool {
        guard let state = event.state, event.kind == .step else { return true }
        if state.at.action == .rollback || state.at.action == .resume { return true }
        return state.release.digest == release.digest && state.release.attempt == release.attempt
            && state.at.action != .start && state.at.action != .adopt
    }

    private mutating func add(_ event: HistoryEvent) {
        events.append(event)
        guard event.kind != .reverted, event.kind != .removed, let state = event.state else {
            if let state = event.state, state.phase == .progressing, state.release.digest == release.digest,
                state.release.attempt == release.attempt
            {
                ending = .setBack(to: state.at.stage, by: event.author, commit: event.commit)
            } else {
                ending = .reverted(by: event.author, commit: event.commit)
            }
            return
        }
        highest = max(highest, state.stage.max, state.stage.weight)
        switch (state.at.action, state.phase) {
        case (.adopt, _): ending = .adopted
        case (.rollback, .rollingBack): ending = .goingBack(reason: state.failure?.reason ?? "")
        case (.rollback, _): ending = .rolledBack(reason: state.failure?.reason ?? lastReason)
        case (_, .stable): ending = .stable
        case (.resume, .rolledBack): break
        default: ending = .underWay(state.at.stage)
        }
    }

    /// A superseded release keeps no failure in its last state; the commit before it has one.
    private var lastReason: String {
        if case .goingBack(let reason) = ending { reason } else { "" }
    }

    private mutating func supersede() {
        switch ending {
        case .underWay: ending = .superseded
        // It never went on from there.
        case .setBack(_, let author, let commit): ending = .reverted(by: author, commit: commit)
        default: break
        }
    }
}
