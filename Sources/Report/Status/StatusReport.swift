package import Analysis
package import Rollouts

/// Where all rollouts of a repository stand.
package struct StatusReport: Sendable {
    package var now: Timestamp
    package var branch: String
    package var commit: CommitID?
    /// Neither the cluster nor the metrics were asked.
    package var isOffline: Bool
    package var rollouts: [RolloutStatus]
    /// The steps by which releases go on.
    package var promotions: [PromotionStatus] = []
    /// Findings that belong to no single rollout.
    package var problems: [Diagnostic]
    /// Why everything is held, where the repository says so.
    package var hold: String?

    package init(
        now: Timestamp, branch: String, commit: CommitID? = nil, isOffline: Bool = false,
        rollouts: [RolloutStatus] = [], problems: [Diagnostic] = [], hold: String? = nil
    ) {
        self.now = now
        self.branch = branch
        self.commit = commit
        self.isOffline = isOffline
        self.rollouts = rollouts
        self.problems = problems
        self.hold = hold
    }

    package var urgency: RolloutStatus.Urgency {
        problems.isEmpty ? (rollouts.map(\.urgency) + promotions.map(\.urgency)).max() ?? .settled : .needed
    }

    /// One row a rollout, and below them what somebody has to do.
    package func table(_ layout: Layout) -> [String] {
        guard !rollouts.isEmpty else {
            return ["There are no rollouts in .headgate/rollouts on \(branch)."] + footer(layout)
        }
        var table = TextTable()
        let heads = ["ROLLOUT", "PHASE", "STABLE", "CANARY", "WEIGHT", "STAGE", "REASON"]
        table.add(heads.enumerated().map { .init(text: $1, tint: .faint, isRight: $0 == 4) })
        for rollout in rollouts { table.add(row(of: rollout)) }
        return table.lines(layout) + needs(layout) + promotionTable(layout) + footer(layout)
    }

    /// The steps of promotions; none where there are no Promotions.
    package func promotionTable(_ layout: Layout) -> [String] { PromotionStatus.table(promotions, at: now, layout) }

    private func row(of rollout: RolloutStatus) -> [TextTable.Cell] {
        let stage = rollout.isMoving ? rollout.state?.stage : nil
        let place = stage.map { $0.kind.isBackward ? "back" : "\($0.index) of \($0.count)" }
        return [
            .init(text: rollout.name, tint: .strong),
            .init(text: rollout.phase, tint: rollout.tint),
            .init(text: rollout.stable?.title ?? "-"),
            .init(text: rollout.canary?.title ?? "-"),
            .init(text: rollout.isMoving ? rollout.weight?.description ?? "-" : "-", isRight: true),
            .init(text: place ?? "-"),
            .init(text: StandingSummary(status: rollout, now: now).text),
        ]
    }

    private func needs(_ layout: Layout) -> [String] {
        let needy = rollouts.filter { $0.urgency == .needed }
        guard !needy.isEmpty else { return [] }
        let width = needy.map { $0.name.count }.max() ?? 0
        return [""] + needy.map { "\($0.name.padded(to: width))  → \($0.way.first ?? "")" }
    }

    /// What was not looked at, and what is wrong beside the rollouts.
    package func footer(_ layout: Layout) -> [String] {
        var lines = problems.flatMap { problem in
            [layout.palette.paint("\(problem)", .bad)] + (problem.hint.map { ["  → \($0)"] } ?? [])
        }
        if let hold {
            lines.append(layout.palette.paint("Everything is held, and nothing new starts: \(hold)", .bad))
            lines.append("  → headgate resume --all, or remove `hold` from .headgate/config.yaml")
        }
        if isOffline {
            let at = commit.map { " at \($0.short)" } ?? ""
            lines.append(
                layout.palette.paint(
                    "From Git alone: \(branch)\(at); neither the cluster nor the metrics were asked.", .faint))
        }
        return lines.isEmpty ? [] : [""] + lines
    }
}

extension RolloutStatus {
    var tint: Palette.Tint {
        switch urgency {
        case .settled: .good
        case .moving: .moving
        case .needed: .bad
        }
    }
}
