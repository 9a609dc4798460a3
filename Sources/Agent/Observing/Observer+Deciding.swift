internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts

/// A rollout on its way to a decision, with what is known of it so far.
struct Deliberation: Sendable {
    let rollout: RepositoryDocuments.LoadedRollout
    let bound: BoundRollout
    let specification: Specification
    var world: Observation
    var runner: AnalysisRunner
    /// The analyses that were asked for.
    var requests: [AnalysisRequest] = []
    var decision: Decision?
}

/// Observes what the planner asks for until its decision is final.
extension Observer {
    func decided(_ start: Deliberation) async -> Deliberation {
        var it = start
        var decision = Planner.plan(it.specification, it.world, at: now)
        // The cluster, the analyses, the analyses that a completed one leads to, and what people say on pull requests.
        for _ in 0..<9 where !decision.needs.isEmpty {
            for need in decision.needs {
                switch need {
                case .live:
                    it.world.live = await live(it.bound, it.rollout)
                    it.runner.subject.facts.take(it.world.live)
                case .analyses(let wanted):
                    it.requests = wanted.map(following)
                    var readings: [AnalysisReading] = []
                    for request in it.requests { readings.append(await it.runner.reading(for: request)) }
                    it.world.analyses = readings
                case .proposals(let question):
                    it.decision = asksForge ? await decide(on: question, &it) : decision
                    return it
                }
            }
            decision = Planner.plan(it.specification, it.world, at: now)
        }
        it.decision = decision
        return it
    }

    /// The decision by what is said on pull requests, which nothing but a commit can need more after.
    private func decide(on question: ProposalQuestion?, _ it: inout Deliberation) async -> Decision {
        let (id, branches) = (it.rollout.id, it.world.branches)
        if let known = memory.proposals(of: id, for: question, branches, at: now) {
            it.world.proposals = .read(known, answering: question)
            let decision = Planner.plan(it.specification, it.world, at: now)
            // What was remembered says what is waited for; before anything is done by it, it is read again.
            if decision.needs.isEmpty, let advice = decision.advice, memory.isSaid(advice, of: id) {
                return decision.silent
            }
        }
        var question = question
        var decision = Decision(.progressing(nil))
        // What people say may lead to another question.
        for _ in 0..<3 {
            it.world.proposals = await proposals(question, of: id, it.bound, branches)
            decision = Planner.plan(it.specification, it.world, at: now)
            guard case .proposals(let next)? = decision.needs.first else { break }
            question = next
        }
        if case .read(let proposals, _)? = it.world.proposals, decision.needs.isEmpty, let advice = decision.advice {
            memory.remember(proposals, of: id, for: question, branches, at: now, saying: advice)
        } else {
            memory.forget(id)
        }
        return decision
    }
}

extension RolloutReport {
    mutating func take(_ deliberation: Deliberation) {
        decision = deliberation.decision
        observation = deliberation.world
        inquiries = deliberation.requests.flatMap { deliberation.runner.inquiries(for: $0) }
        self.deliberation = decision?.needs.isEmpty == false ? deliberation : nil
    }
}
