internal import Analysis
internal import Git
internal import Logging
internal import Manifests
internal import Rollouts

/// Pull requests: what was decided about them is carried out after everything that is pushed to the branch itself.
extension Agent {
    /// What became of the stages that go by pull request, by rollout, and what went wrong beside them.
    struct Delivered: Sendable {
        var outcomes: [RolloutID: DeliveryOutcome] = [:]
        var remarks: [String] = []
    }

    /// Until `deadline`; what is not done by then is done by the next tick.
    func deliver(_ report: TickReport, _ survey: Survey, until deadline: ContinuousClock.Instant) async -> Delivered {
        guard let forge = ports.forge else { return Delivered() }
        // What takes a release back comes first.
        let due = report.rollouts.filter { !$0.isShadow && $0.mayDeliver }.sorted {
            ($0.isRefusedRollback ? 0 : 1, $0.id) < ($1.isRefusedRollback ? 0 : 1, $1.id)
        }
        let hasOthers = survey.references.keys.contains { $0.text.hasPrefix("refs/heads/\(ProposalKey.prefix)") }
        guard !due.isEmpty || hasOthers else { return Delivered() }
        return await withTaskGroup(of: Delivered?.self) { group in
            group.addTask { [ports] in
                await ports.sleep(deadline)
                return nil
            }
            group.addTask {
                var delivered = await self.deliver(due, survey, by: forge)
                delivered.remarks += await self.withdrawOrphans(of: survey, by: forge)
                return delivered
            }
            var result: Delivered?
            while let next = await group.next() {
                group.cancelAll()
                if let next { result = next }
            }
            return result ?? Delivered()
        }
    }

    private func deliver(_ reports: [RolloutReport], _ survey: Survey, by forge: any Forge) async -> Delivered {
        var delivered = Delivered()
        var outage: ForgeFailure?
        for report in reports {
            if Task.isCancelled { break }
            if let outage {
                delivered.outcomes[report.id] = .forge(outage.sentence, isMistake: false)
                continue
            }
            do {
                if let outcome = try await deliver(report, survey, by: forge) {
                    delivered.outcomes[report.id] = outcome
                }
                memory.said(report.id)
            } catch let failure as ForgeFailure {
                memory.forget(report.id)
                delivered.outcomes[report.id] = .forge(failure.sentence, isMistake: failure.isMistake)
                if failure.isOutage { outage = failure }
            } catch let problem as Diagnostic {
                delivered.outcomes[report.id] = .impossible(problem)
            } catch {
                delivered.remarks.append("\(report.id): \(error)")
            }
        }
        return delivered
    }

    /// Closes what is still proposed for rollouts that were deleted.
    private func withdrawOrphans(of survey: Survey, by forge: any Forge) async -> [String] {
        if survey.isShadow { return [] }
        let orphans = OrphanedProposals(
            repository: repository, identity: settings.identity, documents: survey.documents,
            tip: survey.snapshot.commit)
        do {
            for (id, heads) in try await orphans.read(among: survey.references).sorted(by: { $0.key < $1.key }) {
                guard settings.serves(id.environment) else { continue }
                let deliverer = deliverer(of: RolloutReport(id: id, file: id.statePath), survey, by: forge)
                for (key, head) in heads {
                    try await deliverer.withdraw(
                        ProposalWithdrawal(
                            key: key, head: head.domain, open: nil, reason: "the Rollout \(id) was deleted"))
                }
            }
            return []
        } catch {
            return ["pull requests of deleted rollouts: \(error)"]
        }
    }

    /// Everything about one rollout, in the order in which it was decided.
    private func deliver(
        _ report: RolloutReport, _ survey: Survey, by forge: any Forge
    ) async throws -> DeliveryOutcome? {
        let deliverer = deliverer(of: report, survey, by: report.isRefusedRollback ? forge.forRollbacks : forge)
        var outcome: DeliveryOutcome?
        if case .refused(let words)? = report.outcome, report.isRefusedByProtection,
            let proposal = try await proposal(report, survey)
        {
            outcome = try await deliverer.proposeRefused(
                proposal, words, among: report.observation?.branches ?? [])
        }
        for effect in report.decision?.effects ?? [] {
            switch effect {
            case .propose(let stage):
                let proposal = Publisher.Proposal(
                    id: report.id, transition: stage.question.transition, bound: report.bound, isProposed: true)
                outcome = try await deliverer.propose(stage, proposal)
            case .advise(let advice):
                let proposal = advice.question.map {
                    Publisher.Proposal(
                        id: report.id, transition: $0.transition, bound: report.bound, isProposed: true)
                }
                try await deliverer.advise(advice, proposal)
            case .merge(let merge):
                let proposal = Publisher.Proposal(
                    id: report.id, transition: merge.question.transition, bound: report.bound, isProposed: true)
                outcome = try await deliverer.merge(merge, proposal)
            case .withdraw(let withdrawal): try await deliverer.withdraw(withdrawal)
            case .commit, .recordArrival, .recordLive, .recordAway, .recordReturn, .acceptForeign, .retire: break
            }
        }
        return outcome
    }

    func deliverer(of report: RolloutReport, _ survey: Survey, by forge: any Forge) -> Deliverer {
        let (snapshot, documents, shipped) = (survey.snapshot, survey.documents, settings.shipped)
        let (id, bound) = (report.id, report.bound)
        return Deliverer(
            forge: forge, publisher: publisher(for: survey), snapshot: snapshot, report: report, now: ports.now(),
            memory: memory
        ) { files in
            FieldChanges.between(bound, id, files, in: snapshot.tree, documents, shipped)
        } statement: {
            await self.statement(of: report, survey)
        }
    }

    /// The commit that stated the release, since the rollout came to where it is.
    private func statement(of report: RolloutReport, _ survey: Survey) async -> ProposalText.Statement? {
        guard let stage = report.observation?.stageCommit.flatMap({ Git.CommitID(hex: $0.id.hex) }),
            let rollout = survey.documents.rollouts.first(where: { $0.id == report.id })
        else { return nil }
        let history = LineHistory(repository: repository, tip: survey.snapshot.commit, shipped: settings.shipped)
        guard let change = try? await history.changes(of: rollout, since: stage).first,
            let id = Git.CommitID(hex: change.by.commit.hex), let commit = try? await repository.commit(id)
        else { return nil }
        return .init(commit: change.by.commit, author: change.by.author, subject: commit.subject)
    }
}

extension RolloutReport {
    /// Whether the branch's protection refused what clears up or takes back.
    var isRefusedByProtection: Bool {
        guard case .refused? = outcome, let transition = decision?.transition else { return false }
        return Deliverer.mayPropose(transition)
    }

    var isRefusedRollback: Bool { isRefusedByProtection && decision?.transition?.isRollback == true }

    /// Whether there is anything to do about pull requests.
    fileprivate var mayDeliver: Bool {
        isRefusedByProtection
            || (decision?.effects ?? []).contains { effect in
                switch effect {
                case .propose, .advise, .merge, .withdraw: true
                case .commit, .recordArrival, .recordLive, .recordAway, .recordReturn, .acceptForeign, .retire: false
                }
            }
    }
}
