/// A container image reference: `name[:tag][@digest]` (the grammar of the distribution specification).
package struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// Registry, port and path, without tag and digest.
    package let name: String
    package let tag: String?
    package let digest: String?

    package init(_ text: String) {
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
        } else {
            digest = nil
        }
        // A colon before the last slash belongs to the registry's port.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            tag = String(rest[rest.index(after: colon)...])
            name = String(rest[..<colon])
        } else {
            tag = nil
            name = String(rest)
        }
    }

    /// The tag, else the start of the digest, else `latest`.
    package var version: String {
        tag ?? digest.map { "@" + String($0.drop { $0 != ":" }.dropFirst().prefix(12)) } ?? "latest"
    }

    /// Whether it follows the grammar; an image that does not can never be pulled.
    package var isWellFormed: Bool {
        guard name.wholeMatch(of: Self.names) != nil, name.utf8.count <= 255 else { return false }
        if let tag, tag.wholeMatch(of: Self.tags) == nil { return false }
        return digest.map { $0.wholeMatch(of: Self.digests) != nil } ?? true
    }

    private static var names: Regex<Substring> {
        /(?:[A-Za-z0-9.-]+(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*/
    }
    private static var tags: Regex<Substring> { /[A-Za-z0-9_][A-Za-z0-9._-]{0,127}/ }
    private static var digests: Regex<Substring> { /[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,}/ }

    package var description: String {
        name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
    }
}
