package import Analysis

/// What a body says to the agent itself, in comments that Markdown does not show.
package struct ProposalMark: Equatable, Sendable {
    package var key: ProposalKey
    /// The commit that the agent proposed.
    package var head: CommitID
    /// When the evidence was written.
    package var time: Timestamp
    /// Of everything but the evidence.
    package var digest: Digest

    package init(key: ProposalKey, head: CommitID, time: Timestamp, digest: Digest) {
        self.key = key
        self.head = head
        self.time = time
        self.digest = digest
    }

    var text: String { "<!-- headgate: proposal \(key) \(head.hex) \(time.rfc3339) \(digest.hex) -->" }

    /// The mark of a body; nil where it has none.
    package init?(in body: String) {
        guard let start = body.firstRange(of: "<!-- headgate: proposal "),
            let end = body[start.upperBound...].firstRange(of: " -->")
        else { return nil }
        let words = body[start.upperBound..<end.lowerBound].split(separator: " ").map(String.init)
        guard words.count == 4, let time = Timestamp(rfc3339: words[2]) else { return nil }
        let key = words[0].split(separator: "/").map(String.init)
        guard key.count == 2 else { return nil }
        self.init(
            key: ProposalKey(release: key[0], stage: StageKey(key[1])), head: CommitID(hex: words[1]), time: time,
            digest: Digest(hex: words[3]))
    }
}

/// What the agent adds to a body without changing the rest of it.
package enum ProposalBody {
    private static let warningStart = "<!-- headgate: warning -->"
    private static let warningEnd = "<!-- headgate: /warning -->"
    private static let withdrawn = "<!-- headgate: withdrawn -->"

    /// The body with what stands against a merge now; nil takes it out again.
    package static func warning(_ text: String?, in body: String) -> String {
        var rest = PullRequestChange.plain(body)
        if rest.hasPrefix(warningStart), let end = rest.firstRange(of: warningEnd) {
            rest.removeSubrange(..<end.upperBound)
            while rest.first?.isNewline == true { rest.removeFirst() }
        }
        guard let text else { return rest }
        return "\(warningStart)\n> **Not to be merged now:** \(Markdown.text(text))\n\n\(warningEnd)\n\n\(rest)"
    }

    /// The body of a pull request that the agent closes itself.
    package static func withdrawing(_ body: String, because reason: String) -> String {
        guard !isWithdrawn(body) else { return body }
        return "Withdrawn by Headgate: \(Markdown.text(reason))\n\(withdrawn)\n\n" + warning(nil, in: body)
    }

    package static func isWithdrawn(_ body: String) -> Bool {
        let lines = PullRequestChange.plain(body).split(separator: "\n", maxSplits: 2)
        return lines.count > 1 && lines[0].hasPrefix("Withdrawn by Headgate: ") && lines[1] == withdrawn
    }
}
