package import Git
package import Rollouts

/// What one tick found of one step of a promotion, and what it did about it.
package struct PromotionReport: Sendable {
    package let step: PromotionStep
    package var observation: PromotionObservation
    package var decision: PromotionDecision
    package var outcome: PromotionOutcome?
    /// The target's document asks for decisions that are reported and not carried out.
    package var isShadow = false

    package init(step: PromotionStep, observation: PromotionObservation, decision: PromotionDecision) {
        self.step = step
        self.observation = observation
        self.decision = decision
    }

    package var standing: PromotionStanding {
        switch outcome {
        case .refused(let words)?: .held(.refused(words))
        case .impossible(let problem)?: .held(.configuration(problem.description))
        case .unavailable(let message)?: .waiting(.forge(message))
        case .proposed(let pullRequest)?: .waiting(.review(url: pullRequest.url))
        case .pushed?, .moved?, nil: decision.standing
        }
    }

    /// The release that is on its way, or has come.
    package var release: Release? {
        if case .due(let release) = standing { return release }
        guard let state = observation.source.state, state.phase == .stable else { return nil }
        guard let stated = observation.target.stated else { return state.release.values }
        return Release(values: state.release.values.carried(to: stated))
    }
}

/// What became of a step's effects.
package enum PromotionOutcome: Equatable, Sendable {
    case pushed(Git.CommitID)
    /// Somebody else was faster: everything is to be observed and decided again.
    case moved
    case proposed(PullRequest)
    case refused(String)
    /// The line could not be written; nothing of it left.
    case impossible(Diagnostic)
    /// The forge did not answer; the next tick asks again.
    case unavailable(String)
}
