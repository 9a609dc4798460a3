/// A query in the language of Go's `text/template`, as Flagger's metrics have it: `up{namespace="{{ namespace }}"}`.
///
/// The language is read whole and rendered to Go's text, with two exceptions. What a query has no use for is refused:
/// templates that define or call others. And where Go writes a complaint into the text (`<no value>`,
/// `%!d(string=shop)`), this is an error, because no backend takes such a query. A key that a map does not have is an error
/// too, as Flagger wants it (`missingkey=error`). Size, depth and steps are bounded.
package struct GoTemplate: Hashable, Sendable {
    package let text: String
    /// The names that it asks for: `namespace`, `interval` and so on.
    package let names: Set<String>
    private let nodes: [GoTemplateNode]

    /// Longer templates are refused.
    private static let maximumLength = 64_000

    /// Reads a template; its names are those that Flagger gives.
    package init(parsing text: String) throws(GoTemplateError) {
        try self.init(parsing: text, functions: Set(FlaggerNames.functions))
    }

    init(parsing text: String, functions: Set<String>) throws(GoTemplateError) {
        self.text = text
        let source = Array(text.unicodeScalars)
        guard source.count <= Self.maximumLength else {
            throw GoTemplateError(.limit, "the template is longer than \(Self.maximumLength) characters", at: 0)
        }
        do {
            (nodes, names) = try GoTemplateParser.read(source, functions: functions)
        } catch {
            throw error.located(in: source)
        }
    }

    /// The query for a canary.
    package func render(_ names: FlaggerNames) throws(GoTemplateError) -> String {
        do {
            return try GoTemplateRenderer.text(of: nodes) { names.value(of: $0) }
        } catch {
            throw error.located(in: Array(text.unicodeScalars))
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension GoTemplate: CustomStringConvertible {
    package var description: String { text }
}
