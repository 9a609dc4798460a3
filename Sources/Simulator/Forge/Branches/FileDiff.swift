/// The change of one file, read from a unified diff.
struct FileDiff: Equatable, Sendable {
    /// One line of a hunk with its numbers before and after.
    struct Line: Equatable, Sendable {
        enum Kind: Sendable { case same, removed, added }

        let kind: Kind
        let text: String
        var old: Int?
        var new: Int?
    }

    struct Hunk: Equatable, Sendable {
        /// What git says after the second `@@`: the line that the hunk belongs to.
        let heading: String
        var lines: [Line] = []
    }

    enum Kind: Sendable { case changed, added, deleted }

    let path: String
    var kind = Kind.changed
    var isBinary = false
    var hunks: [Hunk] = []

    var added: Int { hunks.reduce(0) { $0 + $1.lines.count { $0.kind == .added } } }
    var removed: Int { hunks.reduce(0) { $0 + $1.lines.count { $0.kind == .removed } } }

    /// Reads what `git diff` prints; the files stand in git's order.
    static func read(_ text: String) -> [FileDiff] {
        var reader = FileDiffReader()
        // "\r\n" is one character of a String, so lines are split as bytes.
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            reader.take(String(decoding: line, as: UTF8.self))
        }
        return reader.files
    }
}

/// Takes a diff line by line; a hunk's header says how many lines belong to it.
private struct FileDiffReader {
    var files: [FileDiff] = []
    private var (old, new) = (0, 0)
    private var (oldLeft, newLeft) = (0, 0)

    mutating func take(_ line: String) {
        guard oldLeft > 0 || newLeft > 0 else { return takeHeader(line) }
        let text = String(line.dropFirst())
        switch line.first {
        case "+":
            add(.init(kind: .added, text: text, old: nil, new: new))
            new += 1
            newLeft -= 1
        case "-":
            add(.init(kind: .removed, text: text, old: old, new: nil))
            old += 1
            oldLeft -= 1
        case "\\": break
        default:
            add(.init(kind: .same, text: text, old: old, new: new))
            old += 1
            new += 1
            oldLeft -= 1
            newLeft -= 1
        }
    }

    private mutating func add(_ line: FileDiff.Line) {
        guard let file = files.indices.last, let hunk = files[file].hunks.indices.last else { return }
        files[file].hunks[hunk].lines.append(line)
    }

    private mutating func takeHeader(_ line: String) {
        if line.hasPrefix("diff --git ") {
            files.append(FileDiff(path: Self.path(in: line)))
            return
        }
        guard let file = files.indices.last else { return }
        if line.hasPrefix("new file mode ") {
            files[file].kind = .added
        } else if line.hasPrefix("deleted file mode ") {
            files[file].kind = .deleted
        } else if line.hasPrefix("Binary files ") {
            files[file].isBinary = true
        } else if line.hasPrefix("@@ ") {
            begin(line, in: file)
        }
    }

    /// `@@ -12,7 +12,8 @@ heading`; a count that is left out is 1.
    private mutating func begin(_ line: String, in file: Int) {
        let parts = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, let before = Self.range(parts[1]), let after = Self.range(parts[2]) else { return }
        (old, oldLeft) = before
        (new, newLeft) = after
        files[file].hunks.append(FileDiff.Hunk(heading: parts.count > 4 ? parts[4] : ""))
    }

    private static func range(_ text: String) -> (Int, Int)? {
        let numbers = text.dropFirst().split(separator: ",").map { Int($0) }
        guard let first = numbers.first, let start = first else { return nil }
        return (start, numbers.count > 1 ? numbers[1] ?? 1 : 1)
    }

    /// Both names of a file are the same here, since renames are shown as two files.
    private static func path(in line: String) -> String {
        let names = line.dropFirst("diff --git ".count)
        guard !names.hasPrefix("\"") else { return String(names) }
        let half = (names.utf8.count - 1) / 2
        return String(decoding: Array(names.utf8.prefix(half)).dropFirst(2), as: UTF8.self)
    }
}
