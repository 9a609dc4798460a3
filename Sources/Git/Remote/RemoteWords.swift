/// Makes what another machine said fit for one line of a message.
enum RemoteWords {
    private static let limit = 500

    /// Lines are joined, control characters and the secret removed, the end of a long text kept.
    static func clean(_ text: String, without secret: Secret? = nil) -> String {
        var text = text
        if let secret = secret?.revealed, !secret.isEmpty {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "<redacted>")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { !isControl($0) }))
                .split(separator: " ").joined(separator: " ")
        }
        let joined = lines.filter { !$0.isEmpty }.joined(separator: "; ")
        return joined.count > limit ? "…" + joined.suffix(limit) : joined
    }

    /// Control and format characters, the bidirectional overrides among them.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: true
        default: false
        }
    }
}
