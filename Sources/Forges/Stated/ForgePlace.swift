internal import HTTP

/// Where Git finds the repository, for what follows from it about the forge.
package struct GitPlace: Hashable, Sendable {
    package let host: String
    /// Nil for the ordinary one.
    package let port: Int?
    /// Below the host, without a slash at the beginning.
    package let path: String
    /// Whether it is reached over HTTPS, so that the forge is at the same host and port; else over SSH.
    package let isWeb: Bool

    package init(host: String, port: Int?, path: String, isWeb: Bool) {
        self.host = host.lowercased()
        self.port = port
        self.path = String(path.drop { $0 == "/" })
        self.isWeb = isWeb
    }
}

/// A repository on a forge, as far as its address in Git says it.
struct ForgePlace: Hashable {
    let place: GitPlace

    init(_ place: GitPlace) {
        self.place = place
    }

    /// The forge that is known by its host; nil for hosts that anybody may run anything on.
    var kind: ForgeKind? {
        switch place.host {
        case "github.com", "ssh.github.com": .gitHub
        case "gitlab.com", "altssh.gitlab.com": .gitLab
        case "bitbucket.org", "altssh.bitbucket.org": .bitbucketCloud
        case "dev.azure.com", "ssh.dev.azure.com", "vs-ssh.visualstudio.com": .azureDevOps
        case "codeberg.org", "gitea.com": .gitea
        case let host where host.hasSuffix(".visualstudio.com"): .azureDevOps
        default: nil
        }
    }

    /// The root of the API of a forge at this host; nil for the public service.
    func url(of kind: ForgeKind) -> String? {
        guard self.kind != kind || kind == .gitea else { return nil }
        let port = place.isWeb ? place.port.map { ":\($0)" } ?? "" : ""
        let server = "https://\(place.host)\(port)"
        switch kind {
        case .gitHub: return "\(server)/api/v3"
        case .gitLab: return "\(server)/api/v4"
        case .gitea: return "\(server)/api/v1"
        case .bitbucketDataCenter, .azureDevOps: return server
        case .bitbucketCloud: return nil
        }
    }

    /// The repository as the forge's API addresses it; nil where the path does not look like one.
    func repository(of kind: ForgeKind) -> String? {
        var parts = place.path.split(separator: "/").map { Self.unescaped(String($0)) }
        guard let last = parts.popLast() else { return nil }
        parts.append(last.hasSuffix(".git") ? String(last.dropLast(4)) : last)
        switch kind {
        case .gitHub, .gitea, .bitbucketCloud: return parts.count == 2 ? parts.joined(separator: "/") : nil
        case .gitLab: return parts.count >= 2 ? parts.joined(separator: "/") : nil
        case .bitbucketDataCenter:
            // Over HTTPS there may be a path of the server before `scm`.
            if place.isWeb, let scm = parts.lastIndex(of: "scm") { parts.removeFirst(scm + 1) }
            return parts.count == 2 ? parts.joined(separator: "/") : nil
        case .azureDevOps: return azureRepository(parts)
        }
    }

    /// `organization/project/_git/repository`, `v3/organization/project/repository` over SSH; the organization may stand
    /// in the host, and a repository of its project's name may be named once.
    ///
    /// By https://learn.microsoft.com/en-us/azure/devops/repos/git/clone and
    /// https://learn.microsoft.com/en-us/azure/devops/repos/git/use-ssh-keys-to-authenticate.
    private func azureRepository(_ parts: [String]) -> String? {
        if !place.isWeb {
            guard parts.count == 4, parts[0] == "v3" else { return nil }
            return parts.dropFirst().joined(separator: "/")
        }
        guard let mark = parts.firstIndex(of: "_git"), mark + 2 == parts.count else { return nil }
        var before = Array(parts[..<mark])
        if place.host.hasSuffix(".visualstudio.com") {
            if before.first == "DefaultCollection" { before.removeFirst() }
            before.insert(String(place.host.prefix { $0 != "." }), at: 0)
        }
        let name = parts[mark + 1]
        if before.count == 1 { before.append(name) }
        return before.count == 2 ? (before + [name]).joined(separator: "/") : nil
    }

    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether Git's credential for this place is one for the API at `url` as well.
    func isServed(by kind: ForgeKind, at url: String?) -> Bool {
        guard let url else { return self.kind == kind }
        guard let origin = HTTPClient.Request.origin(of: url) else { return false }
        if self.kind == kind, Self.publicServices.contains(origin.host.lowercased()) { return true }
        return place.isWeb && origin.host.lowercased() == place.host && origin.port == "\(place.port ?? 443)"
    }

    private static let publicServices: Set = [
        "api.github.com", "gitlab.com", "api.bitbucket.org", "dev.azure.com", "codeberg.org", "gitea.com",
    ]
}
