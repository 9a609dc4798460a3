/// The page of one commit: its message, and what it changes against its first parent.
struct CommitPage {
    let frame: PageFrame
    let id: String
    let message: String
    let files: [FileDiff]

    var markup: Markup {
        let parts = message.split(separator: "\n", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1].trimmed : ""
        let text: Markup = rest.isEmpty ? "" : "<pre tabindex=\"0\"><code>\(rest)</code></pre>"
        let diff = DiffView(files: files)
        return frame.around(
            """
            <h1>\(parts.first ?? "")</h1>
            <p class="meta"><span>Commit <code>\(id)</code></span></p>
            <article class="body">\(text)</article>
            <h2 class="part">Changes <span class="quiet">\(diff.summary)</span></h2>
            \(diff.markup)
            """)
    }
}
