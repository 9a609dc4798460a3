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

    // MARK: Promotions

    /// Every Promotion that the change means something for, by name.
    var promotions: [PromotionChange] { PromotionChanges(from: before.documents, to: after.documents).changes }

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
        let subject = after.subjects.first { $0.rollout.id == id }
        let line = rollout.source.diagnostic(at: "metadata.name", "").line
        var change = RolloutChange(
            id, former == nil ? origin(of: rollout, subject) : .changed, file: rollout.file, line: line)
        // Under another name it is held to what it was.
        let old = if case .renamed(let id) = change.kind { id } else { id }
        let subjects = (before.subjects.first { $0.rollout.id == old }, subject)
        change.state = state(of: id, in: merged)
        change.parts = parts(former, rollout, subjects.0, subjects.1)
        take(subjects.0, subjects.1, &change)
        if let edit = edits.edit(of: id) {
            change.parts.append(.state)
            change.isAgents = edit.kind == .agents
            if edit.kind == .earlier { change.takesBack = state(of: id, in: branch) }
        }
        if !change.manifests.isEmpty { change.parts.append(.manifests) }
        guard !change.parts.isEmpty || change.kind != .changed else { return nil }
        if let former, let place = place(of: change.parts, former, rollout) {
            (change.file, change.line) = (place.file, place.line)
        }
        change.isForeign = edits.edit(of: id)?.kind == .hand
        if let subject, !change.isForeign { rehearse(subject, &change, edits, past) }
        change.safeguards += change.skippedStages
        return change
    }

    /// What of the two sides is told beside the commits to come.
    private func take(_ one: Checkup.Subject?, _ other: Checkup.Subject?, _ change: inout RolloutChange) {
        guard let other else { return }
        let specification = other.specification
        change.stated = specification.release
        change.delivery = specification.delivery
        change.hold = specification.globalHold
        if change.parts.contains(.release) || change.kind == .added { change.onward = onward(of: specification) }
        guard let one else { return }
        change.former = one.specification.release
        change.manifests = other.bound.changes(since: one.bound)
        change.safeguards =
            RolloutSafeguards(
                former: one.specification, present: specification, places: places(one.rollout, other.rollout)
            ).changes
    }

    /// The steps by which a release goes on, as far as it is another one there.
    private func onward(of specification: Specification) -> [PromotionStep] {
        var releases = [specification.id: specification.release]
        return after.documents.onward(from: specification.id).filter { step in
            guard let release = releases[step.source],
                let target = after.subjects.first(where: { $0.rollout.id == step.target })?.specification.release
            else { return false }
            let carried = release.carried(to: target)
            releases[step.target] = target.replacing(carried)
            return !carried.isEmpty && !target.states(carried)
        }
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
        if old.delivery != new.delivery { parts.append(.delivery) }
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

    // MARK: Places

    private static let configuration = ".headgate/config.yaml"

    /// Where the change is, by what it is about first; nil where it is not in the Rollout.
    private func place(
        of parts: [RolloutChange.Part], _ former: RepositoryDocuments.LoadedRollout,
        _ present: RepositoryDocuments.LoadedRollout
    ) -> Diagnostic? {
        let places = places(former, present)
        func own(_ path: FieldPath) -> Diagnostic { present.source.diagnostic(at: path, "") }
        for part in parts {
            switch part {
            case .release: return own("spec.release")
            case .steps: return places.steps
            case .analysis: return places.analysis
            case .delivery: return places.delivery
            case .traffic: return own("spec.traffic")
            case .steering: return own("spec.steer")
            case .hold: return configuration(at: "hold")
            case .settings where former.source.document != present.source.document: return own("spec")
            case .settings, .manifests, .state: continue
            }
        }
        return nil
    }

    private func places(
        _ former: RepositoryDocuments.LoadedRollout, _ present: RepositoryDocuments.LoadedRollout
    ) -> RolloutSafeguards.Places {
        let (old, new) = (former.source.document.spec, present.source.document.spec)
        let isCommon = old.delivery == new.delivery && old.plan == new.plan && old.steps == new.steps
        let plan = ".headgate/policies/plans/\(new.plan ?? "standard").yaml"
        let isOfPlan = old.steps == new.steps && old.plan == new.plan && touched.contains(plan)
        return .init(
            delivery: isCommon ? configuration(at: "delivery") : present.source.diagnostic(at: "spec.delivery", ""),
            steps: isOfPlan
                ? Diagnostic(file: plan, message: "")
                : present.source.diagnostic(at: new.steps == nil ? "spec.plan" : "spec.steps", ""),
            analysis: present.source.diagnostic(at: "spec.analysis", ""))
    }

    /// A line of the configuration, or its first one where it says nothing of that.
    private func configuration(at key: String) -> Diagnostic {
        let file = Self.configuration
        guard let stream = merged.bytes(at: file).flatMap({ try? YAMLStream(parsing: $0, file: file) }),
            let node = stream.documents.first?.root[key]
        else { return Diagnostic(file: file, message: "") }
        return Diagnostic(file, node, "")
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
        let documents = after.documents
        // A document that cannot be read is no deletion.
        guard documents.configProblem == nil, !documents.mayHideRollouts,
            !documents.broken.contains(where: { $0.id == rollout.id || $0.file == rollout.file })
        else { return RolloutChange(rollout.id, .unreadable, file: rollout.file, line: 1) }
        var change = RolloutChange(
            rollout.id, .removed, file: rollout.file, line: rollout.source.diagnostic(at: "metadata.name", "").line)
        change.state = state(of: rollout.id, in: branch)
        if let bound = before.subjects.first(where: { $0.rollout.id == rollout.id })?.bound {
            change.gone = bound.missing(in: binder.index)
            if let present = binder.bind(rollout.source, in: rollout.environment).rollout {
                change.manifests = present.changes(since: bound)
                change.safeguards.append(
                    .init(
                        isLess: true,
                        "its releases reach all of the traffic as they are merged, since no Rollout has"
                            + " stages for them", at: rollout.source.diagnostic(at: "metadata.name", "")))
            }
        }
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
        change.trespasses = change.quickest?.end.trespasses(among: change.manifests, of: subject.bound) ?? []
        if change.parts.contains(.release), change.quickest?.commits.first?.action == .rollback {
            change.ending = change.state?.release.values
        }
        guard change.isAboutNext, let next = rehearsed.next else { return }
        for pace in Rehearsal.Pace.allCases {
            var rehearsal = Rehearsal(next, in: merged, at: pace)
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
