/// Text from elsewhere in Markdown: it makes no markup, mentions nobody and ends no line.
enum MarkdownText {
    private static let marks: Set<Character> = [
        "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "~", "&", "!", "@",
    ]

    static func plain(_ text: String) -> String {
        CommitMessage.oneLine(text).map { character in
            // A name after an at sign would be notified, also behind a backslash.
            if character == "@" { return "&#64;" }
            return marks.contains(character) ? "\\\(character)" : String(character)
        }.joined()
    }

    /// As code, which no forge reads as anything else.
    static func code(_ text: String) -> String {
        "`\(CommitMessage.oneLine(text).replacing("`", with: "'"))`"
    }

    /// Lines as they are, in columns.
    static func block(_ lines: [String]) -> [String] {
        ["```text"] + lines.map { CommitMessage.oneLine($0).replacing("```", with: "'''") } + ["```"]
    }
}
