internal import Analysis
internal import HTTP
internal import Rollouts
internal import Synchronization

/// How sources reach their services: within what the deployment allows, with the credentials that it gives for each
/// host, and with repetitions inside one deadline.
package final class MetricConnection: Sendable {
    private let access: MetricAccess
    private let vault: SecretVault
    private let gate: RequestGate
    /// One pool of connections for each entry of the access file, and one for all other hosts.
    private let clients = Mutex<[String: HTTPClient]>([:])
    private let retry: HTTPClient.RetryPolicy
    private let responseLimit: Int

    /// - Parameters:
    ///   - width: how many requests go at the same time.
    ///   - firstPause: before a busy service is asked again.
    ///   - responseLimit: of any answer, in bytes; a source may ask for less.
    package init(
        _ access: MetricAccess, width: Int = 16, firstPause: Duration = .milliseconds(250),
        responseLimit: Int = 32 << 20
    ) {
        self.access = access
        self.responseLimit = responseLimit
        vault = SecretVault(folder: access.secretsFolder)
        gate = RequestGate(width: width)
        var retry = HTTPClient.RetryPolicy()
        retry.pause = firstPause
        self.retry = retry
    }

    /// The answer, whatever its status.
    func response(to question: Question) async throws(MetricFailure) -> HTTPClient.Response {
        guard let (host, port) = HTTPClient.Request.origin(of: question.url) else {
            throw MetricFailure(.configuration, "\(SecretReference.hidden(in: question.url)) is no URL")
        }
        let entry = access.entry(host: host, port: port)
        if question.skipsVerification, entry?.skipVerification != true {
            throw MetricFailure(
                .configuration, "the template asks to believe any certificate of \(host)",
                hint: "give the deployment's metric access a caFile for \(host), or skipVerification: true")
        }
        let request = try request(for: question, entry, host)
        let client = try client(for: entry)
        let policy = question.isRepeatable ? retry : HTTPClient.RetryPolicy(attempts: 1)
        do {
            let response = try await gate.pass { () async throws(HTTPError) in
                try await client.send(request, retrying: policy)
            }
            return Self.hiding(request.credential?.secrets ?? [], in: response)
        } catch {
            throw ServiceAnswer.failure(error)
        }
    }

    /// A refusal without the secrets that the server may repeat in it.
    private static func hiding(_ secrets: [String], in response: HTTPClient.Response) -> HTTPClient.Response {
        guard !(200..<300).contains(response.status) else { return response }
        // Shorter ones would tear words apart, and say nothing by themselves.
        let text = secrets.filter { $0.utf8.count >= 4 }.reduce(response.text) { $0.replacing($1, with: "*****") }
        return HTTPClient.Response(status: response.status, headers: response.headers, body: Array(text.utf8))
    }

    /// The answer to a question that was answered well; any other status is a failure.
    func answer(to question: Question) async throws(MetricFailure) -> HTTPClient.Response {
        let response = try await response(to: question)
        guard (200..<300).contains(response.status) else { throw ServiceAnswer.failure(response) }
        return response
    }

    // MARK: Requests

    private func request(
        for question: Question, _ entry: MetricAccess.Host?, _ host: String
    ) throws(MetricFailure) -> HTTPClient.Request {
        func revealed(_ text: String) throws(MetricFailure) -> String {
            try SecretReference.replaced(in: text) { reference throws(MetricFailure) in
                try vault.secret(reference, for: entry, host: host).revealed
            }
        }
        guard !SecretReference.occurs(in: question.url) else {
            throw MetricFailure(.configuration, "a secret may not stand in a URL", hint: "send it in a header")
        }
        var request = HTTPClient.Request(question.method, question.url)
        var credentials = try credentials(of: entry)
        for header in question.headers {
            if SecretReference.occurs(in: header.value) {
                credentials.append(.header(name: header.name, value: Secret(try revealed(header.value))))
            } else {
                request.headers.append(header)
            }
        }
        switch question.authentication {
        case nil: break
        case .basic(let user, let password)?:
            credentials.append(.basic(user: try revealed(user), password: Secret(try revealed(password))))
        }
        request.credential = credentials.isEmpty ? nil : .all(credentials)
        if let body = question.body { request.body = Array(try revealed(body).utf8) }
        request.deadline = question.deadline
        request.responseLimit = min(question.responseLimit, responseLimit)
        return request
    }

    /// What the deployment gives for a host.
    private func credentials(of entry: MetricAccess.Host?) throws(MetricFailure) -> [HTTPClient.Credential] {
        guard let entry else { return [] }
        var credentials: [HTTPClient.Credential] = []
        if let file = entry.bearerFile { credentials.append(.bearer(try vault.file(file))) }
        if let basic = entry.basic {
            credentials.append(.basic(user: basic.username, password: try vault.file(basic.passwordFile)))
        }
        for header in entry.headers ?? [] {
            let value = if let file = header.valueFile { try vault.file(file) } else { Secret(header.value ?? "") }
            credentials.append(.header(name: header.name, value: value))
        }
        return credentials
    }

    // MARK: Clients

    private func client(for entry: MetricAccess.Host?) throws(MetricFailure) -> HTTPClient {
        let name = entry?.host ?? ""
        if let client = clients.withLock({ $0[name] }) { return client }
        let client = HTTPClient(try configuration(for: entry))
        return clients.withLock { clients in
            if let other = clients[name] { return other }
            clients[name] = client
            return client
        }
    }

    private func configuration(
        for entry: MetricAccess.Host?
    ) throws(MetricFailure) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        guard let entry else { return configuration }
        if entry.local == true { configuration.addresses = .unrestricted }
        if let file = entry.caFile { configuration.trust = .file(file) }
        if let certificate = entry.certificateFile, let key = entry.keyFile {
            configuration.identity = .init(
                certificate: Array(try vault.file(certificate).revealed.utf8), key: try vault.file(key))
        }
        configuration.skipsVerification = entry.skipVerification ?? false
        return configuration
    }
}

extension HTTPClient.RetryPolicy {
    fileprivate init(attempts: Int) {
        self.init()
        self.attempts = attempts
    }
}
