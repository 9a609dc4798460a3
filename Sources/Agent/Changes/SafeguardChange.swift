internal import Analysis
package import Rollouts

/// Something between a release and the traffic that a change takes away, or puts there: a person who is asked, a time, a
/// judgement.
package struct SafeguardChange: Hashable, Sendable {
    /// Whether less stands between a release and the traffic than before, or somebody else decides.
    package let isLess: Bool
    /// One sentence without its full stop.
    package let message: String
    package let file: String
    /// From 1.
    package let line: Int

    init(isLess: Bool, _ message: String, at place: Diagnostic) {
        (self.isLess, self.message, file, line) = (isLess, message, place.file, place.line)
    }

    /// As what nobody may overlook.
    func finding(about subject: String) -> Finding? {
        guard isLess else { return nil }
        return Finding(
            .warning, Diagnostic(file: file, line: line, message: "\(subject) has less protection: \(message)"))
    }
}

/// What stands between the releases of one rollout and the traffic, before a change and after it.
struct RolloutSafeguards {
    let former: Specification
    let present: Specification
    let places: Places

    /// Where the change leaves what is said of each.
    struct Places {
        let delivery: Diagnostic
        let steps: Diagnostic
        let analysis: Diagnostic
    }

    var changes: [SafeguardChange] { pullRequests + merges + approvals + analyses }

    // MARK: Pull requests

    private var pullRequests: [SafeguardChange] {
        let (old, new) = (former.proposed, present.proposed)
        // Where every stage goes by pull request, one that is gone or new is a matter of the steps.
        let gone = old.filter { key in
            !new.contains(key) && (!present.delivery.everyAdvance || present.plan.index(of: key) != nil)
        }
        let come = new.filter { key in
            !old.contains(key) && (!former.delivery.everyAdvance || former.plan.index(of: key) != nil)
        }
        let isLess = gone.count > come.count || gone.contains { present.plan.index(of: $0) != nil }
        var changes: [SafeguardChange] = []
        if !gone.isEmpty {
            let message =
                gone.count == 1
                ? "\(Self.named(gone)) no longer goes by pull request: nobody has to merge it"
                : "\(Self.named(gone)) no longer go by pull request: nobody has to merge them"
            changes.append(.init(isLess: isLess, message, at: places.delivery))
        }
        if !come.isEmpty {
            let message = "\(Self.named(come)) \(come.count == 1 ? "goes" : "go") by pull request from now on"
            changes.append(.init(isLess: false, message, at: places.delivery))
        }
        return changes
    }

    private static func named(_ keys: [StageKey]) -> String {
        "the stage\(keys.count == 1 ? "" : "s") \(keys.map(\.text).joined(separator: ", "))"
    }

    private var merges: [SafeguardChange] {
        let (old, new) = (former.delivery, present.delivery)
        guard old.usesPullRequests, new.usesPullRequests else { return [] }
        var changes: [SafeguardChange] = []
        if old.approvals != new.approvals {
            let isMore = if let many = new.approvals, let few = old.approvals { many > few } else { false }
            let message = "pull requests of stages are merged by \(new.merger), no longer by \(old.merger)"
            changes.append(.init(isLess: !isMore, message, at: places.delivery))
        }
        if old.method != new.method {
            let message =
                "pull requests of stages are merged by \(new.method.rawValue), no longer by \(old.method.rawValue)"
            changes.append(.init(isLess: false, message, at: places.delivery))
        }
        return changes
    }

    // MARK: Steps

    private var approvals: [SafeguardChange] {
        let (gone, come) = difference { if case .approval = $0 { true } else { false } }
        return gone.map {
            .init(
                isLess: gone.count > come.count, "no approval is needed any more before \($0) is left", at: places.steps
            )
        } + come.map { .init(isLess: false, "an approval is needed before \($0) is left", at: places.steps) }
    }

    private var analyses: [SafeguardChange] {
        let (gone, come) = difference { if case .analysis = $0 { true } else { false } }
        var changes = gone.map {
            SafeguardChange(
                isLess: gone.count > come.count, "no analysis of its own has to pass any more before \($0) is left",
                at: places.steps)
        }
        changes += come.map {
            SafeguardChange(isLess: false, "an analysis of its own has to pass before \($0) is left", at: places.steps)
        }
        switch (former.background, present.background) {
        case (.none, .none): break
        case (_, .none):
            changes.append(
                .init(isLess: true, "no release is judged in the background any more", at: places.analysis))
        case (.none, _):
            changes.append(.init(isLess: false, "releases are judged in the background", at: places.analysis))
        default:
            let names = former.judges.filter { !present.judges.contains($0) }
            if former.judges.count > present.judges.count, !present.judges.isEmpty {
                let message = "releases are no longer judged by \(names.joined(separator: ", "))"
                changes.append(.init(isLess: true, message, at: places.analysis))
            }
        }
        return changes
    }

    /// The stages that have fewer conditions of a kind than before, and those that have more, by name; what was at a stage
    /// that is gone counts as taken away.
    private func difference(_ isMeant: (Stage.Condition) -> Bool) -> (gone: [StageKey], come: [StageKey]) {
        func counts(_ specification: Specification) -> [StageKey: Int] {
            specification.plan.stages.reduce(into: [:]) { $0[$1.key] = $1.conditions.count(where: isMeant) }
        }
        let (old, new) = (counts(former), counts(present))
        let keys = former.plan.stages.map(\.key) + present.plan.stages.map(\.key).filter { old[$0] == nil }
        return (
            keys.filter { new[$0] ?? 0 < old[$0] ?? 0 }, keys.filter { new[$0] ?? 0 > old[$0] ?? 0 }
        )
    }
}

extension Specification {
    /// The stages that go by pull request, in their order.
    fileprivate var proposed: [StageKey] {
        plan.stages.filter { delivery.proposes($0.key, $0.kind) }.map(\.key)
    }
}

extension Specification {
    /// What judges releases in the background, by name; nothing where the plan's own counters do.
    fileprivate var judges: [String] {
        guard let spec = background.spec else { return [] }
        return spec.templates.map(\.templateName) + (spec.metrics ?? []).map(\.name)
    }
}

extension Delivery {
    /// Who merges the pull requests of stages.
    package var merger: String {
        switch approvals {
        case nil: "people"
        case 0?: "the agent as soon as the forge's rules let it"
        case 1?: "the agent with 1 approval"
        case let count?: "the agent with \(count) approvals"
        }
    }
}
