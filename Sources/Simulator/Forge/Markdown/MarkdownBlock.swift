/// A block of the part of Markdown that pull requests are written in.
///
/// Headings by `#`, paragraphs, lists with task marks, tables, fenced code, quotes and rules; HTML is text, and comments are
/// left out. Forms and names by https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/.
indirect enum MarkdownBlock: Equatable, Sendable {
    enum Alignment: Sendable { case none, left, center, right }

    struct Item: Equatable, Sendable {
        /// Whether its mark is set; nil for an item that is no task.
        var isDone: Bool?
        var blocks: [MarkdownBlock]
    }

    case heading(level: Int, String)
    case paragraph(String)
    /// `start` is the first number; nil for a list of points.
    case list(start: Int?, [Item])
    case table(header: [String], [Alignment], rows: [[String]])
    case code(String)
    case quote([MarkdownBlock])
    case rule
}
