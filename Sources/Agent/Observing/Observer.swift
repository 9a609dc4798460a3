internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts

/// Observes one rollout after the other on the fetched tip, and asks the planner what follows.
struct Observer {
    let repository: Repository
    let ports: AgentPorts
    let snapshot: Snapshot
    let documents: RepositoryDocuments
    private(set) var now: Timestamp
    /// Clusters and stores that did not answer in this tick: nobody waits for one twice.
    private var outages = Outages()
    private let binder: RolloutBinder
    private let problems: [Diagnostic]

    init(agent: Agent, snapshot: Snapshot, documents: RepositoryDocuments, now: Timestamp) {
        repository = agent.repository
        ports = agent.ports
        self.snapshot = snapshot
        self.documents = documents
        self.now = now
        (binder, problems) = RolloutBinder.over(snapshot.tree, documents, shipped: agent.settings.shipped)
    }

    /// The stores of metrics, each of which is waited for once.
    private var metrics: MetricSources {
        let (sources, outages) = (ports.metrics, outages)
        return MetricSources { store throws(MetricFailure) in
            RememberingSource(source: try sources.source(store), name: "metrics \(store)", outages: outages)
        }
    }

    /// Begins another tick on the same tree.
    mutating func begin(at now: Timestamp) {
        self.now = now
        outages = Outages()
    }

    /// - Parameter known: what the history was found to say of the same references before.
    func observe(
        _ rollout: RepositoryDocuments.LoadedRollout, book: NoteBook?, known: BranchFinding? = nil,
        _ history: inout BranchHistory
    ) async -> (RolloutReport, BranchFinding?) {
        var report = RolloutReport(id: rollout.id, file: rollout.file)
        report.isShadow = rollout.source.document.spec.mode == .shadow
        // Without its configuration nobody knows whether the repository is held.
        report.problems = (documents.configProblem.map { [$0] } ?? []) + problems
        let state = StateReader.read(snapshot.tree.bytes(at: rollout.id.statePath), file: rollout.id.statePath)
        report.state = state.state
        let finding: BranchFinding
        do {
            if let known {
                finding = known
            } else {
                let mark = await book?.mark(of: rollout.id)
                finding = try await history.finding(
                    for: StateFile(state: rollout.id.statePath, document: rollout.file), mark: mark)
            }
        } catch {
            report.trouble = "\(error)"
            return (report, nil)
        }
        let binding = binder.bind(rollout.source, in: rollout.environment)
        report.problems += binding.problems
        if let problem = documents.sharedWorkload(of: rollout) { report.problems.append(problem) }
        guard let bound = binding.rollout, report.problems.isEmpty else { return (report, finding) }
        report.bound = bound
        do {
            let builder = SpecificationBuilder(documents: documents, tree: snapshot.tree)
            let (specification, judging) = try builder.specification(of: rollout, bound: bound)
            report.specification = specification
            var world = Observation(
                history: finding.history, state: report.state, taken: finding.taken, nextSerial: finding.nextSerial,
                stageCommit: finding.stageCommit,
                manifests: await manifests(bound, rollout, since: finding.stageCommit, isMoving: report.state != nil))
            if let stage = finding.stageCommit?.id, let book {
                world.note = await book.note(on: stage, for: rollout.id)
            }
            if report.state?.phase == .progressing { world.steeredAt = await changedAt(rollout.file) }
            let runner = runner(bound, rollout, judging)
            var requests: [AnalysisRequest] = []
            report.decision = await decide(specification, &world, bound, rollout, runner, &requests)
            report.inquiries = requests.flatMap(runner.inquiries)
            report.observation = world
        } catch {
            report.problems.append(error)
        }
        return (report, finding)
    }

    /// Observes what the planner needs until its decision is final.
    private func decide(
        _ specification: Specification, _ world: inout Observation, _ bound: BoundRollout,
        _ rollout: RepositoryDocuments.LoadedRollout, _ runner: AnalysisRunner,
        _ asked: inout [AnalysisRequest]
    ) async -> Decision {
        var decision = Planner.plan(specification, world, at: now)
        // The cluster, the analyses, and the analyses that a completed one leads to.
        for _ in 0..<6 where !decision.needs.isEmpty {
            for need in decision.needs {
                switch need {
                case .live: world.live = await live(bound, rollout)
                case .analyses(let requests):
                    asked = requests
                    var readings: [AnalysisReading] = []
                    for request in requests { readings.append(await runner.reading(for: request)) }
                    world.analyses = readings
                }
            }
            decision = Planner.plan(specification, world, at: now)
        }
        return decision
    }

    private func runner(
        _ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout, _ judging: PlanDocument.Judging
    ) -> AnalysisRunner {
        let set = documents.config.metrics?.set.flatMap { documents.metricSets[$0] }
        let subject = AnalysisRunner.Subject(
            namespace: rollout.id.namespace, stableService: bound.services?.stable.reference.name ?? "",
            canaryService: bound.services?.canary.reference.name ?? "", metrics: set?.spec.metrics ?? [],
            judging: judging, templates: documents.templates,
            address: documents.config.metrics?.prometheus?.address)
        let delay = documents.config.metrics?.prometheus?.delay ?? Span(.seconds(30))
        return AnalysisRunner(subject: subject, sources: metrics, now: now, delay: delay.duration)
    }

    private func live(_ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout) async -> LiveState {
        let environment = rollout.environment.name
        // Staging is never judged by production's live state.
        if ports.hasOneCluster, Set(documents.rollouts.map(\.environment.name)).count > 1 {
            return .unavailable("one agent reads one cluster; say --environment \(environment)")
        }
        if let outage = outages.message(of: environment) { return .unavailable(outage) }
        do {
            return .read(try await LiveReader(cluster: ports.cluster(environment)).read(bound))
        } catch {
            if error.code == .unreachable || error.code == .timedOut { outages.add(error.message, of: environment) }
            return .unavailable(error.message)
        }
    }

    /// The bound fields at the tip, and what people changed in them since the stage's commit.
    private func manifests(
        _ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout, since stage: Observation.StageCommit?,
        isMoving: Bool
    ) async -> ManifestReading {
        guard isMoving, let id = stage.flatMap({ Git.CommitID(hex: $0.id.hex) }), id != snapshot.commit else {
            return bound.reading()
        }
        for file in bound.files {
            let then = try? await repository.entry(file, at: id)
            if then?.id.hex != snapshot.tree.entries[file]?.blob {
                return await reading(bound, rollout, since: id)
            }
        }
        return bound.reading()
    }

    private func reading(
        _ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout, since stage: Git.CommitID
    ) async -> ManifestReading {
        var loader = SnapshotLoader()
        var reading = bound.reading()
        if let then = try? await loader.load(stage, from: repository) {
            let index = ManifestIndex(then.tree, environments: [rollout.environment])
            let binder = RolloutBinder(index: index, providers: binder.providers)
            if let former = binder.bind(rollout.source, in: rollout.environment).rollout {
                return bound.reading(since: former)
            }
        }
        // What cannot be compared may have been edited: nobody goes on over that.
        reading.edits = [
            FieldDifference(
                binding: BindingName("manifests"), place: bound.stable.object.file,
                expected: "what they were in \(stage.short)", found: "not comparable with it")
        ]
        return reading
    }

    /// When the file last changed on the branch, as far back as the newest hundred commits.
    private func changedAt(_ file: String) async -> Timestamp? {
        let present = snapshot.tree.entries[file]?.blob
        guard let commits = try? await repository.history(from: snapshot.commit, limit: 100) else { return nil }
        var newest: Timestamp?
        for commit in commits {
            let blob = try? await repository.entry(file, at: commit.id)
            guard blob?.id.hex == present else { return newest }
            newest = Timestamp(seconds: Double(commit.committer.time))
        }
        return newest
    }
}
