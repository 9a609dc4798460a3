package import Rollouts

/// Something in a commit that should not be there.
package struct CommitFinding: Hashable, Sendable {
    package let commit: CommitID
    /// The commit's subject.
    package let subject: String
    /// Who says to have written it.
    package let author: String
    package let message: String

    package init(commit: CommitID, subject: String, author: String, message: String) {
        self.commit = commit
        self.subject = CommitMessage.oneLine(subject)
        self.author = CommitMessage.oneLine(author)
        self.message = CommitMessage.oneLine(message)
    }
}

/// What was found in a range of commits.
package struct RangeReport: Sendable {
    package var findings: [CommitFinding] = []
    /// How many commits there are, and how many of them are the agent's.
    package var commits = 0
    package var agents = 0

    package init() {}
}
