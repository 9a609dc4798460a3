internal import Analysis
internal import Crypto
internal import HTTP

/// Signs requests to AWS with Signature Version 4, the signature in the `Authorization` header.
///
/// A pure function of the request, the keys and the time. By
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct SigV4Signer: Sendable {
    /// A request as it goes over the wire; all its headers are signed.
    struct Request: Sendable {
        var method: String
        /// As the URL has it, with its escapes.
        var path: String
        var query = ""
        /// With `Host`, and without what a proxy on the way may change.
        var headers: [HTTPClient.Header]
        var body: [UInt8] = []
    }

    let keys: AWSKeys
    let region: String
    let service: String

    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The headers that have to go with the request.
    func headers(for request: Request, at time: Timestamp) -> [HTTPClient.Header] {
        let moment = Self.moment(time)
        var added = [HTTPClient.Header("X-Amz-Date", moment)]
        if let token = keys.token { added.append(.init("X-Amz-Security-Token", token.revealed)) }
        var whole = request
        // A request may already have what was made for it before.
        let names = Set(added.map { $0.name.lowercased() })
        whole.headers = request.headers.filter { !names.contains($0.name.lowercased()) } + added
        let signature = Self.hex(sign(stringToSign(whole, moment), on: String(moment.prefix(8))))
        let authorization =
            "\(Self.algorithm) Credential=\(keys.id)/\(scope(moment)), "
            + "SignedHeaders=\(Self.signedNames(whole)), Signature=\(signature)"
        return added + [.init("Authorization", authorization)]
    }

    // MARK: The steps of the protocol

    static func canonical(_ request: Request) -> String {
        let headers = groups(request).map { "\($0.name):\($0.value)\n" }.joined()
        return [
            request.method, encoded(normalized(request.path), keeping: "/"), canonicalQuery(request.query), headers,
            signedNames(request), hex(SHA256.hash(data: request.body)),
        ].joined(separator: "\n")
    }

    private func stringToSign(_ request: Request, _ moment: String) -> String {
        let digest = Self.hex(SHA256.hash(data: Array(Self.canonical(request).utf8)))
        return [Self.algorithm, moment, scope(moment), digest].joined(separator: "\n")
    }

    private func scope(_ moment: String) -> String { "\(moment.prefix(8))/\(region)/\(service)/aws4_request" }

    private func sign(_ text: String, on day: String) -> [UInt8] {
        let start = Array("AWS4\(keys.secret.revealed)".utf8)
        return [day, region, service, "aws4_request", text].reduce(start) { key, text in
            Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
        }
    }

    // MARK: Canonical forms

    /// Headers by name, the values of each in their order with white space made one blank; a line is a value.
    private static func groups(_ request: Request) -> [(name: String, value: String)] {
        let all = request.headers.flatMap { header in
            header.value.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
                let words = line.split(whereSeparator: \.isWhitespace)
                return (name: header.name.lowercased(), value: words.joined(separator: " "))
            }
        }
        return Set(all.map(\.name)).sorted().map { name in
            (name, all.filter { $0.name == name }.map(\.value).joined(separator: ","))
        }
    }

    private static func signedNames(_ request: Request) -> String {
        groups(request).map(\.name).joined(separator: ";")
    }

    /// The path without empty, `.` and `..` segments.
    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment != ".." { segments.append(segment) } else if !segments.isEmpty { segments.removeLast() }
        }
        let end = path.hasSuffix("/") && !segments.isEmpty ? "/" : ""
        return "/" + segments.joined(separator: "/") + end
    }

    /// Items in the order of their encoded names, then values; a `+` is a space, as forms have it.
    private static func canonicalQuery(_ query: String) -> String {
        let items = query.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: recoded(parts[0]), value: parts.count > 1 ? recoded(parts[1]) : "")
        }
        return items.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    private static func recoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return encoded(bytes)
    }

    private static func encoded(_ text: String, keeping kept: String = "") -> String {
        encoded(Array(text.utf8), keeping: kept)
    }

    private static func encoded(_ bytes: [UInt8], keeping kept: String = "") -> String {
        let unreserved = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\(kept)".utf8)
        return String(
            decoding: bytes.flatMap { unreserved.contains($0) ? [$0] : Array("%\(hex([$0]).uppercased())".utf8) },
            as: UTF8.self)
    }

    /// `20150830T123600Z`.
    private static func moment(_ time: Timestamp) -> String {
        let whole = Timestamp(milliseconds: time.milliseconds - time.milliseconds % 1000)
        return whole.rfc3339.filter { $0 != "-" && $0 != ":" }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
