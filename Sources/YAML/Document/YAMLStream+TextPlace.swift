/// Places inside of texts.
extension YAMLStream {
    /// Where a character of a scalar's text stands in the file.
    ///
    /// The lines of the text are looked for in those of the file, one after the other, which finds them whatever became of
    /// the breaks between them. Nil where an escape or a doubled quote stands for something else.
    ///
    /// - Parameter offset: Unicode scalars before the character.
    package func position(ofCharacter offset: Int, inTextOf node: YAMLNode) -> YAMLPosition? {
        let node = node.resolved
        guard case .scalar(let text, let style) = node.content else { return nil }
        var search = TextSearch(text: Array(text.unicodeScalars), offset: offset)
        var (line, column) = (node.position.line, node.position.column)
        var lines = sourceLines(of: node)
        switch style {
        case .plain: break
        case .literal, .folded: (lines, line, column) = (Array(lines.dropFirst()), line + 1, 1)
        case .singleQuoted, .doubleQuoted:
            column += 1
            if !lines.isEmpty {
                lines[0].removeFirst(min(1, lines[0].count))
                lines[lines.count - 1].removeLast(min(1, lines[lines.count - 1].count))
            }
        }
        var end = YAMLPosition(line: line, column: column)
        for source in lines {
            guard search.take(source) else { return nil }
            if let found = search.found { return YAMLPosition(line: line, column: column + found) }
            if let length = search.length { end = YAMLPosition(line: line, column: column + length) }
            (line, column) = (line + 1, 1)
        }
        return end
    }

    private func sourceLines(of node: YAMLNode) -> [[Unicode.Scalar]] {
        let range = node.contentRange.clamped(to: 0..<bytes.count)
        return String(decoding: bytes[range], as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).map { Array($0.unicodeScalars) }
    }
}

/// Follows a text through the lines of its source.
private struct TextSearch {
    let text: [Unicode.Scalar]
    let offset: Int
    private var cursor = 0
    /// Characters of the newest line before the one that is looked for.
    private(set) var found: Int?
    /// Characters of the newest line; nil where there is nothing in it.
    private(set) var length: Int?

    init(text: [Unicode.Scalar], offset: Int) {
        self.text = text
        self.offset = offset
    }

    /// Takes the next line; false where the text goes on otherwise.
    mutating func take(_ line: [Unicode.Scalar]) -> Bool {
        let indentation = line.prefix { $0.properties.isWhitespace }.count
        var body = line.dropFirst(indentation)
        while body.last?.properties.isWhitespace == true { body.removeLast() }
        length = body.isEmpty ? nil : indentation + body.count
        guard !body.isEmpty else { return true }
        while cursor < text.count, text[cursor].properties.isWhitespace { cursor += 1 }
        guard text[cursor...].starts(with: body) else { return false }
        if offset < cursor + body.count { found = indentation + max(0, offset - cursor) }
        cursor += body.count
        return true
    }
}
