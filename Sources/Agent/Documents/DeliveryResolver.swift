internal import Manifests
internal import Rollouts
internal import YAML

/// What a Rollout and the repository say about delivery, held to the plan's stages.
struct DeliveryResolver {
    let documents: RepositoryDocuments
    let source: RolloutSource
    let plan: StagePlan

    /// - Throws: for a stage that the plan has not got. A misspelt name would let a stage go on that people meant to see.
    func delivery() throws(Diagnostic) -> Delivery {
        let own = source.document.spec.delivery
        for (index, key) in (own?.pullRequest ?? []).enumerated() where plan.index(of: key) == nil {
            throw source.diagnostic(
                at: ("spec.delivery.pullRequest" as FieldPath).appending(index),
                "the plan has no stage \"\(key)\"", hint: "its stages: \(Self.listed(plan.stages.map(\.key)))")
        }
        for (index, key) in (documents.config.delivery?.pullRequest ?? []).enumerated() where !Self.mayBeStage(key) {
            throw documents.configDiagnostic(
                at: Self.place(index), "delivery.pullRequest: no plan has a stage \"\(key)\"",
                hint: "stages are start, promote, drain, finish and weights such as weight-25")
        }
        return DeliverySpec.resolved(own, over: documents.config.delivery)
    }

    /// Of a stage in the list of `config.yaml`.
    static func place(_ index: Int) -> FieldPath { ("delivery.pullRequest" as FieldPath).appending(index) }

    /// What is stated and says something else than it seems to.
    static func warnings(of rollout: RepositoryDocuments.LoadedRollout) -> [Diagnostic] {
        let place: FieldPath = "spec.delivery.pullRequest"
        let delivery = rollout.source.document.spec.delivery
        guard let stages = delivery?.pullRequest else { return [] }
        if stages.isEmpty, delivery?.mode != .pullRequest {
            return [
                rollout.source.diagnostic(
                    at: place, "an empty list: no stage goes by pull request, whatever config.yaml says",
                    hint: "write delivery: {mode: commit} where that is meant")
            ]
        }
        // Drain and finish are beside those that take the release further.
        let listed = stages.filter { ![.drain, .finish].contains($0) }
        guard delivery?.mode == .pullRequest, !listed.isEmpty else { return [] }
        return [
            rollout.source.diagnostic(
                at: place,
                "mode: pullRequest proposes start, every weight and promote: the list does not narrow it to "
                    + Self.listed(listed),
                hint: "leave mode out to propose the listed stages alone, or leave the list out")
        ]
    }

    static func listed(_ keys: [StageKey]) -> String { keys.map(\.text).joined(separator: ", ") }

    /// Whether some plan may have a stage of that name: what is said for all rollouts may name stages of a few.
    private static func mayBeStage(_ key: StageKey) -> Bool {
        [StageKey.start, .promote, .drain, .finish].contains(key)
            || key.text.wholeMatch(of: /(weight|scale)-\d+(\.\d+)?/) != nil
    }
}
