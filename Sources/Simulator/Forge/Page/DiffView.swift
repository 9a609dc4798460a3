/// A change as coloured lines, one fold for each file.
struct DiffView {
    /// More lines of one file are not shown.
    private static let limit = 600

    let files: [FileDiff]
    /// Files that are shown folded, such as what a program keeps for itself.
    var isFolded: (String) -> Bool = { $0.hasPrefix(".headgate/state/") }

    var markup: Markup {
        guard !files.isEmpty else { return "<p class=\"quiet\">No files differ.</p>" }
        // What people wrote comes first.
        let ordered = files.filter { !isFolded($0.path) } + files.filter { isFolded($0.path) }
        return "\(ordered.map(file))"
    }

    /// Such as "2 files, +3 −3".
    var summary: Markup {
        let added = files.reduce(0) { $0 + $1.added }
        let removed = files.reduce(0) { $0 + $1.removed }
        let count = files.count == 1 ? "1 file" : "\(files.count) files"
        return "\(count), \(counts(added, removed))"
    }

    private func counts(_ added: Int, _ removed: Int) -> Markup {
        "<span class=\"plus\">+\(added)</span> <span class=\"minus\">−\(removed)</span>"
    }

    private func file(_ file: FileDiff) -> Markup {
        let open: Markup = isFolded(file.path) ? "" : " open"
        let word: Markup =
            switch file.kind {
            case .added: "<span class=\"quiet\">new</span>"
            case .deleted: "<span class=\"quiet\">deleted</span>"
            case .changed: ""
            }
        let own: Markup = isFolded(file.path) ? "<span class=\"quiet\">the agent’s own state</span>" : ""
        return """
            <details class="file"\(open)>
            <summary><span class="path mono">\(file.path)</span>\(word)\(own)<span class="count">\
            \(counts(file.added, file.removed))</span></summary>
            \(inside(file))</details>

            """
    }

    private func inside(_ file: FileDiff) -> Markup {
        if file.isBinary { return "<p>A binary file.</p>\n" }
        if file.hunks.isEmpty { return "<p>An empty file.</p>\n" }
        var rows: [Markup] = []
        for (index, hunk) in file.hunks.enumerated() {
            if index > 0 || !hunk.heading.isEmpty {
                rows.append("<tr class=\"hunk\"><td colspan=\"4\">⋯ \(hunk.heading)</td></tr>\n")
            }
            rows += lines(of: hunk)
        }
        let rest = rows.count - Self.limit
        let more: Markup = rest > 0 ? "<p>\(rest) more lines are not shown.</p>\n" : ""
        return """
            <div class="lines" tabindex="0"><table>
            \(Array(rows.prefix(Self.limit)))</table></div>
            \(more)
            """
    }

    /// Where as many lines are added as are removed before them, each pair shows what differs in it.
    private func lines(of hunk: FileDiff.Hunk) -> [Markup] {
        var rows: [Markup] = []
        var index = 0
        while index < hunk.lines.count {
            let removed = hunk.lines[index...].prefix { $0.kind == .removed }
            let added = hunk.lines[(index + removed.count)...].prefix { $0.kind == .added }
            if !removed.isEmpty, removed.count == added.count {
                let common = zip(removed, added).map { Self.differing($0.text, $1.text) }
                rows += zip(removed, common).map { row($0, marked($0.text, $1, "del")) }
                rows += zip(added, common).map { row($0, marked($0.text, $1, "ins")) }
                index += removed.count + added.count
            } else {
                let line = hunk.lines[index]
                rows.append(row(line, .text(line.text)))
                index += 1
            }
        }
        return rows
    }

    /// How many characters two lines have in common at their beginnings and ends; a word that differs, differs as a whole.
    private static func differing(_ one: String, _ other: String) -> (start: Int, end: Int) {
        let (one, other) = (Array(one), Array(other))
        var start = zip(one, other).prefix { $0 == $1 }.count
        let rest = min(one.count, other.count) - start
        var end = zip(one.reversed(), other.reversed()).prefix(rest).prefix { $0 == $1 }.count
        while start > 0, isWord(one[start - 1]) { start -= 1 }
        while end > 0, isWord(one[one.count - end]) { end -= 1 }
        return (start, end)
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "._-".contains(character)
    }

    private func marked(_ text: String, _ common: (start: Int, end: Int), _ element: Markup) -> Markup {
        let middle = text.dropFirst(common.start).dropLast(common.end)
        guard !middle.isEmpty, common.start + common.end > 0 else { return .text(text) }
        return
            "\(String(text.prefix(common.start)))<\(element)>\(String(middle))</\(element)>\(String(text.suffix(common.end)))"
    }

    private func row(_ line: FileDiff.Line, _ text: Markup) -> Markup {
        let (name, sign): (Markup, Markup) =
            switch line.kind {
            case .same: ("same", "")
            case .removed: ("removed", "−")
            case .added: ("added", "+")
            }
        return """
            <tr class="\(name)"><td class="at">\(number(line.old))</td><td class="at">\(number(line.new))</td>\
            <td class="sign">\(sign)</td><td>\(text)</td></tr>

            """
    }

    private func number(_ number: Int?) -> Markup { number.map { "\($0)" } ?? "" }
}
