/// Where a repository is: a path of this machine, or a path on a host that is reached over SSH or HTTPS.
package enum RemoteLocation: Hashable, Sendable {
    case local(path: String)
    case ssh(user: String?, host: String, port: Int?, path: String)
    case http(url: String)

    /// Takes an absolute path, `file://`, `ssh://`, `user@host:path`, `https://` and `http://`; nothing that holds a password.
    package init(parsing text: String) throws(GitError) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) || text.hasPrefix("/") else {
            throw Self.malformed(text, "it is empty or contains spaces")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw Self.malformed(text, "it contains control characters")
        }
        if text.hasPrefix("/") {
            self = .local(path: text)
        } else if text.hasPrefix("file:///") {
            self = .local(path: String(text.dropFirst("file://".count)))
        } else if text.hasPrefix("ssh://") {
            self = try Self.ssh(text, rest: text.dropFirst("ssh://".count))
        } else if text.hasPrefix("https://") || text.hasPrefix("http://") {
            self = try Self.web(text)
        } else if !text.contains("://"), let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            self = try Self.secureShell(text, authority: text[..<colon], path: text[text.index(after: colon)...])
        } else {
            throw Self.malformed(text, "expected a path, https://host/path, ssh://host/path or user@host:path")
        }
    }

    private static func ssh(_ text: String, rest: Substring) throws(GitError) -> Self {
        guard let slash = rest.firstIndex(of: "/") else { throw malformed(text, "the path is missing") }
        var path = rest[slash...]
        if path.hasPrefix("/~") { path = path.dropFirst() }
        return try secureShell(text, authority: rest[..<slash], path: path, portAllowed: true)
    }

    private static func secureShell(
        _ text: String, authority: Substring, path: Substring, portAllowed: Bool = false
    ) throws(GitError) -> Self {
        var host = authority
        var user: String?
        if let at = authority.lastIndex(of: "@") {
            user = String(authority[..<at])
            host = authority[authority.index(after: at)...]
        }
        var port: Int?
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            let after = host[host.index(after: end)...]
            if portAllowed, after.hasPrefix(":") { port = Int(after.dropFirst()) }
            guard after.isEmpty || port != nil else { throw malformed(text, "the port is not a number") }
            host = host[host.index(after: host.startIndex)..<end]
        } else if portAllowed, let colon = host.lastIndex(of: ":") {
            port = Int(host[host.index(after: colon)...])
            guard port != nil else { throw malformed(text, "the port is not a number") }
            host = host[..<colon]
        }
        if let port, !(1...65535).contains(port) { throw malformed(text, "the port is out of range") }
        // Both become arguments of ssh, and the path a word of the remote shell.
        guard isPlain(host), user.map({ isPlain($0[...]) }) ?? true else {
            throw malformed(text, "the host or user has characters that are not allowed")
        }
        guard !path.isEmpty, !path.hasPrefix("-"), !path.contains("'"), !path.contains("\\") else {
            throw malformed(text, "the path is missing or has quotes")
        }
        return .ssh(user: user, host: String(host), port: port, path: String(path))
    }

    private static func web(_ text: String) throws(GitError) -> Self {
        let parts = text.split(separator: "://", maxSplits: 1)
        guard parts.count == 2, let authority = parts[1].split(separator: "/", omittingEmptySubsequences: false).first,
            !authority.isEmpty
        else { throw malformed(text, "the host is missing") }
        guard !authority.contains("@") else {
            // Not repeated in the message: what stands before the @ may be a secret.
            throw GitError(.invalid, "read the repository's URL", "a URL must not contain a user or a password")
        }
        guard !text.contains("?"), !text.contains("#") else { throw malformed(text, "a query is not allowed") }
        var trimmed = text[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        return .http(url: String(trimmed))
    }

    private static func isPlain(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
    }

    private static func malformed(_ text: String, _ reason: String) -> GitError {
        let shown = text.contains("@") && text.contains("://") ? "its URL" : "“\(RemoteWords.clean(text))”"
        return GitError(.invalid, "read the repository's URL", "\(shown) is not usable: \(reason)")
    }
}

extension RemoteLocation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .local(let path): path
        case .http(let url): url
        case .ssh(let user, let host, let port, let path):
            "ssh://" + (user.map { $0 + "@" } ?? "") + (host.contains(":") ? "[\(host)]" : host)
                + (port.map { ":\($0)" } ?? "") + (path.hasPrefix("/") ? path : "/" + path)
        }
    }
}
