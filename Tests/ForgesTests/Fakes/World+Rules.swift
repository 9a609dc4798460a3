extension World {
    /// What the rules of a branch say beside the approvals that it wants, and who the agent is.
    struct Rules: Sendable {
        var branch = "main"
        var owners = false
        var statuses: [String] = []
        /// The agent is in the list of those that may push in spite of the rules.
        var agentMayPush = false
        /// The agent has write access to the repository.
        var agentMayWrite = true
        /// What the token was given out for; nil for all that is needed.
        var scopes: [String]?
        var hidesScopes = false
        var allowsAutoMerge = true
        /// A branch has to be on the base's newest commit.
        var blocksOutdated = false
        /// GitHub's older kind of protection.
        var isClassic = false
    }

    func hasRules(_ branch: String) -> Bool {
        branch == rules.branch && (approvalsRequired > 0 || rules.owners || !rules.statuses.isEmpty)
    }

    /// Whether a push of the agent to the branch is taken.
    func takesPush(to branch: String) -> Bool {
        rules.agentMayWrite && (rules.agentMayPush || !hasRules(branch))
    }
}
