package import Rollouts

/// What was found in a range of commits: a line for each finding, as a job's log shows it.
package struct AuditReport: Sendable {
    package var commits: Int
    /// How many of the commits are in the agent's name.
    package var agents: Int
    package var findings: [Finding]

    package struct Finding: Sendable {
        package var commit: CommitID
        package var subject: String
        /// Who says to have written it.
        package var author: String
        package var message: String

        package init(commit: CommitID, subject: String, author: String, message: String) {
            (self.commit, self.subject, self.author, self.message) = (commit, subject, author, message)
        }
    }

    package init(commits: Int, agents: Int, findings: [Finding]) {
        (self.commits, self.agents, self.findings) = (commits, agents, findings)
    }

    package var lines: [String] {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        return findings.map { "\($0.commit.short) by \($0.author): \($0.message)" }
            + ["\(count(commits, "commit")), \(agents) of them the agent's, \(count(findings.count, "finding"))"]
    }

    package var json: JSON {
        .members([
            "commits": .number("\(commits)"), "agents": .number("\(agents)"),
            "findings": .array(
                findings.map { finding in
                    .members([
                        "commit": .string(finding.commit.hex), "subject": .string(finding.subject),
                        "author": .string(finding.author), "message": .string(finding.message),
                    ])
                }),
        ])
    }
}
