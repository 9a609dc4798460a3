/// The difference of two texts by lines in the unified format, by Myers, "An O(ND) Difference Algorithm and Its
/// Variations" (1986).
package struct UnifiedDiff: Sendable {
    private let path: String
    private let old: [Substring]
    private let new: [Substring]
    private let isNew: Bool
    private let isGone: Bool

    /// - Parameters:
    ///   - old: nil where there was no file.
    ///   - new: nil where there will be none.
    package init(path: String, from old: [UInt8]?, to new: [UInt8]?) {
        self.path = path
        self.old = Self.lines(old)
        self.new = Self.lines(new)
        isNew = old == nil
        isGone = new == nil
    }

    /// Lines with their breaks, so that a missing one at the end is a difference too.
    private static func lines(_ bytes: [UInt8]?) -> [Substring] {
        guard let bytes else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        var lines: [Substring] = []
        var rest = text[...]
        while let end = rest.firstIndex(where: { $0 == "\n" || $0 == "\r\n" }) {
            let next = rest.index(after: end)
            lines.append(rest[..<next])
            rest = rest[next...]
        }
        if !rest.isEmpty { lines.append(rest) }
        return lines
    }

    private enum Edit: Equatable {
        case same(Int, Int)
        case removed(Int)
        case added(Int)

        var isChange: Bool { if case .same = self { false } else { true } }
    }

    /// The lines of the difference, with three lines around each change; empty where there is none.
    package func lines(_ palette: Palette = .plain) -> [String] {
        let edits = edits()
        let hunks = hunks(of: edits)
        guard !hunks.isEmpty else { return [] }
        var lines = [
            palette.paint(isNew ? "--- /dev/null" : "--- a/\(path)", .strong),
            palette.paint(isGone ? "+++ /dev/null" : "+++ b/\(path)", .strong),
        ]
        for hunk in hunks {
            lines.append(palette.paint(header(edits, hunk), .faint))
            lines += edits[hunk].flatMap { text(of: $0, palette) }
        }
        return lines
    }

    private func text(of edit: Edit, _ palette: Palette) -> [String] {
        let (mark, line, tint): (String, Substring, Palette.Tint) =
            switch edit {
            case .same(let index, _): (" ", old[index], .plain)
            case .removed(let index): ("-", old[index], .bad)
            case .added(let index): ("+", new[index], .good)
            }
        guard let last = line.last, last == "\n" || last == "\r\n" else {
            return [palette.paint(mark + line, tint), "\\ No newline at end of file"]
        }
        return [palette.paint(mark + line.dropLast(), tint)]
    }

    private func header(_ edits: [Edit], _ hunk: Range<Int>) -> String {
        let before = edits[..<hunk.lowerBound]
        let oldStart = before.count { if case .added = $0 { false } else { true } }
        let newStart = before.count { if case .removed = $0 { false } else { true } }
        let oldCount = edits[hunk].count { if case .added = $0 { false } else { true } }
        let newCount = edits[hunk].count { if case .removed = $0 { false } else { true } }
        return "@@ -\(Self.range(oldStart, oldCount)) +\(Self.range(newStart, newCount)) @@"
    }

    /// An empty range is named by the line before it, and a count of 1 is left out.
    private static func range(_ start: Int, _ count: Int) -> String {
        let first = count == 0 ? start : start + 1
        return count == 1 ? "\(first)" : "\(first),\(count)"
    }

    private func hunks(of edits: [Edit]) -> [Range<Int>] {
        let around = 3
        var hunks: [Range<Int>] = []
        for (index, edit) in edits.enumerated() where edit.isChange {
            let range = max(0, index - around)..<min(edits.count, index + around + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    // MARK: Myers

    /// The shortest way from the old lines to the new ones, beyond what both have at their beginning and end.
    private func edits() -> [Edit] {
        let shorter = min(old.count, new.count)
        let head = (0..<shorter).first { old[$0] != new[$0] } ?? shorter
        let rest = shorter - head
        let tail = (0..<rest).first { old[old.count - 1 - $0] != new[new.count - 1 - $0] } ?? rest
        let middle = path(head..<(old.count - tail), head..<(new.count - tail))
        let start = (0..<head).map { Edit.same($0, $0) }
        return start + middle + (0..<tail).reversed().map { .same(old.count - 1 - $0, new.count - 1 - $0) }
    }

    private func path(_ olds: Range<Int>, _ news: Range<Int>) -> [Edit] {
        let (oldCount, newCount) = (olds.count, news.count)
        // Two texts that have next to nothing in common are told apart without looking for the shortest way.
        let limit = min(oldCount + newCount, 1000)
        var furthest: [Int: Int] = [1: 0]
        var trace: [[Int: Int]] = []
        for distance in 0...limit {
            trace.append(furthest)
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                let down = furthest[diagonal + 1] ?? -1
                let right = furthest[diagonal - 1] ?? -1
                var x = diagonal == -distance || (diagonal != distance && right < down) ? down : right + 1
                while x < oldCount, x - diagonal < newCount, x - diagonal >= 0,
                    old[olds.lowerBound + x] == new[news.lowerBound + x - diagonal]
                {
                    x += 1
                }
                furthest[diagonal] = x
                if x >= oldCount, x - diagonal >= newCount { return walk(trace, olds, news) }
            }
        }
        return olds.map(Edit.removed) + news.map(Edit.added)
    }

    private func walk(_ trace: [[Int: Int]], _ olds: Range<Int>, _ news: Range<Int>) -> [Edit] {
        var edits: [Edit] = []
        var (x, y) = (olds.count, news.count)
        for (distance, furthest) in trace.enumerated().reversed() {
            let diagonal = x - y
            let down = furthest[diagonal + 1] ?? -1
            let right = furthest[diagonal - 1] ?? -1
            let isDown = diagonal == -distance || (diagonal != distance && right < down)
            let (fromX, fromY) = isDown ? (down, down - diagonal - 1) : (right, right - diagonal + 1)
            while x > fromX, y > fromY {
                (x, y) = (x - 1, y - 1)
                edits.append(.same(olds.lowerBound + x, news.lowerBound + y))
            }
            guard distance > 0 else { break }
            edits.append(isDown ? .added(news.lowerBound + fromY) : .removed(olds.lowerBound + fromX))
            (x, y) = (fromX, fromY)
        }
        return edits.reversed()
    }
}
