/// Paints words for a terminal, or leaves them plain.
package struct Palette: Sendable {
    private let isColoured: Bool

    package static let plain = Palette(isColoured: false)
    package static let coloured = Palette(isColoured: true)

    /// What a word means; the escape sequences are ECMA-48's "select graphic rendition".
    package enum Tint: Sendable {
        case plain, strong, faint, good, moving, bad

        fileprivate var code: String? {
            switch self {
            case .plain: nil
            case .strong: "1"
            case .faint: "2"
            case .good: "32"
            case .moving: "33"
            case .bad: "31"
            }
        }
    }

    package func paint(_ text: String, _ tint: Tint) -> String {
        guard isColoured, let code = tint.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// How a report is to be laid out: in which colours and how wide.
package struct Layout: Sendable {
    package var palette: Palette
    /// In characters; nil where nothing is cut, as in a file.
    package var width: Int?

    package init(palette: Palette = .plain, width: Int? = nil) {
        self.palette = palette
        self.width = width
    }
}
