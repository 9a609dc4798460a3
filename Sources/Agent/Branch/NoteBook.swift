package import Analysis
package import Git
package import Rollouts

/// The notes of one environment: what was seen of each stage, and the mark of each rollout.
///
/// A note is a JSON object with a member for each rollout that the commit brought a stage of. Marks lie beside the notes
/// as `marks/<rollout>`, a path that is no object id.
package struct NoteBook: Sendable {
    package let reference: ReferenceName
    let repository: Repository
    private(set) var tip: Git.CommitID?

    /// `refs/notes/headgate`, with the environment where a repository has several.
    package init?(environment: String, repository: Repository) {
        let suffix = environment == RolloutID.defaultEnvironment ? "" : "/\(environment)"
        guard let reference = ReferenceName.notes("headgate\(suffix)") else { return nil }
        self.reference = reference
        self.repository = repository
    }

    package mutating func open(at tip: Git.CommitID?) { self.tip = tip }

    package func note(on commit: Rollouts.CommitID, for id: RolloutID) async -> StageNote {
        guard let tip, let commit = Git.CommitID(hex: commit.hex),
            let bytes = try? await repository.note(on: commit, in: tip)
        else { return StageNote() }
        return NoteText.note(for: id, in: bytes)
    }

    package func mark(of id: RolloutID) async -> Mark? {
        guard let tip, let bytes = try? await repository.file("marks/\(id)", at: tip) else { return nil }
        return NoteText.mark(bytes)
    }

    /// Claims a measurement for `owner`; false where somebody else has it, or where it could not be written.
    package func claim(
        _ key: MeasurementKey, on commit: Rollouts.CommitID, of id: RolloutID, for owner: String, by identity: Signature
    ) async -> Bool {
        guard let stage = Git.CommitID(hex: commit.hex) else { return false }
        do {
            try await write([.measurement(.claimed(by: owner), key, on: commit, of: id)], by: identity)
            // What the remote has now is what counts, whoever wrote it.
            guard let tip = try await repository.fetch([reference])[reference],
                let bytes = try await repository.note(on: stage, in: tip)
            else { return false }
            return NoteText.note(for: id, in: bytes).measurements[key] == .claimed(by: owner)
        } catch {
            return false
        }
    }

    /// Adds entries to what the remote has by then: a time once written never moves, a mark is never lowered.
    package func write(_ entries: [NoteEntry], by identity: Signature) async throws(GitError) {
        guard !entries.isEmpty else { return }
        let repository = repository
        _ = try await repository.updateNotes(
            reference, message: "Notes by Headgate\n", author: identity, committer: identity
        ) { tip throws(GitError) in
            var edit = NotesEdit()
            for entry in entries { try await entry.add(to: &edit, over: tip, in: repository) }
            return edit.notes.isEmpty && edit.files.isEmpty ? nil : edit
        }
    }
}

/// One thing to write down.
package enum NoteEntry: Equatable, Sendable {
    case stage(StageNote, on: Rollouts.CommitID, of: RolloutID)
    /// What the stage was left on.
    case evidence([Evidence], on: Rollouts.CommitID, of: RolloutID)
    /// A measurement that can be made once only, or its result.
    case measurement(ClaimedMeasurement, MeasurementKey, on: Rollouts.CommitID, of: RolloutID)
    case mark(Mark, of: RolloutID)

    fileprivate func add(
        to edit: inout NotesEdit, over tip: Git.CommitID?, in repository: Repository
    ) async throws(GitError) {
        switch self {
        case .stage(let note, let commit, let id):
            try await edit.change(commit, over: tip, in: repository) { NoteText.adding(note, for: id, to: $0) }
        case .evidence(let evidence, let commit, let id):
            try await edit.change(commit, over: tip, in: repository) { NoteText.adding(evidence, for: id, to: $0) }
        case .measurement(let measurement, let key, let commit, let id):
            try await edit.change(commit, over: tip, in: repository) {
                NoteText.adding(measurement, key, for: id, to: $0)
            }
        case .mark(let mark, let id):
            let path = "marks/\(id)"
            var merged = mark
            if let tip, let bytes = try await repository.file(path, at: tip), let other = NoteText.mark(bytes) {
                let pairs = [(mark.commit, other.commit), (other.commit, mark.commit)]
                var descends: [String: Bool] = [:]
                for (commit, ancestor) in pairs {
                    guard let commit = Git.CommitID(hex: commit.hex), let ancestor = Git.CommitID(hex: ancestor.hex)
                    else {
                        continue
                    }
                    descends[commit.hex + ancestor.hex] = await repository.isAncestor(ancestor, of: commit)
                }
                merged = mark.merged(with: other) { descends[$0.hex + $1.hex] ?? false }
                if merged == other { return }
            }
            edit.files[path] = .write(NoteText.text(merged))
        }
    }
}

extension NotesEdit {
    /// Changes the note on one commit, on top of what this edit or the remote has of it.
    fileprivate mutating func change(
        _ commit: Rollouts.CommitID, over tip: Git.CommitID?, in repository: Repository,
        by change: ([UInt8]) -> [UInt8]
    ) async throws(GitError) {
        guard let commit = Git.CommitID(hex: commit.hex) else { return }
        var old = notes[commit]
        if old == nil, let tip { old = try await repository.note(on: commit, in: tip) }
        notes[commit] = change(old ?? [])
    }
}
