import CCurl

/// An absolute `http` or `https` URL taken apart by curl's own parser, so that what is checked is what is asked.
struct URLParts: Hashable {
    let scheme: String
    /// Numeric forms of an IPv4 address are normalised; IPv6 stands in brackets.
    let host: String
    let port: String
    let path: String
    /// The whole, normalised.
    let text: String

    /// - Parameter base: what a relative `url` is relative to.
    /// - Returns: nil for other schemes, user names in the URL, and what is not a URL.
    init?(_ url: String, relativeTo base: URLParts? = nil) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        if let base, curl_url_set(handle, CURLUPART_URL, base.text, 0) != CURLUE_OK { return nil }
        guard curl_url_set(handle, CURLUPART_URL, url, UInt32(CURLU_DISALLOW_USER)) == CURLUE_OK,
            Self.part(handle, CURLUPART_USER) == nil,
            let scheme = Self.part(handle, CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            let host = Self.part(handle, CURLUPART_HOST), !host.isEmpty,
            let port = Self.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)),
            let path = Self.part(handle, CURLUPART_PATH),
            curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0) == CURLUE_OK,
            let text = Self.part(handle, CURLUPART_URL)
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.text = text
    }

    /// Without query: fit for a message.
    var display: String {
        "\(scheme)://\(host)\(hasDefaultPort ? "" : ":\(port)")\(path)"
    }

    var hasDefaultPort: Bool { port == (scheme == "https" ? "443" : "80") }

    /// The same URL at another host; nil where that is no host.
    func withHost(_ host: String) -> URLParts? {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
            curl_url_set(handle, CURLUPART_HOST, host, 0) == CURLUE_OK,
            let changed = Self.part(handle, CURLUPART_URL)
        else { return nil }
        return URLParts(changed)
    }

    /// Whether the host itself, before any name is resolved, states a place that clients may not talk to.
    var isLocal: Bool {
        if let address = NetworkAddress(literal: host) { return address.isLocal }
        let name = host.lowercased().split(separator: ".").joined(separator: ".")
        return name == "localhost" || name.hasSuffix(".localhost") || name == "metadata.google.internal"
    }

    func hasSameOrigin(as other: URLParts) -> Bool {
        scheme == other.scheme && host.lowercased() == other.host.lowercased() && port == other.port
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
