/// The difference between two texts, line by line, in the unified form that `git apply` and `patch` read.
package struct LineDiff: Equatable, Sendable {
    /// One line of either text, without its line break.
    package enum Line: Equatable, Sendable {
        case kept(String)
        case removed(String)
        case added(String)
    }

    package let lines: [Line]

    package init(from old: String, to new: String) {
        let (left, right) = (Self.split(old), Self.split(new))
        let head = zip(left, right).prefix { $0 == $1 }.count
        let tail = zip(left.dropFirst(head).reversed(), right.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let middle = Self.middle(Array(left[head..<left.count - tail]), Array(right[head..<right.count - tail]))
        lines = left[..<head].map(Line.kept) + middle + left[(left.count - tail)...].map(Line.kept)
    }

    /// A line break at the end ends the last line; a text without one has its last line marked, so that the two differ.
    private static func split(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        // By bytes: as a character, a carriage return and a line feed are one.
        let lineFeed = UInt8(ascii: "\n")
        var lines = text.utf8.split(separator: lineFeed, omittingEmptySubsequences: false).map { String(Substring($0)) }
        if text.utf8.last == lineFeed { lines.removeLast() } else { lines[lines.count - 1] += Self.openEnd }
        return lines
    }

    private static let openEnd = "\n\\ No newline at end of file"

    /// By the longest common subsequence; beyond a few million comparisons the whole is replaced.
    private static func middle(_ old: [String], _ new: [String]) -> [Line] {
        guard !old.isEmpty, !new.isEmpty, old.count <= 4_000_000 / new.count else {
            return old.map(Line.removed) + new.map(Line.added)
        }
        let width = new.count + 1
        var lengths = [Int32](repeating: 0, count: (old.count + 1) * width)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                lengths[i * width + j] =
                    old[i] == new[j]
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var (lines, i, j) = ([Line](), 0, 0)
        while i < old.count, j < new.count {
            if old[i] == new[j] {
                lines.append(.kept(old[i]))
                (i, j) = (i + 1, j + 1)
            } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                lines.append(.removed(old[i]))
                i += 1
            } else {
                lines.append(.added(new[j]))
                j += 1
            }
        }
        return lines + old[i...].map(Line.removed) + new[j...].map(Line.added)
    }

    package var isEmpty: Bool { !lines.contains { if case .kept = $0 { false } else { true } } }

    /// The hunks with `context` lines around each change; empty where nothing differs.
    package func hunks(context: Int = 3) -> [String] {
        let changed = lines.indices.filter { if case .kept = lines[$0] { false } else { true } }
        var ranges: [Range<Int>] = []
        for index in changed {
            let range = max(0, index - context)..<min(lines.count, index + context + 1)
            if let last = ranges.last, last.upperBound >= range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges.map(hunk)
    }

    private func hunk(_ range: Range<Int>) -> String {
        let before = counts(lines[..<range.lowerBound])
        let own = counts(lines[range])
        // An empty side is named by the line before it.
        let old = own.old == 0 ? before.old : before.old + 1
        let new = own.new == 0 ? before.new : before.new + 1
        let body = lines[range].map { line in
            switch line {
            case .kept(let text): " \(text)\n"
            case .removed(let text): "-\(text)\n"
            case .added(let text): "+\(text)\n"
            }
        }
        return "@@ -\(old),\(own.old) +\(new),\(own.new) @@\n" + body.joined()
    }

    private func counts(_ lines: ArraySlice<Line>) -> (old: Int, new: Int) {
        lines.reduce(into: (0, 0)) { counts, line in
            switch line {
            case .kept: counts = (counts.0 + 1, counts.1 + 1)
            case .removed: counts.0 += 1
            case .added: counts.1 += 1
            }
        }
    }

    /// The whole difference of one file with the header lines of git; nil for a text means that there is no such file.
    package static func unified(_ path: String, from old: String?, to new: String?) -> String {
        let hunks = LineDiff(from: old ?? "", to: new ?? "").hunks()
        guard !hunks.isEmpty else { return "" }
        var header = "diff --git a/\(path) b/\(path)\n"
        if old == nil { header += "new file mode 100644\n" }
        if new == nil { header += "deleted file mode 100644\n" }
        header += "--- \(old == nil ? "/dev/null" : "a/\(path)")\n+++ \(new == nil ? "/dev/null" : "b/\(path)")\n"
        return header + hunks.joined()
    }
}
