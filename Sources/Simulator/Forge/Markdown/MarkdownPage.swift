/// Writes Markdown as HTML in which nothing of the author's is markup but what ``MarkdownBlock`` knows.
enum MarkdownPage {
    static func markup(_ text: String) -> Markup { markup(MarkdownReader.read(text)) }

    private static func markup(_ blocks: [MarkdownBlock]) -> Markup { "\(blocks.map(block))" }

    private static func block(_ block: MarkdownBlock) -> Markup {
        switch block {
        case .heading(let level, let text): heading(level, MarkdownInline.markup(text))
        case .paragraph(let text): "<p>\(MarkdownInline.markup(text))</p>\n"
        case .list(let start, let items): list(start, items)
        case .table(let header, let alignments, let rows): table(header, alignments, rows)
        case .code(let text): "<pre tabindex=\"0\"><code>\(text)\n</code></pre>\n"
        case .quote(let blocks): "<blockquote>\n\(markup(blocks))</blockquote>\n"
        case .rule: "<hr>\n"
        }
    }

    /// The page has a heading of its own, so the author's begin one level below it.
    private static func heading(_ level: Int, _ inner: Markup) -> Markup {
        switch level {
        case 1: "<h2>\(inner)</h2>\n"
        case 2: "<h3>\(inner)</h3>\n"
        case 3: "<h4>\(inner)</h4>\n"
        default: "<h5>\(inner)</h5>\n"
        }
    }

    private static func list(_ start: Int?, _ items: [MarkdownBlock.Item]) -> Markup {
        let inner = items.map(item)
        guard let start else {
            let isTasks = items.contains { $0.isDone != nil }
            return isTasks ? "<ul class=\"tasks\">\n\(inner)</ul>\n" : "<ul>\n\(inner)</ul>\n"
        }
        return "<ol start=\"\(start)\">\n\(inner)</ol>\n"
    }

    private static func item(_ item: MarkdownBlock.Item) -> Markup {
        let mark: Markup =
            switch item.isDone {
            case true?: "<span class=\"task done\" role=\"img\" aria-label=\"done\">✓</span>"
            case false?: "<span class=\"task\" role=\"img\" aria-label=\"not done\"></span>"
            case nil: ""
            }
        // A single paragraph needs no element of its own.
        if case .paragraph(let text)? = item.blocks.first {
            return "<li>\(mark)\(MarkdownInline.markup(text))\(markup(Array(item.blocks.dropFirst())))</li>\n"
        }
        return "<li>\(mark)\(markup(item.blocks))</li>\n"
    }

    private static func table(
        _ header: [String], _ alignments: [MarkdownBlock.Alignment], _ rows: [[String]]
    ) -> Markup {
        let head = zip(header, alignments).map { cell("th", $0, $1) }
        let body = rows.map { row -> Markup in "<tr>\(zip(row, alignments).map { cell("td", $0, $1) })</tr>\n" }
        return """
            <div class="wide" tabindex="0"><table>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)</tbody>
            </table></div>

            """
    }

    private static func cell(_ name: Markup, _ text: String, _ alignment: MarkdownBlock.Alignment) -> Markup {
        // A number and its unit stay on one line.
        let inner = MarkdownInline.markup(text.count > 12 ? text : text.replacing(" ", with: "\u{A0}"))
        return switch alignment {
        case .none, .left: "<\(name)>\(inner)</\(name)>"
        case .center: "<\(name) class=\"center\">\(inner)</\(name)>"
        case .right: "<\(name) class=\"right\">\(inner)</\(name)>"
        }
    }
}
