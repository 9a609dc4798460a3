/// Names what a pull request of the agent proposes: a stage of one attempt at a release.
///
/// It has no serial in it, so that commits which only resume a rollout or give it more pods do not void what people have
/// said about the stage.
package struct ProposalKey: Hashable, Sendable, CustomStringConvertible {
    /// As in keys that people state, such as `7c2d9f40-14`.
    package let release: String
    /// The stage's key, such as `promote`.
    package let stage: String

    package init(release: String, stage: StageKey) {
        self.init(release: release, stage: stage.text)
    }

    private init(release: String, stage: String) {
        self.release = release
        self.stage = stage
    }

    /// What a person asked for by `retry` after the start of this very release had been closed.
    package var again: Self { Self(release: release, stage: stage + Self.againSuffix) }
    package var isAgain: Bool { stage.hasSuffix(Self.againSuffix) }
    private static let againSuffix = "-again"

    package var description: String { "\(release)/\(stage)" }

    // MARK: Branches

    /// What the names of all branches that the agent proposes from begin with.
    package static let prefix = "headgate/"

    /// What the names of one rollout's branches begin with.
    package static func prefix(of id: RolloutID) -> String {
        prefix + id.description.split(separator: "/").map { safe($0) + "/" }.joined()
    }

    /// The name of the branch, without `refs/heads/`.
    package func branch(of id: RolloutID) -> String { "\(Self.prefix(of: id))\(release)/\(stage)" }

    /// The key by which a branch of the rollout is named; nil for branches of others.
    package init?(branch: String, of id: RolloutID) {
        let prefix = Self.prefix(of: id)
        guard branch.hasPrefix(prefix) else { return nil }
        let parts = branch.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(release: String(parts[0]), stage: String(parts[1]))
    }

    /// Git takes neither two dots in a row nor `.lock` at an end; no name has an underscore of its own.
    private static func safe(_ name: Substring) -> String {
        String(name.contains("..") || name.hasSuffix(".lock") ? name.replacing(".", with: "_") : name)
    }
}
