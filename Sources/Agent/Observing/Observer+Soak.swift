internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// A release that is Stable and soaks, by the gates of a Promotion.
extension Observer {
    /// What the gates' analyses say; the cluster is not asked, since nothing moves.
    func soak(
        _ requests: [AnalysisRequest], of subject: Subject, since stage: Observation.StageCommit?
    ) async -> [AnalysisReading] {
        let rollout = subject.rollout
        let binding = binder.bind(rollout.source, in: rollout.environment)
        do throws(Diagnostic) {
            guard let bound = binding.rollout else {
                throw binding.problems.first ?? rollout.source.diagnostic(at: "spec", "its manifests cannot be found")
            }
            let builder = SpecificationBuilder(documents: documents, tree: snapshot.tree)
            let (specification, judging) = try builder.specification(of: rollout, bound: bound)
            var runner = runner(bound, rollout, judging, specification.plan)
            // What states a count is judged by as many measurements.
            runner.waitsForCounts = true
            var note = StageNote()
            if let stage = stage?.id, let book = subject.book { note = await book.note(on: stage, for: rollout.id) }
            runner.ledger = ledger(note, stage, subject)
            var readings: [AnalysisReading] = []
            for request in requests { readings.append(await runner.reading(for: following(request))) }
            return readings
        } catch {
            return requests.map { AnalysisReading(id: $0.id, verdict: .error, sentence: error.message) }
        }
    }
}
