import Agent
import Manifests
import Report
import Rollouts

extension ChangeReport {
    /// The agent's review in the form that people read.
    init(_ review: ChangeReview) {
        self.init(
            base: review.base, tip: review.tip, rollouts: review.rollouts.map(Rollout.init),
            promotions: review.promotions.map(Promotion.init),
            findings: review.findings.map { Problem(severity: $0.severity.rawValue, diagnostic: $0.diagnostic) },
            known: review.known, conflicts: review.conflicts)
    }
}

extension ChangeReport.Rollout {
    init(_ change: RolloutChange) {
        self.init(
            id: change.id, kind: ChangeReport.Kind(change.kind), file: change.file, line: change.line,
            parts: change.parts.map(\.rawValue), former: change.former, stated: change.stated,
            isJudged: change.isJudged, end: ChangeReport.End(change), holds: change.quickest?.holds ?? [],
            places: change.manifests.map(ChangeReport.Place.init))
        commits = Self.commits(change.quickest, change.slowest)
        next = Self.commits(change.next, change.slowestNext)
        safeguards = change.safeguards.map(ChangeReport.Safeguard.init)
        (ending, onward, everythingHeld) = (change.ending, change.onward, change.hold)
        (merger, isAgents) = (change.delivery.merger, change.isAgents)
        gone = change.gone.map { ($0.object, "\($0.file):\($0.line)") }
    }

    /// The commits with both their times, as far as the slower way is the same.
    private static func commits(
        _ quickest: Rehearsal.Outcome?, _ slowest: Rehearsal.Outcome?
    ) -> [ChangeReport.Commit] {
        let slowest = slowest?.commits ?? []
        return (quickest?.commits ?? []).enumerated().map { index, commit in
            let slow = slowest.indices.contains(index) ? slowest[index] : nil
            return ChangeReport.Commit(
                subject: commit.subject, action: commit.action, stage: commit.stage, earliest: commit.time,
                latest: slow?.stage == commit.stage && slow?.action == commit.action ? slow?.time : nil,
                leaving: commit.leaving,
                approvals: commit.approvals.map { $0 == .word ? .word : .pullRequest })
        }
    }
}

extension ChangeReport.Kind {
    init(_ kind: RolloutChange.Kind) {
        switch kind {
        case .added: self = .added
        case .changed: self = .changed
        case .removed: self = .removed
        case .renamed(let id): self = .renamed(from: id)
        case .unreadable: self = .unreadable
        }
    }
}

extension ChangeReport.Safeguard {
    init(_ change: SafeguardChange) {
        self.init(isLess: change.isLess, message: change.message, file: change.file, line: change.line)
    }
}

extension ChangeReport.Promotion {
    init(_ change: PromotionChange) {
        let kind: Kind =
            switch change.kind {
            case .added: .added
            case .changed: .changed
            case .removed: .removed
            case .broken: .broken
            }
        self.init(
            name: change.name, kind: kind, file: change.file, line: change.line, parts: change.parts.map(\.rawValue),
            steps: change.steps, ended: change.ended,
            safeguards: change.safeguards.map(ChangeReport.Safeguard.init))
    }
}

extension ChangeReport.End {
    init(_ change: RolloutChange) {
        guard let outcome = change.quickest else {
            self = change.isForeign ? .foreignState : change.isShadow ? .shadow : .unknown
            return
        }
        switch outcome.end {
        case .settled: self = .settled
        case .held(.reverted(let what, _, _)) where change.takesBack != nil: self = .takenBack(what)
        case .held(let hold): self = .held(hold)
        case .rejected(let reason): self = .rejected(reason)
        case .impossible(let problem): self = .impossible(problem)
        case .endless(let stage): self = .endless(stage)
        }
    }
}

extension ChangeReport.Place {
    init(_ change: ManifestChange) {
        self.init(
            reach: Reach(change.reach), object: change.object, field: change.field, file: change.file,
            line: change.line, former: change.former, present: change.present, isHidden: change.isHidden)
    }
}

extension ChangeReport.Place.Reach {
    init(_ reach: ManifestChange.Reach) {
        switch reach {
        case .stable: self = .stable
        case .canary: self = .canary
        case .weight: self = .weight
        case .count: self = .count
        case .other: self = .other
        }
    }
}
