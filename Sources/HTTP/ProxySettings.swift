/// The proxies that the environment names, read as curl and most tools read it.
package struct ProxySettings: Hashable, Sendable {
    /// Secret because their URLs may carry a user and a password.
    private let http: Secret?
    private let https: Secret?
    private let exceptions: [String]

    package static let none = Self(environment: [:])

    /// Reads `http_proxy` (in small letters only: a CGI server sets the other from a header), `HTTPS_PROXY`, `ALL_PROXY`
    /// and `NO_PROXY` in either case.
    package init(environment: [String: String]) {
        func named(_ name: String) -> String? {
            (environment[name] ?? environment[name.uppercased()]).flatMap { $0.isEmpty ? nil : $0 }
        }
        let plain = environment["http_proxy"].flatMap { $0.isEmpty ? nil : $0 }
        http = (plain ?? named("all_proxy")).map(Secret.init)
        https = (named("https_proxy") ?? named("all_proxy")).map(Secret.init)
        exceptions = (named("no_proxy") ?? "").split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// The proxy for a URL; nil where it is asked directly.
    func proxy(for url: URLParts) -> Secret? {
        guard let proxy = url.scheme == "https" ? https : http, !isException(url.host.lowercased()) else { return nil }
        return proxy
    }

    /// An exception is `*`, an address, a network in CIDR form, or a domain with everything below it.
    private func isException(_ host: String) -> Bool {
        let address = NetworkAddress(literal: host)
        return exceptions.contains { exception in
            if exception == "*" { return true }
            if let address { return Self.network(exception, contains: address) }
            let domain = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
            return host == domain || host.hasSuffix(".\(domain)")
        }
    }

    private static func network(_ text: String, contains address: NetworkAddress) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard let first = parts.first, let network = NetworkAddress(literal: first),
            network.bytes.count == address.bytes.count
        else { return false }
        var bits = parts.count > 1 ? Int(parts[1]) ?? -1 : network.bytes.count * 8
        guard bits >= 0 else { return false }
        for (left, right) in zip(network.bytes, address.bytes) where bits > 0 {
            let mask = bits >= 8 ? UInt8.max : ~(UInt8.max >> UInt8(bits))
            if left & mask != right & mask { return false }
            bits -= 8
        }
        return true
    }
}
