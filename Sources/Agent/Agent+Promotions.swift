internal import Analysis
internal import Git
internal import Logging
internal import Manifests
internal import Rollouts

/// Promotions: what a tick observes, decides and does about them, after everything that concerns a rollout's own stages.
extension Agent {
    /// Decides about the steps to the environments that this agent looks after, and carries that out.
    ///
    /// - Parameter outcomes: what this tick has pushed already.
    func promote(
        _ survey: Survey, after outcomes: [RolloutID: Publisher.Outcome], until deadline: ContinuousClock.Instant
    ) async -> [PromotionReport] {
        var reports = await promotions(in: survey, isLooking: false, until: deadline)
        guard reports.contains(where: { !$0.decision.effects.isEmpty }) else { return reports }
        do {
            guard var head = try await head(of: survey, after: outcomes) else {
                for index in reports.indices where !reports[index].decision.effects.isEmpty {
                    reports[index].outcome = .moved
                }
                return reports
            }
            let promoter = Promoter(
                repository: repository, branch: settings.branch, identity: settings.identity,
                style: survey.documents.config.commit ?? .init(), shipped: settings.shipped, forge: ports.forge,
                memory: memory, now: ports.now())
            for index in reports.indices where !reports[index].isShadow && .now < deadline {
                let report = reports[index]
                reports[index].outcome = try await promoter.carryOut(
                    report.decision.effects, of: report.step, on: &head)
            }
        } catch {
            for index in reports.indices where reports[index].outcome == nil && !reports[index].decision.effects.isEmpty
            {
                reports[index].outcome = .unavailable("\(error)")
            }
        }
        return reports
    }

    /// The tip on which the decisions rest, with what this tick has added to it; nil where others have pushed since.
    private func head(
        of survey: Survey, after outcomes: [RolloutID: Publisher.Outcome]
    ) async throws(GitError) -> Promoter.Head? {
        let own = outcomes.values.compactMap { outcome in if case .pushed(let commit) = outcome { commit } else { nil }
        }
        guard !own.isEmpty else {
            let snapshot = survey.snapshot
            return .init(commit: snapshot.commit, tree: snapshot.tree, documents: survey.documents)
        }
        guard let tip = try await repository.fetch([settings.branch])[settings.branch], own.contains(tip) else {
            return nil
        }
        var loader = SnapshotLoader()
        let tree = try await loader.load(tip, from: repository).tree
        return .init(commit: tip, tree: tree, documents: DocumentReader.read(tree, shipped: settings.shipped))
    }

    // MARK: Observe and decide

    /// - Parameter isLooking: for a person, who may not have been told of the forge.
    func promotions(
        in survey: Survey, isLooking: Bool, until deadline: ContinuousClock.Instant
    ) async -> [PromotionReport] {
        let documents = survey.documents
        guard !documents.promotions.isEmpty, documents.configProblem == nil else { return [] }
        let reports = await reports(in: survey)
        let check = PromotionCheck(documents: documents)
        var branches: [String: Git.CommitID]?
        var found: [PromotionReport] = []
        for promotion in documents.promotions {
            let steps = PromotionStep.steps(
                of: promotion.name, in: promotion.file, promotion.document.spec, globalHold: documents.config.hold,
                problem: check.errors(of: promotion).first)
            for step in steps where settings.serves(step.target.environment) {
                let world = PromotionObservation(
                    source: stop(step.source, reports), target: stop(step.target, reports),
                    later: step.later.map { stop($0, reports) })
                guard .now < deadline else {
                    let late = PromotionStanding.waiting(.source("the tick's time was over; the next one looks again"))
                    found.append(PromotionReport(step: step, observation: world, decision: PromotionDecision(late)))
                    continue
                }
                var report = await decide(step, world, survey, isLooking: isLooking, &branches)
                report.isShadow = reports[step.target]?.isShadow ?? false
                found.append(report)
                logger.info(
                    "decided",
                    metadata: [
                        "promotion": "\(step.promotion)", "rollout": "\(step.target)",
                        "reason": "\(PromotionText.line(report.standing))",
                    ])
            }
        }
        return found
    }

    /// Where the rollouts stand, with those of other environments as Git alone has them.
    private func reports(in survey: Survey) async -> [RolloutID: RolloutReport] {
        var reports = Dictionary(survey.report.rollouts.map { ($0.id, $0) }) { first, _ in first }
        var subjects = survey.documents.promotedFrom(settings.serves).map { rollout in
            Observer.Subject(rollout: rollout, book: survey.books[rollout.environment.name], isElsewhere: true)
        }
        guard !subjects.isEmpty else { return reports }
        var copy = survey
        do {
            try await find(&subjects, in: &copy)
        } catch {
            for index in subjects.indices { subjects[index].trouble = "\(error)" }
        }
        for subject in subjects { reports[subject.rollout.id] = await survey.observer.observe(subject) }
        return reports
    }

    private func stop(_ id: RolloutID, _ reports: [RolloutID: RolloutReport]) -> PromotionStop {
        guard let report = reports[id] else { return PromotionStop(id: id, problem: "it cannot be read") }
        var stop = PromotionStop(
            id: id, state: report.state, standing: report.trouble == nil ? report.standing : nil,
            stated: report.specification?.release, stageCommit: report.observation?.stageCommit,
            problem: report.problems.first?.description)
        stop.course = report.specification.map(StageCourse.init)
        if case .reverted(let culprit)? = report.observation?.history, let taken = report.observation?.taken {
            let reason = "reverted by \(culprit.author) in \(culprit.commit.short)"
            stop.reverted = RolloutState.Rejection(taken.release, reason: reason)
        }
        return stop
    }

    /// Observes what the planner needs until its decision is final.
    private func decide(
        _ step: PromotionStep, _ observation: PromotionObservation, _ survey: Survey, isLooking: Bool,
        _ branches: inout [String: Git.CommitID]?
    ) async -> PromotionReport {
        var world = observation
        let now = ports.now()
        var decision = PromotionPlanner.plan(step, world, at: now)
        // The line, the analyses and the proposals.
        for _ in 0..<4 where !decision.needs.isEmpty {
            for need in decision.needs {
                do throws(GitError) {
                    switch need {
                    case .line: world.line = try await line(of: step, world, survey)
                    case .analyses(let requests):
                        world.analyses = await readings(for: requests, of: world.source, survey)
                    case .proposals(let wanted):
                        if branches == nil, ports.forge != nil {
                            branches = try await PromotionProposalReader.branches(of: repository)
                        }
                        let reader = PromotionProposalReader(
                            repository: repository, forge: ports.forge, base: settings.branch,
                            tip: survey.snapshot.commit, identity: settings.identity, isLooking: isLooking,
                            branches: branches ?? [:])
                        world.proposals = await reader.read(step, wanted: wanted)
                    }
                } catch {
                    let standing = PromotionStanding.waiting(.source("the repository could not be asked: \(error)"))
                    return PromotionReport(step: step, observation: world, decision: PromotionDecision(standing))
                }
            }
            decision = PromotionPlanner.plan(step, world, at: now)
        }
        return PromotionReport(step: step, observation: world, decision: decision)
    }

    private func line(
        of step: PromotionStep, _ world: PromotionObservation, _ survey: Survey
    ) async throws(GitError) -> LineReading {
        guard let state = world.source.state, let stage = world.source.stageCommit,
            let target = survey.documents.rollouts.first(where: { $0.id == step.target })
        else { return LineReading() }
        return try await LineHistory(repository: repository, tip: survey.snapshot.commit, shipped: settings.shipped)
            .read(state, at: step.source.statePath, since: stage, target: target)
    }

    private func readings(
        for requests: [AnalysisRequest], of source: PromotionStop, _ survey: Survey
    ) async -> [AnalysisReading] {
        guard let rollout = survey.documents.rollouts.first(where: { $0.id == source.id }) else { return [] }
        var subject = Observer.Subject(rollout: rollout, book: survey.books[rollout.environment.name])
        subject.isElsewhere = !settings.serves(rollout.environment.name)
        return await survey.observer.soak(requests, of: subject, since: source.stageCommit)
    }
}
