/// What one commit of a notes reference changes.
package struct NotesEdit: Hashable, Sendable {
    /// The whole text of the note on each commit.
    package var notes: [CommitID: [UInt8]]
    /// Files beside the notes; a path that is no object id, so that git's own commands leave them alone.
    package var files: [String: FileChange]

    package init(notes: [CommitID: [UInt8]] = [:], files: [String: FileChange] = [:]) {
        self.notes = notes
        self.files = files
    }
}

/// Where a note lies in the tree of a notes reference: the commit's digits, split into folders or not.
enum NotePath {
    /// All forms that git reads, the one that is written first.
    static func candidates(_ commit: CommitID) -> [String] {
        let hex = commit.hex
        let rest = hex.dropFirst(2)
        return [hex.prefix(2) + "/" + rest, hex, hex.prefix(2) + "/" + rest.prefix(2) + "/" + rest.dropFirst(2)]
    }
}
