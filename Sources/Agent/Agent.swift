internal import Analysis
package import Git
internal import Logging
internal import Manifests
package import Rollouts

/// The agent: it pulls, observes, decides, and carries out what was decided.
///
/// It keeps nothing between ticks but what it would read again; a killed one loses nothing.
package actor Agent {
    package nonisolated let settings: AgentSettings
    package nonisolated let repository: Repository
    nonisolated let ports: AgentPorts
    nonisolated let memory: ForgeMemory
    let logger: Logger
    private var snapshots = SnapshotLoader()
    /// What the last look found: it holds for as long as the remote's references are what they were.
    private var last: Survey?

    package init(settings: AgentSettings, repository: Repository, ports: AgentPorts) {
        self.settings = settings
        self.repository = repository
        self.ports = ports
        memory = ForgeMemory(pace: settings.forgePace)
        logger = Logger(label: "headgate.agent")
    }

    /// Pulls, decides for every rollout, and pushes what was decided; decides again while others are faster.
    package func tick() async throws(GitError) -> TickReport {
        var report = TickReport()
        let deadline = ContinuousClock.now + settings.deadline
        /// What earlier attempts of this tick have pushed.
        var pushed: [RolloutID: RolloutReport] = [:]
        var remarks: [String] = []
        for attempt in 1...settings.attempts {
            var survey = try await survey(until: deadline, isTick: true, asksForge: false)
            if survey.isShadow {
                await askForge(&survey, until: deadline)
                report = survey.report
                report.promotions = await promotions(in: survey, isLooking: false, until: deadline)
                return report
            }
            // Nothing that a forge says or takes its time for holds up what takes a release back.
            var outcomes = try await publish(survey) { $0.decision?.transition?.isRollback == true }
            var isMoved = outcomes.values.contains(.moved)
            if !isMoved, outcomes.values.contains(where: \.isPushed), survey.report.rollouts.contains(where: \.goesOn) {
                isMoved = attempt < settings.attempts
            }
            if !isMoved {
                await askForge(&survey, until: deadline)
                let tried = outcomes
                outcomes.merge(try await publish(survey) { tried[$0.id] == nil }) { $1 }
            }
            report = survey.report
            for index in report.rollouts.indices {
                report.rollouts[index].outcome = outcomes[report.rollouts[index].id]
            }
            report.remarks = remarks + (await write(notes(of: survey, report), survey))
            remarks = report.remarks
            isMoved = isMoved || outcomes.values.contains(.moved)
            for rollout in report.rollouts where rollout.outcome?.isPushed == true { pushed[rollout.id] = rollout }
            if !isMoved {
                report.promotions = await promote(survey, after: outcomes, until: deadline)
                isMoved = report.promotions.contains { $0.outcome == .moved }
            }
            guard isMoved, attempt < settings.attempts, .now < deadline else {
                let delivered = await deliver(report, survey, until: deadline)
                for index in report.rollouts.indices {
                    report.rollouts[index].delivery = delivered.outcomes[report.rollouts[index].id]
                }
                report.remarks += delivered.remarks
                break
            }
            logger.info("the branch has moved; deciding again")
        }
        for index in report.rollouts.indices where report.rollouts[index].outcome?.isPushed != true {
            if let earlier = pushed[report.rollouts[index].id] { report.rollouts[index] = earlier }
        }
        for rollout in report.rollouts {
            logger.info(
                "decided",
                metadata: ["rollout": "\(rollout.id)", "reason": "\(rollout.standing.map(StandingText.line) ?? "")"])
        }
        return report
    }

    /// Pulls and decides, and carries nothing out.
    package func look() async throws(GitError) -> TickReport {
        let survey = try await survey()
        var report = survey.report
        for index in report.rollouts.indices {
            report.rollouts[index].delivery = await obstacle(to: report.rollouts[index], survey)
        }
        report.promotions = await promotions(in: survey, isLooking: true, until: .now + settings.deadline)
        return report
    }

    // MARK: Pull and decide

    struct Survey {
        var report = TickReport()
        var snapshot: Snapshot
        var documents: RepositoryDocuments
        var observer: Observer
        /// The branch and the notes, by one listing.
        var references: [ReferenceName: Git.CommitID] = [:]
        var books: [String: NoteBook] = [:]
        var findings: [RolloutID: BranchFinding] = [:]
        var isShadow = false
    }

    /// - Parameter isTick: somebody acts on what is found, so that measurements may be made that can be made only once.
    func survey(
        until deadline: ContinuousClock.Instant? = nil, isTick: Bool = false, asksForge: Bool = true
    ) async throws(GitError) -> Survey {
        let deadline = deadline ?? .now + settings.deadline
        var survey = try await pull()
        let documents = survey.documents
        survey.isShadow = settings.isShadow || documents.config.mode == .shadow
        survey.report.isShadow = survey.isShadow
        survey.report.hold = documents.config.hold
        survey.report.commit = survey.snapshot.commit
        survey.report.problems = documents.problems + unknownEnvironments(documents.config)
        let now = ports.now()
        survey.observer.begin(at: now)
        survey.observer.mayMeasure = isTick && !survey.isShadow
        survey.observer.asksForge = asksForge
        survey.observer.isLooking = !isTick
        let before = last.flatMap { $0.references == survey.references ? $0 : nil }
        var subjects: [Observer.Subject] = []
        for rollout in documents.rollouts where settings.serves(rollout.environment.name) {
            survey.findings[rollout.id] = before?.findings[rollout.id]
            if let report = before?.report.rollouts.first(where: { $0.id == rollout.id }), report.isSettled(at: now) {
                survey.report.rollouts.append(report)
            } else {
                var subject = Observer.Subject(rollout: rollout, book: survey.books[rollout.environment.name])
                subject.branches = ProposalBranches.listed(survey.references, of: rollout.id)
                subjects.append(subject)
            }
        }
        try await find(&subjects, in: &survey)
        survey.report.rollouts += await survey.observer.observe(subjects, until: deadline)
        for broken in documents.broken where broken.id.map({ settings.serves($0.environment) }) ?? true {
            var report = RolloutReport(id: broken.id ?? RolloutID(namespace: "", name: ""), file: broken.file)
            report.problems = (documents.configProblem.map { [$0] } ?? []) + broken.problems
            survey.report.rollouts.append(report)
        }
        try await addDeleted(to: &survey)
        survey.report.rollouts.sort { $0.id < $1.id }
        let names = Dictionary(grouping: documents.rollouts.map(\.id) + documents.broken.compactMap(\.id), by: \.name)
        for index in survey.report.rollouts.indices {
            let id = survey.report.rollouts[index].id
            survey.report.rollouts[index].calledName = (names[id.name]?.count ?? 0) > 1 ? "\(id)" : id.name
        }
        last = survey
        return survey
    }

    /// Completes the decisions that hang on what the forge says.
    private func askForge(_ survey: inout Survey, until deadline: ContinuousClock.Instant) async {
        let open = survey.report.rollouts.filter { $0.deliberation != nil }
        guard !open.isEmpty else { return }
        // Where the observation has taken all of the tick's time, those who wait for the forge do not wait for ever.
        let deadline = max(min(deadline, .now + Self.forgeTime), .now + Self.leastForgeTime)
        for report in await survey.observer.askForge(for: open, until: deadline) {
            guard let index = survey.report.rollouts.firstIndex(where: { $0.id == report.id }) else { continue }
            survey.report.rollouts[index] = report
        }
        last = survey
    }

    /// For how long a tick asks about pull requests, whatever else it has time for.
    private static let forgeTime = Duration.seconds(60)
    private static let leastForgeTime = Duration.seconds(20)

    /// What the branch's history says of each rollout, by one walk for all of them.
    func find(_ subjects: inout [Observer.Subject], in survey: inout Survey) async throws(GitError) {
        var inquiries: [RolloutID: BranchHistory.Inquiry] = [:]
        for subject in subjects where survey.findings[subject.rollout.id] == nil {
            let id = subject.rollout.id
            let mark = await subject.book?.mark(of: id)
            inquiries[id] = .init(id, mark: mark)
        }
        var history = try await BranchHistory(
            of: Array(inquiries.values), from: survey.snapshot.commit, in: repository)
        for index in subjects.indices {
            let id = subjects[index].rollout.id
            do {
                if let inquiry = inquiries[id] { survey.findings[id] = try await history.finding(for: inquiry) }
            } catch {
                subjects[index].trouble = "\(error)"
            }
            subjects[index].finding = survey.findings[id]
        }
    }

    /// Fetches the branch and the notes together, so that no mark is newer than the branch that it speaks of.
    func pull() async throws(GitError) -> Survey {
        var books = last?.books ?? [:]
        for _ in 0..<settings.attempts {
            let references = try await repository.fetch(
                [settings.branch] + books.values.map(\.reference), below: ["refs/heads/\(ProposalKey.prefix)"])
            guard let tip = references[settings.branch] else {
                throw GitError(.notFound, "fetch \(settings.branch)", "the repository has no such branch")
            }
            var survey = try await read(tip)
            var wanted: [String: NoteBook] = [:]
            let beside = Set(survey.documents.promotedFrom(settings.serves).map(\.environment.name))
            for name in survey.documents.config.roots.keys where settings.serves(name) || beside.contains(name) {
                wanted[name] = NoteBook(environment: name, repository: repository)
            }
            if wanted.keys.allSatisfy({ books[$0] != nil }) {
                for (name, var book) in wanted {
                    book.open(at: references[book.reference])
                    survey.books[name] = book
                }
                survey.references = references
                return survey
            }
            // Which notes there are is known only from the branch.
            books = wanted
        }
        throw GitError(.contended, "fetch \(settings.branch)", "its environments change all the time")
    }

    /// The branch's tree at a commit; nothing is read again for the same one.
    private func read(_ tip: Git.CommitID) async throws(GitError) -> Survey {
        if let last, last.snapshot.commit == tip {
            return Survey(snapshot: last.snapshot, documents: last.documents, observer: last.observer)
        }
        // A copy, since an actor's own state cannot be changed across a suspension.
        var loader = snapshots
        let snapshot = try await loader.load(tip, from: repository)
        snapshots = loader
        let documents = DocumentReader.read(snapshot.tree, shipped: settings.shipped)
        let observer = Observer(agent: self, snapshot: snapshot, documents: documents, now: ports.now())
        return Survey(snapshot: snapshot, documents: documents, observer: observer)
    }

    /// States whose Rollout document is gone: removed at rest, held mid-rollout.
    ///
    /// A file that cannot be read is no deletion.
    private func addDeleted(to survey: inout Survey) async throws(GitError) {
        let broken = survey.documents.broken
        if survey.documents.mayHideRollouts || survey.documents.configProblem != nil { return }
        let known = Set(survey.documents.rollouts.map(\.id.statePath))
        for path in survey.snapshot.tree.entries.keys.sorted()
        where path.hasPrefix(".headgate/state/") && path.hasSuffix(".yaml") && !known.contains(path) {
            guard let id = RolloutID(statePath: path), settings.serves(id.environment) else { continue }
            if broken.contains(where: { $0.id?.name == id.name && $0.id?.environment == id.environment }) { continue }
            var report = RolloutReport(id: id, file: path)
            report.state = StateReader.read(survey.snapshot.tree.bytes(at: path), file: path).state
            report.decision = report.state.map(Planner.planDeleted)
            survey.report.rollouts.append(report)
        }
    }

    /// Environments that the deployment names and the repository has not got: nobody looks after anything there.
    private func unknownEnvironments(_ config: Config) -> [Diagnostic] {
        let known = config.roots.keys.sorted()
        return (settings.environments ?? []).sorted().filter { !known.contains($0) }.map { name in
            Diagnostic(
                file: ".headgate/config.yaml", message: "there is no environment \"\(name)\"",
                hint: "give --environment one of: \(known.joined(separator: ", "))")
        }
    }

    // MARK: Carry out

    private func publish(
        _ survey: Survey, where isWanted: (RolloutReport) -> Bool
    ) async throws(GitError) -> [RolloutID: Publisher.Outcome] {
        var proposals: [Publisher.Proposal] = []
        var outcomes: [RolloutID: Publisher.Outcome] = [:]
        for report in survey.report.rollouts where !report.isShadow && isWanted(report) {
            do {
                if let proposal = try await proposal(report, survey) { proposals.append(proposal) }
            } catch {
                // The others go on.
                outcomes[report.id] = .impossible(Diagnostic(file: report.id.statePath, message: "\(error)"))
            }
        }
        guard !proposals.isEmpty else { return outcomes }
        let published = try await publisher(for: survey).publish(proposals, on: survey.snapshot, at: ports.now())
        return outcomes.merging(published) { $1 }
    }

    func publisher(for survey: Survey) -> Publisher {
        Publisher(
            repository: repository, branch: settings.branch, identity: settings.identity,
            style: survey.documents.config.commit ?? .init())
    }

    func proposal(_ report: RolloutReport, _ survey: Survey) async throws(GitError) -> Publisher.Proposal? {
        guard let decision = report.decision, report.problems.isEmpty else { return nil }
        if decision.effects.contains(.retire), let state = report.state {
            let transition = Transition(state: state, changes: [], from: .none, cause: "The Rollout was deleted")
            return Publisher.Proposal(id: report.id, transition: transition, bound: nil, retires: true)
        }
        guard let transition = decision.transition else { return nil }
        var proposal = Publisher.Proposal(id: report.id, transition: transition, bound: report.bound)
        guard transition.isRollback, let state = report.state else { return proposal }
        let history = try await ReleaseHistory.read(
            of: state, at: report.id.statePath, from: survey.snapshot.commit, in: repository)
        let onlyTraffic = transition.state.stage.kind == .traffic
        proposal.reverting = history.stages.filter { !onlyTraffic || $0.state.at.action == .advance }.map(
            \.commit.domain)
        if let before = history.before, let stage = history.stages.first?.commit {
            var loader = snapshots
            proposal.past = Renderer.Past(
                before: try await loader.load(before, from: repository).tree,
                stage: try await loader.load(stage, from: repository).tree,
                merge: { FileMerge.merge(base: $0, ours: $1, theirs: $2) })
        }
        return proposal
    }
}

extension RolloutReport {
    /// Whether a look at the same references can find nothing else: neither the cluster nor a verdict counted, nothing is
    /// to be done, and nothing has fallen due.
    fileprivate func isSettled(at now: Timestamp) -> Bool {
        guard trouble == nil, deliberation == nil else { return false }
        guard let decision else { return true }
        guard decision.effects.isEmpty, let observation, observation.live == .notRead, observation.analyses.isEmpty,
            // Labels and closes move no reference.
            observation.branches.isEmpty, observation.proposals == nil
        else { return false }
        return decision.nextCheck.map { now < $0 } ?? true
    }

    /// Whether there is more to do or to ask than to take a release back.
    fileprivate var goesOn: Bool {
        deliberation != nil || decision?.transition?.isRollback == false
    }

    var isAtRest: Bool { state.map { $0.phase == .stable || $0.phase == .rolledBack } ?? false }
}

extension RolloutID {
    /// The id of the rollout whose state lies at `path`; nil for other paths.
    package init?(statePath path: String) {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count == 4 || parts.count == 5, let file = parts.last, file.hasSuffix(".yaml") else { return nil }
        let name = String(file.dropLast(5))
        if parts.count == 4 {
            self.init(namespace: parts[2], name: name)
        } else {
            self.init(environment: parts[2], namespace: parts[3], name: name)
        }
    }
}
