/// Steps that ask by pull request.
extension PromotionPlanning {
    func proposing(_ judged: Judged) -> PromotionDecision {
        let wanted = judged.line.map { step.branch(of: $0.release.digest) }
        switch world.proposals {
        case .notRead:
            var decision = judged.decision
            decision.effects = []
            decision.needs = [.proposals(wanted: wanted)]
            return decision
        case .noForge(let isLooking):
            guard let line = judged.line else { return judged.decision }
            if isLooking {
                let sentence = ProposalReading.unasked("\(line.title) goes by pull request", branch: nil)
                return PromotionDecision(.waiting(.forge(sentence)))
            }
            return PromotionDecision(
                .held(.configuration("the Promotion asks by pull request, and the agent knows no forge")))
        case .unavailable(let message, let isMistake):
            guard wanted != nil else { return judged.decision }
            return PromotionDecision(isMistake ? .held(.refused(message)) : .waiting(.forge(message)))
        case .read(let proposals):
            var decision = judged.line.map { asking(for: $0, proposals) } ?? judged.decision
            decision.effects += tidying(proposals, judged)
            return decision
        }
    }

    /// The proposal of the release that is to go on now.
    private func asking(for line: PromotionLine, _ proposals: [PromotionProposal]) -> PromotionDecision {
        let branch = step.branch(of: line.release.digest)
        let proposal = proposals.first { $0.branch == branch } ?? PromotionProposal(branch: branch)
        if proposal.isDeclined, let pullRequest = proposal.pullRequest {
            return PromotionDecision(.held(.declined(by: proposal.closedBy, url: pullRequest.url)))
        }
        let open = proposal.isOpen ? proposal.pullRequest : nil
        guard proposal.isOurs else {
            return PromotionDecision(.held(.foreignBranch(branch, by: proposal.author, url: open?.url)))
        }
        // Nothing runs yet that could be taken back: who asks for that wants it stopped.
        if let open, let label = [ProposalLabel.hold, ProposalLabel.rollback].first(where: open.labels.contains) {
            let standing = PromotionStanding.held(.label(label, url: open.url))
            return PromotionDecision(standing, effects: [.advise(PromotionText.warning(standing), on: proposal)])
        }
        return PromotionDecision(.waiting(.review(url: open?.url)), effects: [.propose(line, on: proposal)])
    }

    /// What becomes of all other proposals: closed where they are over, else left to people.
    private func tidying(_ proposals: [PromotionProposal], _ judged: Judged) -> [PromotionEffect] {
        let wanted = judged.line.map { step.branch(of: $0.release.digest) }
        return proposals.filter { $0.branch != wanted && $0.isOurs }.compactMap { proposal in
            guard proposal.isOpen else {
                // Who reopens what they closed needs its branch.
                let isKept = proposal.isDeclined && isPresent(proposal)
                return proposal.head == nil || isKept ? nil : .remove(proposal)
            }
            if let reason = withdrawal(of: proposal, judged) { return .withdraw(proposal, reason: reason) }
            guard isPresent(proposal) else { return nil }
            return .advise(PromotionText.warning(judged.decision.standing), on: proposal)
        }
    }

    /// Whether it proposes the release that the source has now.
    private func isPresent(_ proposal: PromotionProposal) -> Bool {
        world.source.state.map { step.branch(of: $0.release.digest) } == proposal.branch
    }

    private func withdrawal(of proposal: PromotionProposal, _ judged: Judged) -> String? {
        let rejected = (world.source.state?.rejected ?? []) + [world.source.reverted].compactMap(\.self)
        if let taken = rejected.first(where: { step.branch(of: $0.digest) == proposal.branch }) {
            return "\(step.source) has taken it back: \(taken.reason)"
        }
        let standing = judged.decision.standing
        if isPresent(proposal) {
            switch standing {
            case .done: return "\(step.target) states it already"
            case .rejected, .overruled, .held(.failed): return PromotionText.line(standing)
            default: return nil
            }
        }
        switch standing {
        case .due(let release): return "superseded by \(release.title)"
        case .done: return "superseded by \(world.target.stated?.title ?? "a newer release")"
        case .overruled: return PromotionText.line(standing)
        default: return nil
        }
    }
}
