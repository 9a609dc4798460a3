/// Text from elsewhere inside Markdown (GitHub Flavored Markdown, which the forges all read): it stays text.
package enum Markdown {
    /// One line, of which nothing is a mark, a tag, a link or a mention.
    package static func text(_ foreign: String) -> String {
        var result = ""
        for character in CommitMessage.oneLine(foreign) {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\\", "`", "*", "_", "[", "]", "(", ")", "#", "!", "|", "~", "$": result += "\\\(character)"
            // A name after it would be told, and a number linked.
            case "@": result += "@\u{200B}"
            default: result.append(character)
            }
        }
        return result.replacing("://", with: ":\u{200B}//").replacing(/www\./.ignoresCase()) {
            "\($0.output.dropLast())\u{200B}."
        }
    }

    /// One line of code.
    ///
    /// A fence longer than any inside keeps it together; a bar would end a cell of a table, and a comment could be taken
    /// for one of the agent's own.
    package static func code(_ foreign: String) -> String {
        let line = CommitMessage.oneLine(foreign).replacing("|", with: "¦")
            .replacing("<!--", with: "<\u{200B}!--")
        var (longest, run) = (0, 0)
        for character in line {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let pad = line.hasPrefix("`") || line.hasSuffix("`") || line.isEmpty ? " " : ""
        return fence + pad + line + pad + fence
    }

    /// Lines as they are, in columns.
    static func block(_ lines: [String]) -> [String] {
        ["```text"] + lines.map { CommitMessage.oneLine($0).replacing("```", with: "'''") } + ["```"]
    }

    /// The rows of a table, the first of which is its head.
    package static func table(_ rows: [[String]]) -> [String] {
        guard let head = rows.first else { return [] }
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        return [line(head), line(head.map { _ in "---" })] + rows.dropFirst().map(line)
    }
}
