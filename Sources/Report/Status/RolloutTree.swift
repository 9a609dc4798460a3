package import Analysis
internal import Rollouts

/// One rollout from its release to what it waits for, as a tree.
package struct RolloutTree: Sendable {
    private let status: RolloutStatus
    private let now: Timestamp
    private let isOffline: Bool

    package init(_ status: RolloutStatus, now: Timestamp, isOffline: Bool = false) {
        self.status = status
        self.now = now
        self.isOffline = isOffline
    }

    private struct Branch {
        var label: String
        var lines: [String]
    }

    package func lines(_ layout: Layout) -> [String] {
        let summary = StandingSummary(status: status, now: now).text
        let head = layout.palette.paint(status.name, .strong)
        let phase = layout.palette.paint(status.phase, status.tint)
        var lines = ["\(head)  \(phase)" + (summary.isEmpty ? "" : ": \(summary)")]
        let branches = branches(layout).filter { !$0.lines.isEmpty }
        for (index, branch) in branches.enumerated() {
            let isLast = index == branches.count - 1
            for (number, line) in branch.lines.enumerated() {
                let mark = number == 0 ? (isLast ? "└─ " : "├─ ") : (isLast ? "   " : "│  ")
                let label = (number == 0 ? branch.label : "").padded(to: 10)
                lines.append((layout.palette.paint(mark + label, .faint) + line).withoutTrailingSpaces)
            }
        }
        return lines
    }

    private func branches(_ layout: Layout) -> [Branch] {
        [
            Branch(label: "Problems", lines: status.problems.map(\.description) + (status.trouble.map { [$0] } ?? [])),
            Branch(label: "Release", lines: release),
            Branch(label: "Stages", lines: stages(layout)),
            Branch(label: "Git", lines: git),
            Branch(label: "Cluster", lines: cluster),
            Branch(label: "Analysis", lines: analysis),
            Branch(label: "Next", lines: next),
            Branch(label: "To go on", lines: status.way),
        ]
    }

    // MARK: Release and stages

    private var release: [String] {
        if status.isMoving, let state = status.state {
            let attempt = state.release.attempt > 1 ? ", attempt \(state.release.attempt)" : ""
            let was = state.previous.map { ", was \($0.values.title)" } ?? ""
            return ["\(state.release.values.title)\(was) (\(state.release.digest.short)\(attempt))"]
                + values(state.release.values)
        }
        guard let stable = status.stable else { return [] }
        var lines = ["\(stable.title) (\(stable.digest.short))"] + values(stable)
        if let stated = status.specification?.release, stated != stable {
            lines.append("stated in \(status.file): \(stated.title) (\(stated.digest.short))")
        }
        return lines
    }

    private func values(_ release: Release) -> [String] {
        release.shown.filter { $0.name != "template" }.map { name, value in
            "\(name.hasPrefix("image.") ? String(name.dropFirst(6)) : name)  \(value)"
        }
    }

    private func stages(_ layout: Layout) -> [String] {
        guard status.isMoving, let state = status.state else { return [] }
        let plan = StageOutline(status)
        let width = plan.stages.map(\.key.text.count).max() ?? 0
        guard !state.stage.kind.isBackward else {
            let reason = state.failure.map { [$0.reason] } ?? []
            return ["going back from \(state.failure?.stage.text ?? "the release")"] + reason
        }
        return plan.stages.enumerated().map { index, stage in
            let isPresent = index == plan.present
            let mark = index < plan.present ? "✓" : isPresent ? "●" : "○"
            let tint: Palette.Tint = index < plan.present ? .good : isPresent ? .moving : .faint
            let weight = stage.kind == .weight ? "\(stage.weight)" : ""
            let room = String(repeating: " ", count: max(0, 4 - weight.count))
            let remark = isPresent ? presence : StageOutline.conditions(stage)
            let row =
                "\(layout.palette.paint(mark, tint)) \(stage.key.text.padded(to: width)) \(room)\(weight)  \(remark)"
            return row.withoutTrailingSpaces
        }
    }

    /// Since when the present stage is live.
    private var presence: String {
        guard let note = status.observation?.note, let liveAt = note.liveAt else {
            let arrived = status.observation?.stageCommit.map { RelativeTime.text($0.arrived, from: now) }
            return arrived.map { "committed \($0)" } ?? ""
        }
        let segment = note.segmentAt.map { ", again since \(RelativeTime.clock($0, from: now))" } ?? ""
        return "live since \(RelativeTime.both(liveAt, from: now))\(segment)"
    }

    // MARK: What is written and what runs

    private var git: [String] {
        guard let manifests = status.observation?.manifests else { return [] }
        var parts = status.weight.map { ["weight \($0)"] } ?? []
        if let pods = manifests.number(.stableReplicas) { parts.append("stable \(Readable.plural(pods, "pod"))") }
        if let pods = manifests.number(.stableFloor) { parts.append("stable at least \(Readable.plural(pods, "pod"))") }
        if let pods = manifests.number(.canaryReplicas) {
            let nodes = pods == 0 ? "at rest" : "on every node"
            parts.append("canary \(manifests.onEveryNode ? nodes : Readable.plural(pods, "pod"))")
        }
        if let pods = manifests.number(.canaryFloor) { parts.append("canary at least \(Readable.plural(pods, "pod"))") }
        let commit = status.observation?.stageCommit.map { "\($0.id.short)  " } ?? ""
        return (parts.isEmpty ? [] : [commit + parts.joined(separator: ", ")])
            + manifests.edits.map { "edited: \(Self.difference($0))" }
    }

    private var cluster: [String] {
        switch status.observation?.live {
        case .read(let live): return lines(of: live)
        case .unavailable(let why): return [isOffline ? "not asked" : "could not be read: \(why)"]
        case .notRead, nil: return isOffline ? ["not asked"] : []
        }
    }

    private func lines(of live: LiveReading) -> [String] {
        var parts = live.weight.map { ["weight \($0)"] } ?? []
        for (name, side) in [("stable", live.stable), ("canary", live.canary)] {
            guard let side else { continue }
            parts.append("\(name) \(side.available) of \(Readable.plural(side.desired, "pod")) available")
        }
        var lines = [parts.joined(separator: ", ")]
        for side in [live.stable, live.canary].compactMap({ $0 }) {
            lines += side.failing.map { "failing: \($0)" } + side.pending.map { "pending: \($0)" }
        }
        switch live.route {
        case .accepted: break
        case .pending(let why): lines.append("route: not yet accepted: \(why)")
        case .refused(let why): lines.append("route: refused: \(why)")
        }
        lines += live.differences.map { "differs: \(Self.difference($0))" }
        return lines + (live.engine.map { ["engine: \($0)"] } ?? [])
    }

    static func difference(_ field: FieldDifference) -> String {
        let place = field.place.isEmpty ? "" : " at \(field.place)"
        if field.hidden != nil { return "\(field.binding) was changed (not shown)\(place)" }
        return "\(field.binding) is \(field.found ?? "absent"), expected \(field.expected ?? "absent")\(place)"
    }

    // MARK: What is judged and what comes

    private var analysis: [String] {
        (status.observation?.analyses ?? []).flatMap { reading in
            let rows = EvidenceTable.lines(reading.evidence)
            return rows.isEmpty ? [reading.sentence] : rows.map(Self.withoutTitle)
        }
    }

    /// The label of the branch says it already.
    private static func withoutTitle(_ line: String) -> String {
        line.hasPrefix("Analysis  ") ? String(line.dropFirst(10)) : line
    }

    private var next: [String] {
        guard status.problems.isEmpty else { return [] }
        if let transition = status.transition { return ["now: \(StandingSummary.subject(transition, status.id))"] }
        switch status.standing {
        case .progressing(.pause(let until)), .progressing(.scaleDown(let until)):
            return ["not before \(RelativeTime.both(until, from: now))"]
        case .progressing(let wait?), .rollingBack(let wait?):
            let word = wait.hasDeadline ? "no longer than" : "looks again"
            let check = status.nextCheck.map { "\(word) \(RelativeTime.both($0, from: now))" }
            return ["waits \(StandingText.line(wait))"] + (check.map { [$0] } ?? [])
        case .held(let hold): return ["held: \(StandingText.line(hold))"]
        case .rolledBack(let rejected): return ["rejected: \(rejected.reason)"]
        default: return []
        }
    }
}
