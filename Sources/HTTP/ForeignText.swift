/// What a server says, as it may stand in a message.
package enum ForeignText {
    /// On one line of bounded length, without control characters.
    package static func line(_ text: String) -> String {
        let clean = String(text.map { $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 ? " " : $0 })
        return clean.count <= 300 ? clean : clean.prefix(299) + "…"
    }
}
