internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// Weights that the route cannot be given: a release would stop there with the canary already up.
extension PlanCheck {
    var refusals: [Diagnostic] {
        let weights = specification.plan.weights
        return (bound.route?.refusals(of: weights) ?? []).map { refusal in
            rollout.source.diagnostic(
                at: place(of: refusal.weight), "\(refusal.weight) cannot be given exactly at \(refusal.place)",
                hint: Self.possible(refusal.possible) + "or let the other backends there leave the pair a multiple of "
                    + "\(Self.unit(of: weights))")
        }
    }

    private static func possible(_ weights: [Weight]) -> String {
        guard !weights.isEmpty else { return "name no weight between 0% and 100%, " }
        return "\(listed(weights)) can be given there; state such weights, "
    }

    /// The least number of which every weight is whole.
    private static func unit(of weights: [Weight]) -> Int {
        (1..<100).first { unit in weights.allSatisfy { $0.percent * unit % 100 == 0 } } ?? 100
    }

    /// The step with the weight, where the Rollout states its own.
    private func place(of weight: Weight) -> FieldPath {
        guard let steps = rollout.source.document.spec.steps,
            let index = steps.firstIndex(where: { if case .setWeight(weight) = $0 { true } else { false } })
        else { return place }
        return place.appending(index).appending("setWeight")
    }
}
