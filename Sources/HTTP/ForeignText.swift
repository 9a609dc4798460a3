/// What a server says, as it may stand in a message.
package enum ForeignText {
    /// On one line of bounded length, without control characters.
    package static func line(_ text: String) -> String {
        let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { isShown($0) ? $0 : " " }))
        return clean.count <= 300 ? clean : clean.prefix(299) + "…"
    }

    /// Terminals take controls beyond ASCII for commands too, and format characters turn the direction of what follows.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
