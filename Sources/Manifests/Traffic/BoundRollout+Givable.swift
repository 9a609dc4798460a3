package import Rollouts
internal import YAML

/// Which weights a route can be given at all.
extension BoundRollout.Route {
    /// A weight that one list of backends cannot give the canary exactly.
    package struct Refusal: Sendable {
        package let weight: Weight
        /// The list, with its file and line.
        package let place: String
        /// What can be given there between nothing and everything.
        package let possible: [Weight]
    }

    /// Each of `weights` with each list that cannot give it; there is none where a chart takes percent.
    package func refusals(of weights: [Weight]) -> [Refusal] {
        guard !isRendered else { return [] }
        return lists.flatMap { list -> [Refusal] in
            let refused = weights.filter { !gives($0, list) }
            guard !refused.isEmpty else { return [] }
            let found = object.placedDiagnostic(at: list.path, "")
            let place = "\(list.path) (\(found.file):\(found.line))"
            let possible = (1..<100).map { Weight(clamping: $0) }.filter { gives($0, list) }
            return refused.map { Refusal(weight: $0, place: place, possible: possible) }
        }
    }

    private func gives(_ weight: Weight, _ list: BackendList) -> Bool {
        list.weights.giving(weight, total: provider.spec.weight.total, maximum: provider.spec.weight.maximum) != nil
    }
}
