package import Rollouts
internal import YAML

/// What a change means for one Promotion once it is merged.
package struct PromotionChange: Sendable {
    package enum Kind: Sendable {
        case added, changed, removed
        /// It cannot be read any more, or not be followed.
        case broken
    }

    /// What of a Promotion can be different, for people.
    package enum Part: String, Sendable, CaseIterable {
        case order, soak, gates, delivery, steering
    }

    package let name: String
    package let kind: Kind
    /// The document, as the change leaves it; of one that is gone as it was.
    package let file: String
    /// From 1.
    package let line: Int
    package var parts: [Part] = []
    /// How releases go on by it after the merge.
    package var steps: [PromotionStep] = []
    /// From where to where releases went on and do not any more.
    package var ended: [PromotionStep] = []
    package var safeguards: [SafeguardChange] = []
}

/// The Promotions of the two sides of a change.
///
/// Steps are told apart by their rollouts and not by the Promotion's name: under another name less may stand before the
/// same rollout.
struct PromotionChanges {
    private let before: RepositoryDocuments
    private let after: RepositoryDocuments
    private let former: [Pair: PromotionStep]
    private let present: [Pair: PromotionStep]

    private struct Pair: Hashable {
        let source: RolloutID
        let target: RolloutID

        init(_ step: PromotionStep) { (source, target) = (step.source, step.target) }
    }

    init(from before: RepositoryDocuments, to after: RepositoryDocuments) {
        (self.before, self.after) = (before, after)
        func steps(_ documents: RepositoryDocuments) -> [Pair: PromotionStep] {
            Dictionary(documents.promotionSteps.map { (Pair($0), $0) }) { first, _ in first }
        }
        (former, present) = (steps(before), steps(after))
    }

    /// Every Promotion that the change means something for, by name.
    var changes: [PromotionChange] {
        Set((before.promotions + after.promotions).map(\.name)).sorted().compactMap(change)
    }

    private func change(of name: String) -> PromotionChange? {
        let old = before.promotions.first { $0.name == name }
        guard let new = after.promotions.first(where: { $0.name == name }) else { return old.map(removal) }
        let check = PromotionCheck(documents: after)
        let isBroken = !check.errors(of: new).isEmpty
        if let old, old.document.spec == new.document.spec, !isBroken,
            templates(old, before) == templates(new, after)
        {
            return nil
        }
        if isBroken, let old, !PromotionCheck(documents: before).errors(of: old).isEmpty { return nil }
        let kind: PromotionChange.Kind = isBroken ? .broken : old == nil ? .added : .changed
        var change = PromotionChange(
            name: name, kind: kind, file: new.file, line: new.diagnostic(at: "metadata.name", "").line)
        if let old { change.parts = parts(old, new) }
        if isBroken { return change }
        change.steps = steps(of: new, after)
        change.ended = ended(old)
        for step in change.steps {
            change.safeguards +=
                former[Pair(step)].map { StepSafeguards(former: $0, present: step, document: new).changes }
                ?? StepSafeguards.beginning(step, new)
        }
        return change
    }

    private func removal(_ old: RepositoryDocuments.LoadedPromotion) -> PromotionChange {
        let isUnread = after.configProblem != nil || after.problems.contains { $0.file == old.file }
        var change = PromotionChange(
            name: old.name, kind: isUnread ? .broken : .removed, file: old.file,
            line: isUnread ? 1 : old.diagnostic(at: "metadata.name", "").line)
        if !isUnread { change.ended = ended(old) }
        return change
    }

    private func steps(
        of promotion: RepositoryDocuments.LoadedPromotion, _ documents: RepositoryDocuments
    ) -> [PromotionStep] {
        PromotionStep.steps(
            of: promotion.name, in: promotion.file, promotion.document.spec, globalHold: documents.config.hold)
    }

    private func ended(_ old: RepositoryDocuments.LoadedPromotion?) -> [PromotionStep] {
        old.map { steps(of: $0, before).filter { present[Pair($0)] == nil } } ?? []
    }

    private func parts(
        _ old: RepositoryDocuments.LoadedPromotion, _ new: RepositoryDocuments.LoadedPromotion
    ) -> [PromotionChange.Part] {
        let (one, other) = (old.document.spec, new.document.spec)
        var parts: [PromotionChange.Part] = []
        if one.order != other.order { parts.append(.order) }
        if one.soak ?? PromotionSpec.standardSoak != other.soak ?? PromotionSpec.standardSoak { parts.append(.soak) }
        if one.gates ?? [] != other.gates ?? [] || templates(old, before) != templates(new, after) {
            parts.append(.gates)
        }
        if one.delivery ?? .commit != other.delivery ?? .commit { parts.append(.delivery) }
        if one.steer ?? .init() != other.steer ?? .init() { parts.append(.steering) }
        return parts
    }

    /// The files of the templates that its gates name, as they are.
    private func templates(
        _ promotion: RepositoryDocuments.LoadedPromotion, _ documents: RepositoryDocuments
    ) -> [[UInt8]] {
        (promotion.document.spec.gates ?? []).flatMap { gate -> [[UInt8]] in
            guard case .analysis(let spec) = gate else { return [] }
            return documents.templates.reached(from: spec).map(\.stream.bytes)
        }
    }
}

/// What stands between two rollouts of an order, before a change and after it.
struct StepSafeguards {
    let former: PromotionStep
    let present: PromotionStep
    let document: RepositoryDocuments.LoadedPromotion

    private var way: String { "from \(present.source) to \(present.target)" }

    var changes: [SafeguardChange] {
        func change(_ isLess: Bool, _ path: FieldPath, _ message: String) -> SafeguardChange {
            .init(isLess: isLess, message, at: document.diagnostic(at: path, ""))
        }
        var changes: [SafeguardChange] = []
        if former.delivery != present.delivery {
            changes.append(
                present.delivery == .commit
                    ? change(
                        true, "spec.delivery", "releases go \(way) without a pull request: nobody has to merge them")
                    : change(false, "spec.delivery", "releases go \(way) by pull request from now on"))
        }
        if former.asksForApproval != present.asksForApproval {
            changes.append(
                present.asksForApproval
                    ? change(false, "spec.gates", "releases go \(way) with an approval only")
                    : change(true, "spec.gates", "releases go \(way) without the approval that they needed"))
        }
        if former.soak != present.soak {
            changes.append(
                change(
                    present.soak < former.soak, "spec.soak",
                    "releases soak \(Span(present.soak)) before they go \(way), no longer \(Span(former.soak))"))
        }
        let gone = former.analyses.filter { !present.analyses.contains($0) }.count
        let come = present.analyses.filter { !former.analyses.contains($0) }.count
        if gone > come {
            changes.append(change(true, "spec.gates", "releases go \(way) without an analysis that they had to pass"))
        } else if gone > 0 {
            changes.append(change(false, "spec.gates", "releases pass another analysis before they go \(way)"))
        } else if come > 0 {
            changes.append(change(false, "spec.gates", "releases have to pass one more analysis to go \(way)"))
        }
        return changes
    }

    /// What is said of a step that was not there: releases come to its target by themselves from now on.
    static func beginning(
        _ step: PromotionStep, _ document: RepositoryDocuments.LoadedPromotion
    ) -> [SafeguardChange] {
        guard step.delivery == .commit, !step.asksForApproval else { return [] }
        let message = "releases go from \(step.source) to \(step.target) by themselves from now on, and nobody is asked"
        return [.init(isLess: true, message, at: document.diagnostic(at: "spec.order", ""))]
    }
}

extension RepositoryDocuments {
    /// The steps of all Promotions that can be followed.
    var promotionSteps: [PromotionStep] {
        let check = PromotionCheck(documents: self)
        return promotions.filter { check.errors(of: $0).isEmpty }.flatMap { promotion in
            PromotionStep.steps(
                of: promotion.name, in: promotion.file, promotion.document.spec, globalHold: config.hold)
        }
    }

    /// By which steps a release of `rollout` goes on, nearest first.
    func onward(from rollout: RolloutID) -> [PromotionStep] {
        let steps = promotionSteps
        var found: [PromotionStep] = []
        var waiting = [rollout]
        while !waiting.isEmpty {
            let id = waiting.removeFirst()
            for step in steps where step.source == id && !found.contains(where: { $0.target == step.target }) {
                found.append(step)
                waiting.append(step.target)
            }
        }
        return found
    }
}
