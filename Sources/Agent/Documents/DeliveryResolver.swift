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
        for key in documents.config.delivery?.pullRequest ?? [] where !Self.mayBeStage(key) {
            throw Diagnostic(
                file: ".headgate/config.yaml", message: "delivery.pullRequest: no plan has a stage \"\(key)\"",
                hint: "stages are start, promote, drain, finish and weights such as weight-25")
        }
        return DeliverySpec.resolved(own, over: documents.config.delivery)
    }

    static func listed(_ keys: [StageKey]) -> String { keys.map(\.text).joined(separator: ", ") }

    /// Whether some plan may have a stage of that name: what is said for all rollouts may name stages of a few.
    private static func mayBeStage(_ key: StageKey) -> Bool {
        [StageKey.start, .promote, .drain, .finish].contains(key)
            || key.text.wholeMatch(of: /(weight|scale)-\d+(\.\d+)?/) != nil
    }
}
