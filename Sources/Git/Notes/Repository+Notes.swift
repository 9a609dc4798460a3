extension Repository {
    /// The note on `commit` in a notes commit, which `fetch` brought.
    package func note(on commit: CommitID, in notes: CommitID) throws(GitError) -> [UInt8]? {
        for path in NotePath.candidates(commit) {
            if let text = try file(path, at: notes) { return text }
        }
        return nil
    }

    /// Makes a commit of a notes reference on top of `parent`, as `git notes` reads it.
    ///
    /// New notes are spread over 256 folders, where libgit2's own would put all into one.
    package func commitNotes(
        on parent: CommitID?, _ edit: NotesEdit, message: String, author: Signature, committer: Signature
    ) async throws(GitError) -> CommitID {
        var changes = edit.files
        for (commit, text) in edit.notes {
            let candidates = NotePath.candidates(commit)
            var place = candidates.first
            if let parent {
                for candidate in candidates where try entry(candidate, at: parent) != nil { place = candidate }
            }
            if let place { changes[place] = .write(text) }
        }
        return try await self.commit(
            on: parent, changes: changes, message: message, author: author, committer: committer)
    }

    /// Fetches a notes reference, edits it and pushes it, again while others are faster.
    ///
    /// `edit` decides anew on each tip, nil standing for an absent reference, and so merges what others wrote; returning
    /// nil leaves the reference alone. The result is the reference's tip.
    ///
    /// - Throws: `contended` when others were faster `attempts` times, `refused` with the server's words.
    package func updateNotes(
        _ name: ReferenceName, attempts: Int = 8, message: String, author: Signature, committer: Signature,
        edit: @Sendable (CommitID?) async throws(GitError) -> NotesEdit?
    ) async throws(GitError) -> CommitID? {
        let operation = "write \(name) of \(remote.location)"
        for _ in 0..<attempts {
            let tip = try await fetch([name])[name]
            guard let change = try await edit(tip) else { return tip }
            let new: CommitID
            do {
                new = try await commitNotes(on: tip, change, message: message, author: author, committer: committer)
            } catch let failure where failure.code == .unchanged {
                return tip
            }
            switch try await push([ReferenceUpdate(name, from: tip, to: new)])[name] {
            case .accepted: return new
            case .refused(let words): throw GitError(.refused, operation, words)
            case .moved, .skipped, nil: continue
            }
        }
        throw GitError(.contended, operation, "others were faster \(attempts) times")
    }
}
