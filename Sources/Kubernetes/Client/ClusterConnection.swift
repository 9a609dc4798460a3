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
    /// Whether the plugin runs, who waits for it, and how it last failed.
    private var isAsking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var failure: (error: ClusterFailure, at: ContinuousClock.Instant)?

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
        let proof = try await proof()
        let response = try await attempt(method, path, body, proof, until: end)
        guard response.status == 401, isRenewable else { return response }
        // Somebody else may have renewed it in the meantime.
        if cached?.proof == proof { cached = nil }
        return try await attempt(method, path, body, try await self.proof(), until: end)
    }

    private var isRenewable: Bool {
        switch access.credential {
        case .none, .fixed: false
        case .tokenFile, .exec: true
        }
    }

    private func attempt(
        _ method: HTTPClient.Request.Method, _ path: String, _ body: JSON?, _ proof: ClusterProof,
        until end: ContinuousClock.Instant
    ) async throws(ClusterFailure) -> HTTPClient.Response {
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
            return try await proof(by: plugin)
        }
    }

    /// Asks the plugin, for all who ask at the same time; one that has just failed is not asked again for each of them.
    private func proof(by plugin: ExecPlugin) async throws(ClusterFailure) -> ClusterProof {
        while isAsking { await withCheckedContinuation { waiting.append($0) } }
        if let cached, cached.expiration.map({ $0 > now() + .seconds(10) }) ?? true { return cached.proof }
        if let failure, failure.at.duration(to: .now) < .seconds(5) { throw failure.error }
        isAsking = true
        defer {
            isAsking = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        do {
            let answer = try await plugin.run()
            (cached, failure) = (answer, nil)
            return answer.proof
        } catch {
            failure = (error, .now)
            throw error
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
