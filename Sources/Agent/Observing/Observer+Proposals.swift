internal import Git
internal import Manifests
internal import Rollouts

/// What Git and the forge say of the agent's branches.
extension Observer {
    var proposalBranches: ProposalBranches {
        ProposalBranches(repository: repository, identity: publisher.identity, tip: snapshot.commit)
    }

    func proposals(
        _ question: ProposalQuestion?, of id: RolloutID, _ bound: BoundRollout, _ branches: [ProposalBranch]
    ) async -> ProposalReading {
        guard let forge = ports.forge else { return .noForge(isLooking: isLooking) }
        if let outage = outages.messageOfForge { return .unavailable(outage, isMistake: false) }
        let reader = ProposalReader(
            forge: forge, id: id, base: publisher.branch.branchName, branches: branches)
        let comparison = ProposalComparison(publisher: publisher, snapshot: snapshot)
        do {
            let proposals = try await reader.read(question) { made, question in
                let proposal = Publisher.Proposal(
                    id: id, transition: question.transition, bound: bound, isProposed: true)
                return await comparison.holds(made, proposal)
            }
            return .read(proposals, answering: question)
        } catch {
            // What one request cannot change, the next one of this tick need not try again.
            if error.isOutage { outages.addForge(error.sentence) }
            return .unavailable(error.sentence, isMistake: error.isMistake && !isLooking)
        }
    }
}

extension RolloutReport {
    /// What stopped an observation: a problem of the documents, or of the repository.
    mutating func add(_ error: any Error) {
        if let problem = error as? Diagnostic { problems.append(problem) } else { trouble = "\(error)" }
    }
}
