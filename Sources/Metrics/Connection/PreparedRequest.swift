internal import HTTP

/// Whom a question asks, and what the deployment says of them.
struct Place: Sendable {
    let host: String
    let target: HTTPClient.Request.Target?
    let entry: MetricAccess.Host?
}

/// A request with its credentials in it.
struct PreparedRequest: Sendable {
    var request: HTTPClient.Request
    /// Further texts that a server's words must not repeat.
    var concealed: [Secret] = []
    /// The token that was lent for it.
    var grant: Credentials.Grant?

    /// Whatever gives the credentials away, for who looks for them in what a server said.
    var secrets: [Secret] {
        let sent = request.credential?.secrets ?? []
        // `Bearer` and what stands behind it: a server may repeat the latter alone.
        let tokens = sent.map { $0.split(separator: " ") }.filter { $0.count == 2 }.map { String($0[1]) }
        return (sent + tokens).map(Secret.init) + concealed
    }

    /// An answer without the secrets that the server may repeat in it: what it says can become evidence.
    ///
    /// Of a good answer numbers and words are read, so that a secret that could be one of those stays here, and is
    /// masked in what becomes text, see `Disclosure`.
    func hiding(in response: HTTPClient.Response) -> HTTPClient.Response {
        let isGood = (200..<300).contains(response.status)
        let mask = SecretMask(secrets.filter { !isGood || Self.isUnmistakable($0) })
        guard let body = mask.masked(response.body) else { return response }
        return HTTPClient.Response(status: response.status, headers: response.headers, body: body)
    }

    private static func isUnmistakable(_ secret: Secret) -> Bool {
        secret.revealed.utf8.count >= SecretMask.long && Double(secret.revealed) == nil
    }
}
