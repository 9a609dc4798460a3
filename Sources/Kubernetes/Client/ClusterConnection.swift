import Analysis
import HTTP
import Rollouts

/// The HTTP side of one cluster: renews credentials, and keeps one client for each client certificate.
actor ClusterConnection {
    private let access: ClusterAccess
    private let deadline: Duration
    private let now: @Sendable () -> Timestamp
    private var client: (identity: HTTPClient.Identity?, client: HTTPClient)?
    private var cached: ExecPlugin.Answer?

    init(_ access: ClusterAccess, deadline: Duration, now: @escaping @Sendable () -> Timestamp) {
        self.access = access
        self.deadline = deadline
        self.now = now
    }

    /// Sends one request; a refused credential that may have been renewed in the meantime is shown once more.
    func send(
        _ method: HTTPClient.Request.Method = .get, _ path: String, body: JSON? = nil
    ) async throws(ClusterFailure) -> HTTPClient.Response {
        let end = ContinuousClock.now + deadline
        let response = try await attempt(method, path, body, until: end)
        guard response.status == 401, isRenewable else { return response }
        cached = nil
        return try await attempt(method, path, body, until: end)
    }

    private var isRenewable: Bool {
        switch access.credential {
        case .none, .fixed: false
        case .tokenFile, .exec: true
        }
    }

    private func attempt(
        _ method: HTTPClient.Request.Method, _ path: String, _ body: JSON?, until end: ContinuousClock.Instant
    ) async throws(ClusterFailure) -> HTTPClient.Response {
        let proof = try await proof()
        let base = access.server.hasSuffix("/") ? String(access.server.dropLast()) : access.server
        var request = HTTPClient.Request(method, base + path)
        request.headers = [HTTPClient.Header("Accept", "application/json")]
        if let body {
            request.headers.append(HTTPClient.Header("Content-Type", "application/json"))
            request.body = Array(body.text.utf8)
        }
        request.credential = proof.credential
        request.deadline = ContinuousClock.now.duration(to: end)
        request.responseLimit = 64 << 20
        do {
            return try await client(for: proof.identity).send(request, retrying: HTTPClient.RetryPolicy())
        } catch {
            throw ClusterFailure(error)
        }
    }

    private func proof() async throws(ClusterFailure) -> ClusterProof {
        switch access.credential {
        case .none:
            return ClusterProof(identity: access.identity)
        case .fixed(let credential):
            return ClusterProof(credential: credential, identity: access.identity)
        case .tokenFile(let path):
            return ClusterProof(credential: .bearer(try TextFile.token(path)), identity: access.identity)
        case .exec(let plugin):
            if let cached, cached.expiration.map({ $0 > now() + .seconds(10) }) ?? true { return cached.proof }
            let answer = try await plugin.run()
            cached = answer
            return answer.proof
        }
    }

    private func client(for identity: HTTPClient.Identity?) -> HTTPClient {
        if let client, client.identity == identity { return client.client }
        var configuration = HTTPClient.Configuration()
        configuration.trust = access.trust
        configuration.serverName = access.serverName
        configuration.skipsVerification = access.skipsVerification
        configuration.identity = identity
        configuration.proxies = access.proxies
        // The deployment names the server; a local cluster listens on a loopback address.
        configuration.addresses = .unrestricted
        let made = HTTPClient(configuration)
        client = (identity, made)
        return made
    }
}
