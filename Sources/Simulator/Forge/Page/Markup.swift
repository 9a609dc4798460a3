/// Text that is HTML already: what is put into it is escaped, unless it is markup itself.
///
/// A title, a branch or a comment can therefore not become an element of a page by somebody's forgetting to escape it.
struct Markup: Equatable, Sendable, ExpressibleByStringInterpolation {
    private(set) var html: String

    init(stringLiteral value: String) {
        html = value
    }

    init(stringInterpolation: Interpolation) {
        html = stringInterpolation.html
    }

    private init(html: String) {
        self.html = html
    }

    /// Any text, escaped.
    static func text(_ text: String) -> Markup { Markup(html: escaped(text)) }

    /// Text that may go on in the next line after a slash, as long paths and names of branches need.
    static func breakable(_ text: String) -> Markup {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Markup.text(String($0)) }
        return parts.dropFirst().reduce(parts.first.orNothing) { "\($0)/<wbr>\($1)" }
    }

    static let empty: Markup = ""

    static func + (one: Markup, other: Markup) -> Markup { Markup(html: one.html + other.html) }

    static func += (one: inout Markup, other: Markup) { one.html += other.html }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var html = ""

        init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { html += literal }

        mutating func appendInterpolation(_ text: String) { html += Markup.escaped(text) }

        mutating func appendInterpolation(_ number: Int) { html += String(number) }

        mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { html += part.html } }
    }

    /// Escapes for elements and for attributes in quotes; characters that HTML does not allow become U+FFFD.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t", "\r": escaped.unicodeScalars.append(scalar)
            // Controls, and what turns the direction of the text after it.
            case _ where scalar.properties.generalCategory == .control: escaped += "\u{FFFD}"
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Optional where Wrapped == Markup {
    var orNothing: Markup { self ?? .empty }
}
