package import Analysis
internal import FoundationEssentials
internal import HTTP
internal import Rollouts
internal import Synchronization

/// How sources reach their services: within what the deployment allows, with the credentials that it gives for each
/// host, and with repetitions inside one deadline.
package final class MetricConnection: Sendable {
    private let access: MetricAccess
    private let credentials: Credentials
    private let gate: RequestGate
    /// One pool of connections for each entry of the access file, and one for all other hosts.
    private let clients = Mutex<[String: HTTPClient]>([:])
    private let retry: HTTPClient.RetryPolicy
    private let responseLimit: Int
    private let proxies: ProxySettings

    /// - Parameters:
    ///   - width: how many requests go at the same time.
    ///   - firstPause: before a busy service is asked again.
    ///   - responseLimit: of any answer, in bytes; a source may ask for less.
    ///   - environment: what the platform says about the agent's own identity, and about proxies.
    ///   - now: the time that signatures state and tokens end by.
    package init(
        _ access: MetricAccess, width: Int = 16, firstPause: Duration = .milliseconds(250),
        responseLimit: Int = 32 << 20, environment: [String: String] = ProcessInfo.processInfo.environment,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: Date().timeIntervalSince1970) }
    ) {
        self.access = access
        self.responseLimit = responseLimit
        proxies = ProxySettings(environment: environment)
        credentials = Credentials(access, environment: environment, now: now)
        gate = RequestGate(width: width)
        var retry = HTTPClient.RetryPolicy()
        retry.pause = firstPause
        self.retry = retry
    }

    /// The region of AWS where neither template nor host says one.
    var awsRegion: String? { credentials.awsRegion }

    // MARK: Asking

    /// The answer, whatever its status.
    ///
    /// Until its turn a question holds nothing but its place in line.
    func response(to question: Question) async throws(MetricFailure) -> HTTPClient.Response {
        try await gate.pass { () async throws(MetricFailure) in
            try await ask(question, at: try place(of: question))
        }
    }

    /// The answer to a question that was answered well; any other status is a failure.
    func answer(to question: Question) async throws(MetricFailure) -> HTTPClient.Response {
        let response = try await response(to: question)
        guard (200..<300).contains(response.status) else { throw ServiceAnswer.failure(response) }
        return response
    }

    /// The answer of a service that lends credentials: part of another question, which has its turn already.
    ///
    /// A lender that cannot be reached says nothing about the service that the question is for.
    func lenderResponse(to question: Question) async throws(MetricFailure) -> HTTPClient.Response {
        let place = try place(of: question)
        do throws(MetricFailure) { return try await ask(question, at: place) } catch { throw error.ofLender }
    }

    /// The answer of an endpoint that the platform itself has named to the agent, which may have a local address.
    ///
    /// No template leads here.
    func platformResponse(to question: Question) async throws(MetricFailure) -> HTTPClient.Response {
        var entry = MetricAccess.Host(host: "")
        entry.local = true
        let place = Place(host: "", target: nil, entry: entry)
        do throws(MetricFailure) { return try await ask(question, at: place) } catch { throw error.ofLender }
    }

    private func ask(_ question: Question, at place: Place) async throws(MetricFailure) -> HTTPClient.Response {
        let started = ContinuousClock.now
        defer { question.patience?.spend(started.duration(to: .now)) }
        let deadline = started + min(question.deadline, question.patience?.left ?? question.deadline)
        var request = try await credentials.request(for: question, at: place, over: self)
        let response = try await send(request, for: question, at: place, until: deadline)
        guard response.status == 401, let grant = request.grant else { return response }
        // The token may have been taken back before its time.
        credentials.forget(grant)
        request = try await credentials.request(for: question, at: place, over: self)
        return try await send(request, for: question, at: place, until: deadline)
    }

    private func place(of question: Question) throws(MetricFailure) -> Place {
        guard !SecretReference.occurs(in: question.url) else {
            throw MetricFailure(.configuration, "a secret may not stand in a URL", hint: "send it in a header")
        }
        guard let target = HTTPClient.Request.target(of: question.url) else {
            throw MetricFailure(.configuration, "\(ServiceAnswer.line(question.url)) is no URL")
        }
        let entry = access.entry(host: target.host, port: target.port)
        if question.skipsVerification, entry?.skipVerification != true {
            throw MetricFailure(
                .configuration, "the template asks to believe any certificate of \(target.host)",
                hint: "give the deployment's metric access a caFile for \(target.host), or skipVerification: true")
        }
        return Place(host: target.host, target: target, entry: entry)
    }

    private func send(
        _ prepared: PreparedRequest, for question: Question, at place: Place, until deadline: ContinuousClock.Instant
    ) async throws(MetricFailure) -> HTTPClient.Response {
        let client = try client(for: place.entry)
        var request = prepared.request
        request.deadline = ContinuousClock.now.duration(to: deadline)
        request.responseLimit = min(question.responseLimit, responseLimit)
        let policy = question.isRepeatable ? retry : HTTPClient.RetryPolicy(attempts: 1)
        Disclosure.note(prepared.secrets)
        do {
            return prepared.hiding(in: try await client.send(request, retrying: policy))
        } catch {
            throw ServiceAnswer.failure(error)
        }
    }

    // MARK: Clients

    private func client(for entry: MetricAccess.Host?) throws(MetricFailure) -> HTTPClient {
        let name = entry?.host ?? "*"
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
        configuration.proxies = proxies
        guard let entry else { return configuration }
        if entry.local == true {
            configuration.addresses = .unrestricted
            // Nobody else's way leads to a local address.
            configuration.proxies = .none
        }
        if let file = entry.caFile { configuration.trust = .file(file) }
        if let certificate = entry.certificateFile, let key = entry.keyFile {
            let vault = SecretVault(folder: nil)
            configuration.identity = .init(
                certificate: Array(try vault.file(certificate).revealed.utf8), key: try vault.file(key))
        }
        configuration.skipsVerification = entry.skipVerification ?? false
        return configuration
    }
}

extension MetricFailure {
    fileprivate var ofLender: MetricFailure { MetricFailure(code, message, hint: hint) }
}

extension HTTPClient.RetryPolicy {
    fileprivate init(attempts: Int) {
        self.init()
        self.attempts = attempts
    }
}
