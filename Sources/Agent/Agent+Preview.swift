internal import Git
internal import Manifests
package import Rollouts

/// What the next tick does about one rollout, without doing it.
package struct RolloutPreview: Sendable {
    package let report: RolloutReport
    /// The message of the commit that is due; nil where nothing is.
    package var message: String?
    package var changes: [FileVersions] = []
    /// Why the commit cannot be rendered.
    package var problem: Diagnostic?

    /// One file before and after; nil where there is none.
    package struct FileVersions: Sendable {
        package let path: String
        package let old: [UInt8]?
        package let new: [UInt8]?
    }
}

extension Agent {
    /// Pulls, decides, and renders what is due for one rollout.
    ///
    /// - Throws: `SteeringRefusal` for a name that means none or several, `GitError`.
    package func preview(of reference: RolloutReference) async throws -> RolloutPreview {
        let survey = try await survey()
        let id = try reference.find(in: survey.report.rollouts.map(\.id))
        guard var report = survey.report.rollouts.first(where: { $0.id == id }) else {
            throw SteeringRefusal("there is no rollout \"\(reference)\"")
        }
        report.delivery = await obstacle(to: report, survey)
        var preview = RolloutPreview(report: report)
        var due = try await proposal(report, survey)
        if due == nil, report.problems.isEmpty, let question = report.decision?.question {
            due = Publisher.Proposal(
                id: report.id, transition: question.transition, bound: report.bound, isProposed: true)
        }
        guard let proposal = due else { return preview }
        do {
            let commit = try publisher(for: survey).preview(of: proposal, on: survey.snapshot)
            preview.message = commit.message
            for (path, change) in commit.changes.sorted(by: { $0.key < $1.key }) {
                let old = survey.snapshot.tree.bytes(at: path)
                switch change {
                case .write(let bytes): preview.changes.append(.init(path: path, old: old, new: bytes))
                case .remove: preview.changes.append(.init(path: path, old: old, new: nil))
                }
            }
        } catch {
            preview.problem = error
        }
        return preview
    }
}
