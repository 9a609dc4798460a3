extension HTTPClient {
    /// What is asked; sent once, answered or failed before its deadline.
    package struct Request: Sendable {
        package enum Method: String, Sendable {
            case get = "GET"
            case head = "HEAD"
            case post = "POST"
            case put = "PUT"
            case patch = "PATCH"
            case delete = "DELETE"
        }

        package var method: Method
        package var url: String
        package var headers: [Header] = []
        package var credential: Credential?
        package var body: [UInt8]?
        /// From the call to the last byte of the answer.
        package var deadline: Duration = .seconds(30)
        /// Of the decompressed body, in bytes.
        package var responseLimit = 16 << 20
        /// Whether up to five redirects to the same scheme, host and port are followed; otherwise one is the answer.
        package var followsRedirects = false

        package init(_ method: Method = .get, _ url: String) {
            self.method = method
            self.url = url
        }

        /// Whom a URL asks, as the client would; nil for what it refuses to ask.
        package static func origin(of url: String) -> (host: String, port: String)? {
            URLParts(url).map { ($0.host, $0.port) }
        }

        /// A URL as it is asked; nil for what the client refuses to ask.
        package static func target(of url: String) -> Target? {
            URLParts(url).map { Target($0) }
        }

        /// What a URL comes down to on the wire, for whoever signs a request.
        package struct Target: Hashable, Sendable {
            package let scheme: String
            package let host: String
            package let port: String
            /// With its escapes.
            package let path: String
            /// With its escapes and without the question mark; empty where there is none.
            package let query: String
            /// The value of the `Host` header.
            package let authority: String

            init(_ url: URLParts) {
                scheme = url.scheme
                host = url.host
                port = url.port
                path = url.path
                let parts = url.text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
                query = parts.count > 1 ? String(parts[1]) : ""
                authority = url.hasDefaultPort ? url.host : "\(url.host):\(url.port)"
            }
        }
    }

    /// One header line.
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What proves who we are to one host.
    package enum Credential: Hashable, Sendable {
        case bearer(Secret)
        case basic(user: String, password: Secret)
        case header(name: String, value: Secret)
        /// Several at once, for example basic authentication and an API key.
        case all([Credential])
    }

    /// What came back.
    package struct Response: Sendable {
        package let status: Int
        package let headers: [Header]
        package let body: [UInt8]

        package init(status: Int, headers: [Header], body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        /// The first header of this name in any case.
        package subscript(header name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        package var text: String { String(decoding: body, as: UTF8.self) }
    }
}

extension HTTPClient.Credential {
    /// The texts that would give it away, for whoever looks for them in what a server said.
    package var secrets: [String] {
        switch self {
        case .bearer(let token): [token.revealed]
        case .basic(let user, let password): [password.revealed, base64("\(user):\(password.revealed)")]
        case .header(_, let value): [value.revealed]
        case .all(let credentials): credentials.flatMap(\.secrets)
        }
    }

    /// The header lines that carry it; they exist only here and in the request to curl.
    var headers: [HTTPClient.Header] {
        switch self {
        case .bearer(let token):
            [HTTPClient.Header("Authorization", "Bearer \(token.revealed)")]
        case .basic(let user, let password):
            [HTTPClient.Header("Authorization", "Basic \(base64("\(user):\(password.revealed)"))")]
        case .header(let name, let value):
            [HTTPClient.Header(name, value.revealed)]
        case .all(let credentials):
            credentials.flatMap(\.headers)
        }
    }
}

/// RFC 4648 §4 with padding.
private func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    var output = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
        for index in 0..<4 {
            output.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=")
        }
    }
    return output
}
