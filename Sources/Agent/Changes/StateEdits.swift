internal import Git
internal import Manifests
internal import Rollouts

/// What a change does to the files that only the agent writes.
struct StateEdits {
    struct Edit {
        let file: String
        let kind: StateOrigin.Kind
    }

    private let sides: ChangeSides
    private let tip: Git.CommitID
    private let head: Git.CommitID
    private let repository: Repository
    private(set) var edits: [Edit] = []

    init(_ sides: ChangeSides, tip: Git.CommitID, head: Git.CommitID, in repository: Repository) {
        (self.sides, self.tip, self.head, self.repository) = (sides, tip, head, repository)
    }

    static let folder = ".headgate/state/"

    var files: Set<String> { Set(edits.filter { $0.kind == .hand }.map(\.file)) }
    func edit(of id: RolloutID) -> Edit? { edits.first { $0.file == id.statePath } }

    /// Who takes stages back, where the change does.
    var culprit: History.Culprit { .init(commit: head.domain, author: "this change") }

    /// - Parameter agents: state files that the agent's own commits have brought, with their bytes.
    /// - Throws: `RevisionRefusal` where the history that would tell a revert from an edit is cut off.
    mutating func read(isShallow: Bool, agents: [String: [UInt8]]) async throws {
        for file in sides.touched where file.hasPrefix(Self.folder) {
            let bytes = sides.merged.bytes(at: file)
            if let bytes, agents[file] == bytes {
                edits.append(Edit(file: file, kind: .agents))
            } else {
                edits.append(Edit(file: file, kind: try await kind(of: file, isShallow)))
            }
        }
    }

    private func kind(of file: String, _ isShallow: Bool) async throws -> StateOrigin.Kind {
        do throws(GitError) {
            return try await StateOrigin(repository: repository).kind(
                of: file, sides.merged.bytes(at: file), over: sides.branch.bytes(at: file), from: tip,
                isStated: sides.after.documents.rollouts.contains { $0.id.statePath == file })
        } catch {
            throw RevisionRefusal.history(
                "the history of \(file) cannot be read", cause: error.message, isShallow: isShallow,
                hint: "fetch it, so that a revert can be told from an edit")
        }
    }

    /// What may not be merged.
    var findings: [Finding] {
        edits.filter { $0.kind == .hand }.map { edit in
            Finding(
                .error, Diagnostic(file: edit.file, line: line(of: edit.file), message: message(edit), hint: Self.hint))
        }
    }

    private static let hint =
        "take the file back to what the branch has; people steer by the Rollout: headgate approve, resume, retry, abort,"
        + " or git revert of the agent's commits"

    private func message(_ edit: Edit) -> String {
        guard sides.merged.entries[edit.file] != nil else { return "only the agent removes a state" }
        return sides.branch.entries[edit.file] == nil
            ? "only the agent writes a state" : "a state is never edited by hand"
    }

    /// The first line that differs.
    private func line(of file: String) -> Int {
        let old = (sides.branch.text(at: file) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        let new = (sides.merged.text(at: file) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        let same = zip(old, new).prefix { $0 == $1 }.count
        return min(same + 1, max(1, new.count))
    }
}
