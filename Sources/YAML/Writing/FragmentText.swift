/// The source text of a node, moved to another column.
enum FragmentText {
    /// The lines of a fragment whose first character is to stand at `column`, comments included; nil where its text
    /// would mean something else elsewhere: anchors, aliases, block scalars that hang on their key.
    static func lines(_ fragment: YAMLFragment, at column: Int) -> [String]? {
        let node = fragment.node
        guard fragment.keepsAliases ? !node.hasAnchor : !node.usesAnchors, node.tag == nil else { return nil }
        let scanner = SourceScanner(bytes: fragment.bytes)
        var end = node.contentRange.upperBound
        guard end <= fragment.bytes.count, node.contentStart < end else { return nil }
        if case .scalar(_, let style) = node.content, style == .literal || style == .folded { return nil }
        if node.isBlockCollection { end = scanner.blockEnd(end) }
        let shift = column - scanner.column(node.contentStart)
        var lines: [String] = []
        var start = node.contentStart
        while start <= end {
            let lineEnd = min(scanner.lineEnd(start), end)
            let line = String(decoding: fragment.bytes[start..<lineEnd], as: UTF8.self)
            lines.append(lines.isEmpty ? line : moved(line, by: shift))
            let next = scanner.afterBreak(lineEnd)
            if lineEnd >= end || next == lineEnd { break }
            start = next
        }
        return lines
    }

    private static func moved(_ line: String, by shift: Int) -> String {
        if line.allSatisfy({ $0 == " " || $0 == "\t" }) { return shift > 0 ? line : String(line.dropFirst(-shift)) }
        if shift >= 0 { return String(repeating: " ", count: shift) + line }
        return String(line.dropFirst(min(-shift, line.prefix { $0 == " " }.count)))
    }
}

extension YAMLNode {
    var isBlockCollection: Bool { kind == .blockMapping || kind == .blockSequence }

    var isFlowCollection: Bool {
        switch kind {
        case .flowMapping, .pairMapping, .flowSequence: true
        default: false
        }
    }

    var isBlockScalar: Bool { kind == .literal || kind == .folded }

    /// Whether nothing is written for the node, or only its anchor and tag.
    var isWithoutText: Bool { isScalar && !isAlias && contentRange.isEmpty }

    var childCount: Int {
        switch storage {
        case .read(let table, let index) where kind.isMapping || kind.isSequence: Int(table[index].count)
        case .read: 0
        case .made: entriesHere.count + itemsHere.count
        }
    }

    private var entriesHere: [YAMLEntry] { if case .mapping(let entries, _) = content { entries } else { [] } }
    private var itemsHere: [YAMLNode] { if case .sequence(let items, _) = content { items } else { [] } }
}

extension SourceScanner {
    /// The end of the last line of a block collection that ends at `end`, before the line break, comment included.
    func blockEnd(_ end: Int) -> Int {
        end > 0 && isBreak(at: end - 1) ? beforeBreak(end) : lineEnd(end)
    }

    /// The end of the lines of a block node that ends at `end`, after the line break.
    func blockLinesEnd(_ end: Int) -> Int {
        end > 0 && isBreak(at: end - 1) ? end : afterBreak(lineEnd(end))
    }

    /// The line break that the file has near `offset`.
    func newline(near offset: Int) -> String {
        var end = lineEnd(min(offset, bytes.count))
        if end >= bytes.count { end = beforeBreak(lineStart(offset)) }
        let text = bytes[min(end, bytes.count)..<max(min(end, bytes.count), afterBreak(end))]
        return text.isEmpty ? "\n" : String(decoding: text, as: UTF8.self)
    }
}
