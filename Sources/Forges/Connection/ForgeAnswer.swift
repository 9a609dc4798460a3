internal import HTTP
internal import Rollouts

/// What a forge answered, read as JSON.
struct ForgeAnswer: Sendable {
    let status: Int
    /// Null where the answer has no body.
    let json: JSON
    let headers: [HTTPClient.Header]

    var isGood: Bool { (200..<300).contains(status) }

    subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// What the forge says about an error, on one line.
    var words: String { Self.words(in: json) ?? "status \(status)" }

    /// The texts of an error in any of the shapes that forges give it.
    static func words(in json: JSON) -> String? {
        let places = [json["error_description"], json["message"], json["error"], json["errors"]]
        var known: Set<String> = []
        let text = places.flatMap { texts(in: $0) }.filter { known.insert($0).inserted }.joined(separator: "; ")
        return text.isEmpty ? nil : ForeignText.line(text)
    }

    private static func texts(in json: JSON?) -> [String] {
        switch json {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap { texts(in: $0) }
        case .object(let members):
            if let message = json?["message"]?.string {
                [message] + texts(in: json?["detail"])
            } else if let code = json?["code"]?.string {
                [[json?["field"]?.string, code].compactMap { $0 }.joined(separator: " ")]
            } else {
                members.flatMap { member in texts(in: member.value).map { "\(member.name) \($0)" } }
            }
        default: []
        }
    }
}

extension ForgeFailure {
    /// What a refusal means where the caller has no better reading of it.
    init(_ answer: ForgeAnswer, asking operation: String, forge: String) {
        let message = "\(forge) answered \(answer.status) to \(operation): \(answer.words)"
        switch answer.status {
        case 203, 401:
            self.init(.configuration, message, hint: "the credential is wrong, expired or revoked")
        case 403:
            let permissions =
                answer[header: "x-accepted-github-permissions"] ?? answer[header: "x-accepted-oauth-scopes"]
            let needed = permissions.map { $0.isEmpty ? "" : "; it asks for \(ForeignText.line($0))" } ?? ""
            self.init(.configuration, message, hint: "the credential lacks a right for this\(needed)")
        case 404, 410:
            self.init(
                .notFound, message,
                hint: "it is not there, or the credential may not see it: check repository and rights")
        case 301, 307, 308:
            self.init(.configuration, message, hint: "the repository has moved: state its present address")
        case 300..<400:
            self.init(.garbage, message, hint: "a login page or a proxy answers at this address")
        case 408, 425, 429, 500...: self.init(.unavailable, message)
        default: self.init(.refused, message)
        }
    }

    init(_ error: HTTPError, forge: String) {
        let message = "\(forge) did not answer: \(error.description)"
        switch error.code {
        case .unreachable, .connectTimedOut, .timedOut, .interrupted: self.init(.unavailable, message)
        case .garbage: self.init(.garbage, message)
        case .tooLarge: self.init(.garbage, message, hint: "the answer is longer than any of a forge")
        case .cancelled: self.init(.cancelled, message)
        case .tls: self.init(.configuration, message, hint: "check the certificate authority")
        case .refusedAddress: self.init(.configuration, message, hint: "the deployment says which hosts may be local")
        case .invalidRequest: self.init(.configuration, message, hint: "check the forge's URL")
        }
    }

    /// Whether what was asked may have happened nevertheless.
    var isDoubtful: Bool { code == .unavailable || code == .garbage }
}
