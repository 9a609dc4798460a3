/// What a branch asks of a pull request before it may be merged.
package struct BranchProtection: Sendable, Equatable {
    package var branch: String
    package var requiredApprovals = 0
    /// The statuses named in `contexts`, or all where none is named, must be successful.
    package var needsStatuses = false
    package var contexts: [String] = []
    package var blocksOnRejection = false
    package var blocksOnOutdated = false
    package var dismissesStale = false

    package init(branch: String, requiredApprovals: Int = 0, dismissesStale: Bool = false) {
        self.branch = branch
        self.requiredApprovals = requiredApprovals
        self.dismissesStale = dismissesStale
    }
}
