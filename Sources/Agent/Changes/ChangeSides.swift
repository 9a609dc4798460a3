internal import Manifests
internal import Rollouts
internal import YAML

/// The branch before a change and after it.
struct ChangeSides {
    let before: Checkup
    let branch: Manifests.Tree
    let after: Checkup
    let merged: Manifests.Tree
    private let formerBinder: RolloutBinder
    private let binder: RolloutBinder
    /// The files that the change leaves different.
    let touched: [String]

    /// What the branch has had of a rollout that moves.
    struct Past {
        var history: History
        var taken: RolloutState?
        /// The tree of the commit that brought the state.
        var stage: Manifests.Tree?
    }

    init(
        before: Checkup, branch: Manifests.Tree, after: Checkup, merged: Manifests.Tree,
        shipped: DocumentReader.ShippedPolicies
    ) {
        (self.before, self.branch, self.after, self.merged) = (before, branch, after, merged)
        formerBinder = RolloutBinder.over(branch, before.documents, shipped: shipped).binder
        binder = RolloutBinder.over(merged, after.documents, shipped: shipped).binder
        touched = merged.changed(from: branch)
    }

    // MARK: Findings

    /// What is wrong with the change, and how many errors stand in the branch and are none of its business.
    func findings(_ touched: Set<String>) -> (own: [Finding], known: Int) {
        struct Key: Hashable {
            let severity: Finding.Severity
            let file: String
            let message: String
        }
        func key(_ finding: Finding) -> Key {
            Key(severity: finding.severity, file: finding.diagnostic.file, message: finding.diagnostic.message)
        }
        // A line may have moved.
        let former = Set(before.findings.map(key))
        let own = after.findings.filter { touched.contains($0.diagnostic.file) || !former.contains(key($0)) }
        let rest = after.findings.count { $0.severity == .error } - own.count { $0.severity == .error }
        return (own, rest)
    }

    // MARK: Rollouts

    func state(of id: RolloutID, in tree: Manifests.Tree) -> RolloutState? {
        StateReader.read(tree.bytes(at: id.statePath), file: id.statePath).state
    }

    /// The rollouts of the merged tree in which something moves.
    var moving: [RolloutID] {
        after.subjects.map(\.rollout.id).filter { id in
            let phase = state(of: id, in: merged)?.phase
            return phase == .progressing || phase == .rollingBack
        }
    }

    /// Every rollout that the change means something for, by id.
    func changes(_ edits: StateEdits, _ pasts: [RolloutID: Past]) -> [RolloutChange] {
        let ids = Set((before.documents.rollouts + after.documents.rollouts).map(\.id))
        var changes = ids.sorted().compactMap { change(of: $0, edits, pasts[$0]) }
        let renamed = Set(
            changes.compactMap { change in if case .renamed(let former) = change.kind { former } else { nil } })
        // Its deletion is a part of the renaming, unless somebody has to look after what it leaves.
        changes.removeAll { change in
            guard renamed.contains(change.id), case .settled? = change.quickest?.end else { return false }
            return true
        }
        return changes
    }

    private func change(of id: RolloutID, _ edits: StateEdits, _ past: Past?) -> RolloutChange? {
        let former = before.documents.rollouts.first { $0.id == id }
        guard let rollout = after.documents.rollouts.first(where: { $0.id == id }) else {
            return former.flatMap { removal(of: $0) }
        }
        let subjects = (
            before.subjects.first { $0.rollout.id == id }, after.subjects.first { $0.rollout.id == id }
        )
        let line = rollout.source.diagnostic(at: "metadata.name", "").line
        var change = RolloutChange(
            id, former == nil ? origin(of: rollout, subjects.1) : .changed, file: rollout.file, line: line)
        change.state = state(of: id, in: merged)
        change.parts = parts(former, rollout, subjects.0, subjects.1)
        change.stated = subjects.1?.specification.release
        if let stated = change.stated {
            change.former = subjects.0?.bound.reading().release(like: stated, on: .stable)
        }
        if let edit = edits.edit(of: id) {
            change.parts.append(.state)
            if edit.kind == .earlier { change.takesBack = state(of: id, in: branch) }
        }
        // What the agent's own commits bring was verified with them.
        if edits.edit(of: id)?.kind != .agents, let one = subjects.0, let other = subjects.1 {
            change.manifests = other.bound.changes(since: one.bound)
            if !change.manifests.isEmpty { change.parts.append(.manifests) }
        }
        guard !change.parts.isEmpty || change.kind != .changed else { return nil }
        if let subject = subjects.1 { rehearse(subject, &change, edits, past) }
        return change
    }

    /// Whether a new Rollout takes over the workloads of one that is gone.
    private func origin(
        of rollout: RepositoryDocuments.LoadedRollout, _ subject: Checkup.Subject?
    ) -> RolloutChange.Kind {
        let gone = before.subjects.first { other in
            !after.documents.rollouts.contains { $0.id == other.rollout.id }
                && other.bound.stable.object.reference == subject?.bound.stable.object.reference
                && other.rollout.environment.name == rollout.environment.name
        }
        return gone.map { .renamed(from: $0.rollout.id) } ?? .added
    }

    /// What of the Rollout is different, by what it comes to and not by its text.
    private func parts(
        _ former: RepositoryDocuments.LoadedRollout?, _ present: RepositoryDocuments.LoadedRollout,
        _ one: Checkup.Subject?, _ other: Checkup.Subject?
    ) -> [RolloutChange.Part] {
        guard let former else { return [] }
        guard let one, let other else {
            // Of what is wrong on one side only the documents can be compared.
            return former.source.document == present.source.document && (one == nil) == (other == nil)
                ? [] : [.settings]
        }
        let (old, new) = (one.specification, other.specification)
        let (before, after) = (former.source.document.spec, present.source.document.spec)
        var parts: [RolloutChange.Part] = []
        if old.release != new.release { parts.append(.release) }
        if old.plan != new.plan { parts.append(.steps) }
        if old.background != new.background || old.judgedFor != new.judgedFor || one.set != other.set
            || templates(one, self.before.documents) != templates(other, self.after.documents)
        {
            parts.append(.analysis)
        }
        if before.traffic != after.traffic || before.workload != after.workload || before.pairs != after.pairs
            || before.bindings != after.bindings
        {
            parts.append(.traffic)
        }
        if old.steering != new.steering { parts.append(.steering) }
        if old.globalHold != new.globalHold { parts.append(.hold) }
        var (rest, others) = (old, new)
        rest.take(new)
        others.take(new)
        if rest != others || before.mode != after.mode { parts.append(.settings) }
        return parts
    }

    /// The files of the templates that judge a rollout, as they are.
    private func templates(_ subject: Checkup.Subject, _ documents: RepositoryDocuments) -> [[UInt8]] {
        let inline = subject.specification.plan.stages.flatMap(\.conditions).compactMap { condition in
            if case .analysis(let spec, _) = condition { spec } else { nil }
        }
        let specs = inline + [subject.specification.background.spec].compactMap(\.self)
        return specs.flatMap { documents.templates.reached(from: $0).map(\.stream.bytes) }
    }

    // MARK: What follows

    private func removal(of rollout: RepositoryDocuments.LoadedRollout) -> RolloutChange? {
        // A document that cannot be read is no deletion.
        guard !after.documents.broken.contains(where: { $0.id == rollout.id || $0.file == rollout.file }) else {
            return nil
        }
        var change = RolloutChange(
            rollout.id, .removed, file: rollout.file, line: rollout.source.diagnostic(at: "metadata.name", "").line)
        change.state = state(of: rollout.id, in: branch)
        var outcome = Rehearsal.Outcome()
        let isMoving = change.state?.phase == .progressing || change.state?.phase == .rollingBack
        if isMoving, !isAtRest(rollout) { outcome.end = .held(.deleted) }
        change.quickest = outcome
        return change
    }

    /// Whether the change that removes a Rollout and its state leaves the canary without traffic.
    private func isAtRest(_ rollout: RepositoryDocuments.LoadedRollout) -> Bool {
        guard merged.entries[rollout.id.statePath] == nil else { return false }
        guard let bound = binder.bind(rollout.source, in: rollout.environment).rollout else { return true }
        return bound.reading().canaryHasNoTraffic
    }

    private func rehearse(
        _ subject: Checkup.Subject, _ change: inout RolloutChange, _ edits: StateEdits, _ past: Past?
    ) {
        let builder = SpecificationBuilder(documents: after.documents, tree: merged)
        change.isShadow =
            subject.rollout.source.document.spec.mode == .shadow || after.documents.config.mode == .shadow
        change.isJudged = subject.specification.background != .none
        guard !change.isShadow,
            let (specification, judging) = try? builder.specification(of: subject.rollout, bound: subject.bound)
        else { return }
        let rehearsed = RehearsedRollout(
            rollout: subject.rollout, bound: subject.bound, specification: specification, judging: judging,
            documents: after.documents, binder: binder, state: change.state)
        let edit = edits.edit(of: subject.rollout.id)
        for pace in Rehearsal.Pace.allCases {
            var rehearsal = Rehearsal(
                rehearsed, in: merged, at: pace, since: edit == nil ? stage(of: subject, past) : nil,
                history: edit?.kind == .earlier ? .reverted(by: edits.culprit) : past?.history,
                over: edit?.kind == .earlier ? change.takesBack : past?.taken)
            let outcome = rehearsal.play()
            if pace == .quickest { change.quickest = outcome } else { change.slowest = outcome }
        }
        guard change.isAboutNext, let next = rehearsed.next else { return }
        for pace in Rehearsal.Pace.allCases {
            var rehearsal = Rehearsal(next, in: merged, at: pace)
            rehearsal.pullRequests = specification.pullRequestStages
            let outcome = rehearsal.play()
            if pace == .quickest { change.next = outcome } else { change.slowestNext = outcome }
        }
    }

    /// The rollout as the commit that brought its state has it: what differs since was written by people.
    private func stage(of subject: Checkup.Subject, _ past: Past?) -> BoundRollout? {
        guard let tree = past?.stage else { return nil }
        let index = ManifestIndex(tree, environments: [subject.rollout.environment])
        return RolloutBinder(index: index, providers: binder.providers)
            .bind(subject.rollout.source, in: subject.rollout.environment).rollout
    }
}

extension Specification {
    /// Takes over from `other` all that has a part of its own.
    fileprivate mutating func take(_ other: Specification) {
        (release, plan, background, judgedFor) = (other.release, other.plan, other.background, other.judgedFor)
        (steering, globalHold, bindings, jobs) = (other.steering, other.globalHold, other.bindings, other.jobs)
        delivery = other.delivery
    }
}

extension RolloutChange {
    /// What is wrong with what would follow.
    var findings: [Finding] {
        let path = file
        let ends = [quickest?.end, next?.end].compactMap(\.self)
        let end = ends.first { if case .settled = $0 { false } else { true } }
        switch end {
        case .impossible(let problem)?: return [Finding(.error, problem)]
        case .held(.configuration(let message))?:
            return [Finding(.error, Diagnostic(file: path, line: line, message: message))]
        case .held(.deleted)?:
            return [
                Finding(
                    .error,
                    Diagnostic(
                        file: path, line: line,
                        message: "the Rollout goes in the middle of a release, and the canary keeps its traffic",
                        hint:
                            "put it back; take the release back first (headgate abort \(id.name)), or remove its state"
                            + " too and bring the manifests to rest"))
            ]
        case .endless(let stage)?:
            return [
                Finding(
                    .warning,
                    Diagnostic(
                        file: path, line: line,
                        message: "an analysis of the stage \(stage) has no end: it is never left",
                        hint: "give its metrics a count"))
            ]
        default: return []
        }
    }
}
