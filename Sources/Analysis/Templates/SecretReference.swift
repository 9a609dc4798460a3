/// A key of a mounted Secret that stands in a template's text until the text leaves for the host that it is meant for.
///
/// What is read of a secret never enters a template, so that no query, message or commit can show it: in its place stands
/// a mark of two characters of private use that no template may contain itself.
package struct SecretReference: Hashable, Sendable {
    package let name: String
    package let key: String

    package init(name: String, key: String) {
        self.name = name
        self.key = key
    }

    private static let open: Character = "\u{F8F0}"
    private static let close: Character = "\u{F8F1}"

    /// What stands in a text for the secret.
    package var mark: String { "\(Self.open)\(name)/\(key)\(Self.close)" }

    /// Whether a text that people wrote could be taken for one with marks.
    package static func occurs(in text: String) -> Bool { text.contains(open) || text.contains(close) }

    /// The text with each mark replaced.
    package static func replaced<Failure: Error>(
        in text: String, by value: (SecretReference) throws(Failure) -> String
    ) throws(Failure) -> String {
        var whole = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: open) {
            whole += rest[..<start]
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: close) else { break }
            let parts = rest[..<end].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 {
                whole += try value(SecretReference(name: String(parts[0]), key: String(parts[1])))
            }
            rest = rest[rest.index(after: end)...]
        }
        return whole + rest
    }

    /// The text as people may see it.
    package static func hidden(in text: String) -> String { replaced(in: text) { _ in "*****" } }
}
