/// The lines in which two texts differ, as one hunk of a unified diff: enough for edits that lie close together.
struct LineDifference {
    private let old: [String]
    private let new: [String]

    init(from old: [UInt8]?, to new: [UInt8]) {
        self.old = Self.lines(old ?? [])
        self.new = Self.lines(new)
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        var lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The hunk with up to three lines around it.
    func text(of path: String) -> String {
        let shorter = min(old.count, new.count)
        let start = (0..<shorter).first { old[$0] != new[$0] } ?? shorter
        let tail =
            (0..<(shorter - start)).first { old[old.count - 1 - $0] != new[new.count - 1 - $0] } ?? shorter - start
        let from = max(0, start - 3)
        let (oldEnd, newEnd) = (old.count - tail, new.count - tail)
        let after = min(3, tail)
        var lines = ["--- a/\(path)", "+++ b/\(path)"]
        lines.append("@@ -\(from + 1),\(oldEnd + after - from) +\(from + 1),\(newEnd + after - from) @@")
        lines += old[from..<start].map { " " + $0 }
        lines += old[start..<oldEnd].map { "-" + $0 }
        lines += new[start..<newEnd].map { "+" + $0 }
        lines += old[oldEnd..<(oldEnd + after)].map { " " + $0 }
        return lines.joined(separator: "\n")
    }
}
