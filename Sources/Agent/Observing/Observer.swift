internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts
internal import YAML

/// Observes one rollout after the other on the fetched tip, and asks the planner what follows.
struct Observer {
    let repository: Repository
    let ports: AgentPorts
    let snapshot: Snapshot
    let documents: RepositoryDocuments
    private(set) var now: Timestamp
    /// Clusters and stores that cannot be reached in this tick: nobody waits for them again.
    private(set) var outages = Outages()
    /// How many rollouts are observed at the same time: each waits for the network most of the time.
    let width: Int
    /// Whether measurements that can be made only once are made now.
    var mayMeasure = false
    /// Whether pull requests are read now; without, a decision that hangs on them is left open.
    var asksForge = true
    /// Somebody looks who may not have been told of the forge, or be known there.
    var isLooking = false
    private let compat: AnalysisSpec.Compatibility?
    private let identity: Publisher.Identity
    /// Renders what would be proposed, to compare it with what is.
    let publisher: Publisher
    let binder: RolloutBinder
    let memory: ForgeMemory
    private let problems: [Diagnostic]

    init(agent: Agent, snapshot: Snapshot, documents: RepositoryDocuments, now: Timestamp) {
        repository = agent.repository
        ports = agent.ports
        self.snapshot = snapshot
        self.documents = documents
        self.now = now
        width = agent.settings.width
        compat = agent.settings.compat
        identity = agent.settings.identity
        memory = agent.memory
        publisher = Publisher(
            repository: agent.repository, branch: agent.settings.branch, identity: identity,
            style: documents.config.commit ?? .init())
        (binder, problems) = RolloutBinder.over(snapshot.tree, documents, shipped: agent.settings.shipped)
    }

    /// The stores of metrics, none of which keeps everybody waiting.
    private var metrics: MetricSources { ports.metrics.remembering(outages) }

    private var comparison: ManifestComparison {
        ManifestComparison(
            repository: repository, commit: snapshot.commit, tree: snapshot.tree, documents: documents, binder: binder)
    }

    /// Begins another tick on the same tree.
    mutating func begin(at now: Timestamp) {
        self.now = now
        outages = Outages()
    }

    /// What judges a rollout, and by what.
    func analyst(
        of rollout: RepositoryDocuments.LoadedRollout
    ) async throws -> (AnalysisRunner, Specification) {
        let binding = binder.bind(rollout.source, in: rollout.environment)
        guard let bound = binding.rollout, binding.problems.isEmpty else {
            throw binding.problems.first
                ?? rollout.source.diagnostic(at: "spec", "its manifests cannot be found")
        }
        let builder = SpecificationBuilder(documents: documents, tree: snapshot.tree)
        let (specification, judging) = try builder.specification(of: rollout, bound: bound)
        var runner = runner(bound, rollout, judging, specification.plan)
        let state = StateReader.read(snapshot.tree.bytes(at: rollout.id.statePath), file: rollout.id.statePath).state
        runner.subject.facts.run = state?.runKey
        runner.subject.facts.take(await live(bound, rollout))
        return (runner, specification)
    }

    /// One rollout, with what the branch's history says of it.
    struct Subject: Sendable {
        let rollout: RepositoryDocuments.LoadedRollout
        let book: NoteBook?
        var finding: BranchFinding?
        /// The agent's branches of it, by one listing with the branch itself.
        var branches: [ProposalKey: Git.CommitID] = [:]
        /// Why there is no finding.
        var trouble: String?
        /// Another agent looks after it: only what Git says of it is read.
        var isElsewhere = false
    }

    func observe(_ subject: Subject) async -> RolloutReport {
        let rollout = subject.rollout
        var report = blank(rollout)
        report.trouble = subject.trouble
        guard let finding = subject.finding else { return report }
        let binding = binder.bind(rollout.source, in: rollout.environment)
        report.problems += binding.problems
        let shared = [documents.sharedWorkload(of: rollout), documents.sharedFile(of: rollout)]
        report.problems += shared.compactMap(\.self)
        guard let bound = binding.rollout, report.problems.isEmpty else { return report }
        report.bound = bound
        do {
            let builder = SpecificationBuilder(documents: documents, tree: snapshot.tree)
            let (specification, judging) = try builder.specification(of: rollout, bound: bound)
            report.specification = specification
            var world = Observation(
                history: finding.history, state: report.state, taken: finding.taken, nextSerial: finding.nextSerial,
                stageCommit: finding.stageCommit,
                manifests: await comparison.manifests(
                    of: rollout, bound, since: report.state == nil ? nil : finding.stageCommit))
            if let stage = finding.stageCommit?.id, let book = subject.book {
                world.note = await book.note(on: stage, for: rollout.id)
            }
            if world.stageCommit?.isForwarded == true {
                world.stageCommit?.arrived = max(finding.stageCommit?.arrived ?? now, world.note.arrivedAt ?? now)
            }
            if !subject.branches.isEmpty {
                world.branches = try await proposalBranches.read(subject.branches, of: rollout.id)
            }
            if report.state?.phase == .progressing, let stage = finding.stageCommit {
                world.steeredAt = await changedAt(rollout.file, since: stage)
            }
            if subject.isElsewhere {
                report.decision = Planner.plan(specification, world, at: now)
                report.observation = world
                return report
            }
            var runner = runner(bound, rollout, judging, specification.plan)
            runner.subject.facts.run = report.state?.runKey
            runner.ledger = ledger(world.note, finding.stageCommit, subject)
            report.take(
                await decided(
                    Deliberation(
                        rollout: rollout, bound: bound, specification: specification, world: world, runner: runner)))
            if Task.isCancelled { return unobserved(subject) }
        } catch {
            report.add(error)
        }
        return report
    }

    /// What is known of a rollout without asking anybody.
    func blank(_ rollout: RepositoryDocuments.LoadedRollout) -> RolloutReport {
        var report = RolloutReport(id: rollout.id, file: rollout.file)
        report.isShadow = rollout.source.document.spec.mode == .shadow
        // Without its configuration nobody knows whether the repository is held.
        report.problems = (documents.configProblem.map { [$0] } ?? []) + problems
        report.state = StateReader.read(snapshot.tree.bytes(at: rollout.id.statePath), file: rollout.id.statePath).state
        return report
    }

    /// The request by the rules that the deployment lays down for all.
    func following(_ request: AnalysisRequest) -> AnalysisRequest {
        guard let compat else { return request }
        var request = request
        request.spec?.compat = compat
        return request
    }

    func runner(
        _ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout, _ judging: PlanDocument.Judging,
        _ plan: StagePlan
    ) -> AnalysisRunner {
        let subject = AnalysisRunner.Subject(
            stable: bound.metricSide(.stable), canary: bound.metricSide(.canary),
            metrics: documents.metricSet(for: bound)?.spec.metrics ?? [], judging: judging,
            templates: documents.templates,
            facts: RolloutFacts(of: rollout.source, compat: documents.config.metrics?.compat),
            flagger: FlaggerReader(of: bound, documents), address: documents.config.metrics?.prometheus?.address,
            judgedStages: plan.stages.count { $0.judged && $0.kind == .weight })
        let delay = documents.config.metrics?.prometheus?.delay ?? Span(.seconds(30))
        return AnalysisRunner(subject: subject, sources: metrics, now: now, delay: delay.duration)
    }

    /// What of the stage cannot be measured again; whoever only looks measures none of it.
    func ledger(
        _ note: StageNote, _ stage: Observation.StageCommit?, _ subject: Subject
    ) -> MeasurementLedger {
        guard mayMeasure, let stage = stage?.id, let book = subject.book,
            subject.rollout.source.document.spec.mode != .shadow
        else { return MeasurementLedger(recorded: note.measurements, pen: nil) }
        let (id, identity, now, owner) = (subject.rollout.id, identity, now, UniqueName.make())
        let pen = MeasurementLedger.Pen(
            claim: { key in
                await book.claim(key, on: stage, of: id, for: owner, by: identity.signature(at: now))
            },
            record: { key, result in
                // What cannot be written stays a claim, which says no more than that nobody knows.
                try? await book.write(
                    [.measurement(result, key, on: stage, of: id)], by: identity.signature(at: now))
            })
        return MeasurementLedger(recorded: note.measurements, pen: pen)
    }

    func live(_ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout) async -> LiveState {
        let environment = rollout.environment.name
        // Staging is never judged by production's live state.
        if ports.hasOneCluster, Set(documents.rollouts.map(\.environment.name)).count > 1 {
            return .unavailable("one agent reads one cluster: say --environment \(environment)")
        }
        if let outage = outages.message(ofCluster: environment) { return .unavailable(outage) }
        do {
            return .read(try await LiveReader(cluster: ports.cluster(environment)).read(bound))
        } catch {
            // What one request cannot change, the next one of this tick need not try again.
            if [.unreachable, .timedOut, .unauthorized, .configuration].contains(error.code) {
                outages.add(error.message, ofCluster: environment)
            }
            return .unavailable(error.message)
        }
    }

    /// When the file last changed on the branch; at the latest the arrival of the stage's commit, before which nothing
    /// that people say to the stage can have been said.
    private func changedAt(_ file: String, since stage: Observation.StageCommit) async -> Timestamp {
        guard let stop = Git.CommitID(hex: stage.id.hex),
            let revisions = try? await repository.history(of: [file], from: snapshot.commit, until: [stop])
        else { return stage.arrived }
        let present = snapshot.tree.entries[file]?.blob
        var newest: PathRevision?
        // Newest first: the oldest commit in a row that has the file as it is brought it, unless the stage's had it too.
        for revision in revisions {
            guard revision.blobs[file]?.hex == present else { break }
            newest = revision
        }
        guard let newest else { return stage.arrived }
        if newest == revisions.last, let then = try? await repository.entry(file, at: stop), then.id.hex == present {
            return stage.arrived
        }
        return Timestamp(seconds: Double(newest.time))
    }
}
