/// Reads Markdown into blocks, line by line.
struct MarkdownReader {
    /// Lists and quotes nest no deeper; what lies below is a paragraph.
    private static let depthLimit = 8

    private var lines: ArraySlice<String>
    private let depth: Int

    static func read(_ text: String) -> [MarkdownBlock] {
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        return read(withoutComments(lines.map { $0.replacing("\t", with: "    ") }), depth: 0)
    }

    private static func read(_ lines: [String], depth: Int) -> [MarkdownBlock] {
        var reader = MarkdownReader(lines: lines[...], depth: depth)
        var blocks: [MarkdownBlock] = []
        while let block = reader.next() { blocks.append(block) }
        return blocks
    }

    /// Leaves out `<!-- … -->`, also over several lines, but not in code.
    private static func withoutComments(_ lines: [String]) -> [String] {
        var kept: [String] = []
        var fence: String?
        var isInside = false
        for line in lines {
            if let open = fence {
                kept.append(line)
                if line.trimmed.hasPrefix(open), line.trimmed.allSatisfy({ $0 == open.first }) { fence = nil }
                continue
            }
            if !isInside, let mark = Self.fence(line) {
                fence = mark
                kept.append(line)
                continue
            }
            var rest = line[...]
            var visible = ""
            let began = isInside
            while !rest.isEmpty {
                if isInside {
                    guard let end = rest.firstRange(of: "-->") else { break }
                    rest = rest[end.upperBound...]
                    isInside = false
                } else {
                    guard let start = rest.firstRange(of: "<!--") else {
                        visible += rest
                        break
                    }
                    visible += rest[..<start.lowerBound]
                    rest = rest[start.upperBound...]
                    isInside = true
                }
            }
            // A line that held nothing but a comment ends no paragraph.
            let hadComment = began || isInside || visible != line
            if !hadComment || !visible.trimmed.isEmpty { kept.append(visible) }
        }
        return kept
    }

    // MARK: Blocks

    private mutating func next() -> MarkdownBlock? {
        while let line = lines.first, line.trimmed.isEmpty { lines.removeFirst() }
        guard let line = lines.first else { return nil }
        if let mark = Self.fence(line) { return code(until: mark) }
        if let heading = Self.heading(line) {
            lines.removeFirst()
            return heading
        }
        if Self.isRule(line) {
            lines.removeFirst()
            return .rule
        }
        if depth < Self.depthLimit {
            if line.trimmed.hasPrefix(">") { return quote() }
            if Self.marker(line) != nil { return list() }
        }
        return table() ?? paragraph()
    }

    private static func fence(_ line: String) -> String? {
        let text = line.trimmed
        for character in ["`", "~"] as [Character] {
            let run = text.prefix { $0 == character }
            if run.count >= 3, !text.dropFirst(run.count).contains(character) { return String(run) }
        }
        return nil
    }

    private mutating func code(until mark: String) -> MarkdownBlock {
        let indent = lines.removeFirst().prefix { $0 == " " }.count
        var text: [String] = []
        while let line = lines.popFirst() {
            let small = line.trimmed
            if small.hasPrefix(mark), small.allSatisfy({ $0 == mark.first }) { break }
            text.append(Self.dedented(line, by: indent))
        }
        return .code(text.joined(separator: "\n"))
    }

    private static func heading(_ line: String) -> MarkdownBlock? {
        let text = line.trimmed
        let level = text.prefix { $0 == "#" }.count
        guard (1...6).contains(level) else { return nil }
        let rest = text.dropFirst(level)
        guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
        var title = String(rest).trimmed
        // Closing signs are no part of the title.
        let closing = title.reversed().prefix { $0 == "#" }.count
        if closing > 0, title.dropLast(closing).last == " " || closing == title.count {
            title = String(title.dropLast(closing)).trimmed
        }
        return .heading(level: level, title)
    }

    private static func isRule(_ line: String) -> Bool {
        let marks = line.filter { $0 != " " }
        guard marks.count >= 3, let first = marks.first, "-*_".contains(first) else { return false }
        return marks.allSatisfy { $0 == first }
    }

    private mutating func quote() -> MarkdownBlock {
        var inner: [String] = []
        while let line = lines.first, line.trimmed.hasPrefix(">") {
            let text = line.drop { $0 == " " }.dropFirst()
            inner.append(String(text.hasPrefix(" ") ? text.dropFirst() : text))
            lines.removeFirst()
        }
        return .quote(Self.read(inner, depth: depth + 1))
    }

    private mutating func paragraph() -> MarkdownBlock {
        var text: [String] = []
        while let line = lines.first, !line.trimmed.isEmpty {
            let isOther =
                Self.fence(line) != nil || Self.heading(line) != nil || Self.isRule(line)
                || depth < Self.depthLimit && (line.trimmed.hasPrefix(">") || Self.marker(line)?.interrupts == true)
            if isOther, !text.isEmpty { break }
            text.append(String(line.drop { $0 == " " }))
            lines.removeFirst()
        }
        return .paragraph(text.joined(separator: "\n"))
    }

    // MARK: Lists

    private struct Marker {
        /// Nil for a point.
        let number: Int?
        /// Where the text of the item begins.
        let width: Int
        let indent: Int
        let sign: Character
        let isEmpty: Bool

        /// Whether it ends a paragraph: of numbers only 1 does.
        var interrupts: Bool { !isEmpty && (number == nil || number == 1) }
    }

    private static func marker(_ line: String) -> Marker? {
        let indent = line.prefix { $0 == " " }.count
        let text = line.dropFirst(indent)
        guard let first = text.first else { return nil }
        var length = 1
        var number: Int?
        var sign = first
        if first.isASCII, first.isNumber {
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard digits.count < 10, let end = text.dropFirst(digits.count).first, ".)".contains(end) else {
                return nil
            }
            number = Int(digits)
            length = digits.count + 1
            sign = end
        } else if !"-*+".contains(first) {
            return nil
        }
        let rest = text.dropFirst(length)
        let spaces = rest.prefix { $0 == " " }.count
        guard spaces > 0 || rest.isEmpty else { return nil }
        let width = indent + length + (rest.isEmpty || spaces > 4 ? 1 : spaces)
        return Marker(number: number, width: width, indent: indent, sign: sign, isEmpty: String(rest).trimmed.isEmpty)
    }

    private mutating func list() -> MarkdownBlock? {
        guard let first = lines.first.flatMap(Self.marker) else { return nil }
        var items: [MarkdownBlock.Item] = []
        while let line = lines.first, let marker = Self.marker(line), !Self.isRule(line),
            marker.sign == first.sign, marker.indent <= first.indent + 3
        {
            items.append(item(marker))
            // An empty line between two items keeps them in one list.
            var rest = lines
            while let line = rest.first, line.trimmed.isEmpty { rest.removeFirst() }
            if let line = rest.first, Self.marker(line)?.sign == first.sign { lines = rest }
        }
        return .list(start: first.number, items)
    }

    private mutating func item(_ marker: Marker) -> MarkdownBlock.Item {
        var inner = [String(lines.removeFirst().dropFirst(marker.width))]
        while let line = lines.first {
            let indent = line.prefix { $0 == " " }.count
            if line.trimmed.isEmpty {
                // It belongs to the item when what follows does.
                guard let after = lines.dropFirst().first(where: { !$0.trimmed.isEmpty }),
                    after.prefix(while: { $0 == " " }).count >= marker.width
                else { break }
                inner.append("")
            } else if indent >= marker.width {
                inner.append(Self.dedented(line, by: marker.width))
            } else if Self.marker(line) == nil, Self.heading(line) == nil, Self.fence(line) == nil, !Self.isRule(line),
                !line.hasPrefix(">"), inner.last?.isEmpty == false
            {
                // A paragraph goes on although it is not indented.
                inner.append(line.trimmed)
            } else {
                break
            }
            lines.removeFirst()
        }
        var isDone: Bool?
        for (mark, done) in [("[ ] ", false), ("[x] ", true), ("[X] ", true)] where inner[0].hasPrefix(mark) {
            isDone = done
            inner[0].removeFirst(mark.count)
        }
        return MarkdownBlock.Item(isDone: isDone, blocks: Self.read(inner, depth: depth + 1))
    }

    private static func dedented(_ line: String, by width: Int) -> String {
        String(line.dropFirst(min(width, line.prefix { $0 == " " }.count)))
    }

    // MARK: Tables

    private mutating func table() -> MarkdownBlock? {
        guard let first = lines.first, first.contains("|"), let second = lines.dropFirst().first,
            let alignments = Self.alignments(second)
        else { return nil }
        let header = Self.cells(first)
        guard header.count == alignments.count else { return nil }
        lines.removeFirst(2)
        var rows: [[String]] = []
        while let line = lines.first, !line.trimmed.isEmpty, line.contains("|") {
            let cells = Self.cells(line)
            let missing = max(0, header.count - cells.count)
            rows.append(Array((cells + Array(repeating: "", count: missing)).prefix(header.count)))
            lines.removeFirst()
        }
        return .table(header: header, alignments, rows: rows)
    }

    private static func alignments(_ line: String) -> [MarkdownBlock.Alignment]? {
        guard line.contains("-"), line.allSatisfy({ "|-: ".contains($0) }) else { return nil }
        var alignments: [MarkdownBlock.Alignment] = []
        for cell in cells(line) {
            guard cell.contains("-"), !cell.contains(" ") else { return nil }
            switch (cell.hasPrefix(":"), cell.hasSuffix(":")) {
            case (true, true): alignments.append(.center)
            case (true, false): alignments.append(.left)
            case (false, true): alignments.append(.right)
            case (false, false): alignments.append(.none)
            }
        }
        return alignments
    }

    /// The cells of a row; `\|` is no border.
    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var isEscaped = false
        for character in line.trimmed {
            if character == "|", !isEscaped {
                cells.append("")
            } else {
                if character == "|" { cells[cells.count - 1].removeLast() }
                cells[cells.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        if cells.first?.trimmed.isEmpty == true { cells.removeFirst() }
        if cells.last?.trimmed.isEmpty == true { cells.removeLast() }
        return cells.map(\.trimmed)
    }
}
