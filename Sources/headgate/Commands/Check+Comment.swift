import Agent
import ArgumentParser
import Report
import Rollouts

/// The one comment of a pull request that says what follows when it is merged.
extension Check {
    /// Writes the comment, or changes the one that an earlier run has written.
    func comment(_ report: ChangeReport, on number: Int) async throws {
        guard let forge = try Wiring.forge(of: repo, forge) else {
            throw CommandError(
                "there is no forge to write the comment to",
                hint: "name it with --repo or --forge, and give its token in HEADGATE_FORGE_TOKEN", code: .usage)
        }
        try await ChangeComment(report.markdown, marker: ChangeReport.marker).post(to: .init(number), on: forge)
    }
}
