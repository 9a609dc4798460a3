internal import Git
internal import Manifests
internal import Rollouts

/// What keeps a commit that is due from the branch, for somebody who looks and does not push.
extension Agent {
    /// What became of the commit that a report calls due: it may wait in a pull request, or the server may have refused it.
    ///
    /// - Returns: nil where nothing is known to be in its way.
    func obstacle(to report: RolloutReport, _ survey: Survey) async -> DeliveryOutcome? {
        guard report.problems.isEmpty, report.delivery == nil, let transition = report.decision?.transition else {
            return nil
        }
        if let waiting = await waitingPullRequest(for: report, transition, survey) { return waiting }
        guard let refusal = report.observation?.note.refusal, refusal.commit == transition.name else { return nil }
        return .refused(refusal.words)
    }

    /// The server's words against the commit after the present stage, by rollout, as agents have noted them.
    func refusals() async throws(GitError) -> [(rollout: RolloutID, words: String)] {
        var survey = try await pull()
        var subjects = survey.documents.rollouts.filter { settings.serves($0.environment.name) }.map {
            Observer.Subject(rollout: $0, book: survey.books[$0.environment.name])
        }
        try await find(&subjects, in: &survey)
        var found: [(rollout: RolloutID, words: String)] = []
        for subject in subjects {
            guard let stage = subject.finding?.stageCommit?.id, let book = subject.book,
                let refusal = await book.note(on: stage, for: subject.rollout.id).refusal
            else { continue }
            found.append((subject.rollout.id, refusal.words))
        }
        return found
    }

    /// Where the branch takes no push: the pull request by which the agent has proposed the same commit.
    private func waitingPullRequest(
        for report: RolloutReport, _ transition: Transition, _ survey: Survey
    ) async -> DeliveryOutcome? {
        guard Deliverer.mayPropose(transition), let release = report.state?.releaseKey else { return nil }
        let key = ProposalKey(release: release, stage: transition.state.at.stage)
        let branches = (report.observation?.branches ?? []).filter { $0.key == key }
        guard !branches.isEmpty else { return nil }
        guard let forge = ports.forge else {
            let subject = "\(transition.isRollback ? "the rollback" : "\(key.stage)") waits in a pull request"
            return .forge(ProposalReading.unasked(subject, branch: key.branch(of: report.id)), isMistake: false)
        }
        do {
            guard let proposal = try await proposal(report, survey) else { return nil }
            return try await deliverer(of: report, survey, by: forge).whatWaits(proposal, key, among: branches)
        } catch let failure as ForgeFailure {
            return .forge(failure.sentence, isMistake: false)
        } catch {
            return nil
        }
    }
}

extension Transition {
    /// Names the commit within the branch's present state, such as `7c2d9f40-14/promote promote`.
    var name: String { "\(state.releaseKey)/\(state.at.stage) \(state.at.action.rawValue)" }
}
