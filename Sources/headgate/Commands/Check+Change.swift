import Agent
import ArgumentParser
import Git
import Manifests
import Report
import Rollouts

/// What a pull request is told.
extension Check {
    func showChange(from base: String) async throws {
        let root = try WorkTree(at: path ?? ".")
        let files = at == nil ? try root.tree() : nil
        let check = ChangeCheck(
            in: try repository(root), shipped: Wiring.shipped, providers: Wiring.providers, bot: botIdentity)
        let review = try await check.review(files, at: at ?? "HEAD", against: base)
        let report = ChangeReport(review)
        switch output {
        case .text: Terminal.print(report.lines(Terminal.layout))
        case .json: Terminal.print(report.json.indented)
        case .markdown: Terminal.print(report.markdown)
        }
        if let comment { try await self.comment(report, on: comment) }
        if review.errors > 0 { throw ExitCode(CommandError.Code.findings.rawValue) }
    }

    private func repository(_ tree: WorkTree) throws -> Repository {
        do throws(GitError) {
            return try Repository(reading: tree.root)
        } catch {
            throw CommandError(
                "\(tree.root) is no repository of git", causes: [error.message],
                hint: "give the root of the configuration repository, with its .git")
        }
    }

    private var botIdentity: BotIdentity { bot.map { BotIdentity($0) } ?? BotIdentity() }

    // MARK: A range of commits

    func showRange(_ range: String) async throws {
        let audit = RangeAudit(
            in: try repository(WorkTree(at: path ?? ".")), shipped: Wiring.shipped, bot: botIdentity)
        let range = try await audit.report(on: range)
        let report = AuditReport(
            commits: range.commits, agents: range.agents,
            findings: range.findings.map {
                .init(commit: $0.commit, subject: $0.subject, author: $0.author, message: $0.message)
            })
        if output == .json { Terminal.print(report.json.indented) } else { Terminal.print(report.lines) }
        if !report.findings.isEmpty { throw ExitCode(CommandError.Code.findings.rawValue) }
    }
}
