import Foundation

/// The commits of a branch, oldest first, as the real git tells them, with the state of one rollout at each.
package struct Ledger: Sendable {
    package struct Entry: Sendable {
        package let id: String
        package let author: String
        package let subject: String
        package let files: [String]
        /// What the state says in its line `at`; nil without a state.
        package let at: At?
        package let phase: String?
    }

    /// The line of a state that no two commits of the agent share.
    package struct At: Hashable, Sendable, CustomStringConvertible {
        package let serial: Int
        package let action: String
        package let stage: String

        package var description: String { "\(action) \(stage)" }
    }

    package let entries: [Entry]
    let state: String

    /// Reads the first-parent history of `branch`; `state` is the path of the rollout's state.
    package init(of repository: RemoteRepository, state: String, branch: String = "main") throws {
        self.state = state
        let text = try repository.git(
            "log", "--reverse", "--first-parent", "-m", "--name-only", "--format=%x01%H%x00%an%x00%s%x00", branch)
        entries = try text.split(separator: "\u{1}").map { part in
            let fields = part.split(separator: "\0", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            let content = try repository.file(state, at: fields[0]) ?? ""
            return Entry(
                id: fields[0], author: fields[1], subject: fields[2],
                files: fields[3].split(separator: "\n").map(String.init), at: Self.at(content),
                phase: Self.value("phase: ", in: content))
        }
    }

    /// The commits that changed this rollout's state, whoever made them.
    package var stages: [Entry] { entries.filter { $0.files.contains(state) } }

    /// What the agent did, in order, such as `advance weight-10`.
    package var actions: [String] { stages.compactMap { $0.at.map { "\($0)" } } }

    package var serials: [Int] { stages.compactMap(\.at?.serial) }

    package func commit(_ action: String) -> String? { stages.last { $0.at?.description == action }?.id }

    package static func at(_ state: String) -> At? {
        guard let match = state.firstMatch(of: /at: \{serial: (\d+), action: (\w+), stage: ([\w-]+)\}/),
            let serial = Int(match.1)
        else { return nil }
        return At(serial: serial, action: String(match.2), stage: String(match.3))
    }

    private static func value(_ name: String, in text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }
}
