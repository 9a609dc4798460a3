/// Text between quotes, as Go's `%q` and `strconv.Quote` write it.
enum GoQuote {
    static func quoted(_ text: String) -> String {
        "\"" + text.unicodeScalars.map { escaped($0, quote: "\"") }.joined() + "\""
    }

    /// One character between single quotes.
    static func quoted(_ scalar: Unicode.Scalar) -> String { "'" + escaped(scalar, quote: "'") + "'" }

    /// Code point and character, as Go's `%#U` writes them: `U+0040 '@'`.
    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let number = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
        return "U+\(padded)" + (isPrintable(scalar) ? " '\(scalar)'" : "")
    }

    private static func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
        switch scalar {
        case quote, "\\": return "\\\(scalar)"
        case "\u{07}": return "\\a"
        case "\u{08}": return "\\b"
        case "\u{0C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{0B}": return "\\v"
        default: break
        }
        if isPrintable(scalar) { return String(scalar) }
        let width = scalar.value < 0x80 ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        let digits = String(scalar.value, radix: 16)
        return "\\" + width.0 + String(repeating: "0", count: max(0, width.1 - digits.count)) + digits
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }
}
