package import Analysis
internal import Rollouts

/// The commits that are still to come, with the earliest times at which their conditions can hold: everything is
/// available at once, every analysis passes as soon as it may, every approval is given at once.
package struct Forecast: Sendable {
    package struct Commit: Equatable, Sendable {
        package let stage: String
        package let title: String
        /// Nil where nobody can say, as while the cluster was not asked.
        package let earliest: Timestamp?
        /// What it waits for beside time.
        package let condition: String
    }

    package let commits: [Commit]

    package init(_ status: RolloutStatus, now: Timestamp) {
        let outline = StageOutline(status)
        guard Self.advances(status), status.state?.stage.kind.isBackward != true else {
            commits = []
            return
        }
        let isHeld = if case .held? = status.standing { true } else { false }
        var next = outline.present + 1
        var time: Timestamp? = isHeld ? nil : now
        var weight = status.isMoving ? status.weight ?? .none : .none
        var leaving = outline.stages.indices.contains(outline.present) ? outline.stages[outline.present] : nil
        if let transition = status.transition ?? status.question?.transition {
            // What is due stands above already.
            next = (outline.stages.firstIndex { $0.key == transition.state.at.stage } ?? outline.present) + 1
            weight = transition.state.stage.weight
            leaving = outline.stages.indices.contains(next - 1) ? outline.stages[next - 1] : nil
        } else {
            time = Self.end(of: status, leaving, now: now, isHeld: isHeld)
        }
        let isDue = status.transition != nil || status.question != nil
        var commits: [Commit] = []
        for stage in outline.stages.dropFirst(max(0, next)) {
            if !commits.isEmpty || isDue {
                time = leaving.flatMap { left in time.map { $0 + Self.pauses(left, status) } } ?? time
            }
            let left = leaving.map { Self.condition($0, isJudged: status.isJudged) } ?? ""
            let isAsked = status.specification?.delivery.proposes(stage.key, stage.kind) == true
            let condition = [left, isAsked ? "by a pull request" : ""].filter { !$0.isEmpty }.joined(separator: "; ")
            commits.append(
                Commit(
                    stage: stage.key.text, title: Self.title(stage, from: weight), earliest: time,
                    condition: condition))
            weight = stage.kind == .promote ? weight : stage.weight
            leaving = stage
        }
        self.commits = commits
    }

    /// Only a release that moves, or that is about to, has commits ahead.
    private static func advances(_ status: RolloutStatus) -> Bool {
        switch status.standing {
        case .progressing: status.transition?.state.at.action != .adopt
        case .held: status.isMoving
        default: false
        }
    }

    /// When the present stage can be left.
    private static func end(of status: RolloutStatus, _ stage: Stage?, now: Timestamp, isHeld: Bool) -> Timestamp? {
        guard !isHeld, let stage else { return nil }
        switch status.standing {
        case .progressing(.pause(let until)), .progressing(.scaleDown(let until)): return max(now, until)
        case .progressing(.cluster): return nil
        default: break
        }
        let note = status.observation?.note
        let began = note?.segmentAt ?? note?.liveAt ?? now
        return max(now, began + pauses(stage, status))
    }

    private static func pauses(_ stage: Stage, _ status: RolloutStatus) -> Duration {
        if stage.kind == .drain { return status.specification?.scaleDownDelay ?? .zero }
        let pauses: Duration = stage.conditions.reduce(.zero) { sum, condition in
            if case .pause(let duration) = condition { sum + duration } else { sum }
        }
        let judged = stage.judged ? status.specification?.judgedFor[stage.kind] ?? .zero : .zero
        return max(pauses, judged)
    }

    /// What has to hold before a stage is left, in words.
    static func condition(_ stage: Stage, isJudged: Bool) -> String {
        var parts: [String] = []
        if stage.kind == .start { parts.append("the canary is available") }
        if stage.kind == .promote { parts.append("stable is rolled out") }
        for condition in stage.conditions {
            switch condition {
            case .pause(let duration): parts.append("\(Span(duration)) pause")
            case .approval: parts.append("approval")
            case .analysis(let spec, _):
                parts.append("analysis \(spec.title)")
            }
        }
        if stage.judged, isJudged {
            parts.append("analysis passes")
        }
        return parts.isEmpty ? "" : "after: " + parts.joined(separator: ", ")
    }

    private static func title(_ stage: Stage, from weight: Weight) -> String {
        switch stage.kind {
        case .start: "start"
        case .weight: "canary \(weight) → \(stage.weight)"
        case .promote: "promote"
        case .drain: "drain"
        case .finish: "finish"
        case .stable, .traffic, .rest: stage.key.text
        }
    }
}

extension RolloutStatus {
    fileprivate var isJudged: Bool { specification?.background != Specification.Background.none }
}
