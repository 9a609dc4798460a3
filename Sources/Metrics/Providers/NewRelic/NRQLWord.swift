/// A word of a query, or a quoted text.
struct NRQLWord: Sendable {
    let text: String
    let range: Range<String.Index>
    let isQuoted: Bool
    let depth: Int

    static func words(of query: String) -> [NRQLWord] {
        var words: [NRQLWord] = []
        var depth = 0
        var index = query.startIndex
        while index < query.endIndex {
            let rest = query[index...]
            if let end = endOfComment(rest) {
                index = end
                continue
            }
            let first = query[index]
            let start = index
            switch first {
            case "(":
                depth += 1
                index = query.index(after: index)
            case ")":
                depth -= 1
                index = query.index(after: index)
            case "'", "\"", "`":
                index = endOfQuote(rest, first)
                words.append(
                    .init(text: String(query[start..<index]), range: start..<index, isQuoted: true, depth: depth))
            case _ where isPart(first):
                index = rest.firstIndex { !isPart($0) } ?? query.endIndex
                words.append(
                    .init(text: String(query[start..<index]), range: start..<index, isQuoted: false, depth: depth))
            default: index = query.index(after: index)
            }
        }
        return words
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.:".contains(character)
    }

    private static func endOfComment(_ rest: Substring) -> String.Index? {
        if rest.hasPrefix("--") || rest.hasPrefix("//") { return rest.firstIndex(where: \.isNewline) ?? rest.endIndex }
        guard rest.hasPrefix("/*") else { return nil }
        return rest.firstRange(of: "*/")?.upperBound ?? rest.endIndex
    }

    /// Behind the closing quote; one after a backslash closes nothing.
    private static func endOfQuote(_ rest: Substring, _ quote: Character) -> String.Index {
        var isEscaped = false
        for index in rest.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if rest[index] == "\\" {
                isEscaped = true
            } else if rest[index] == quote {
                return rest.index(after: index)
            }
        }
        return rest.endIndex
    }
}
