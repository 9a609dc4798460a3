internal import Analysis
internal import HTTP
internal import Rollouts

/// The way to one forge: credential, deadlines, budget, and what is sent again.
struct ForgeConnection: Sendable {
    let forge: String
    let root: String
    let clock: ForgeClock
    /// Whether requests may spend what is kept back.
    var isForRollback = false
    private let client: HTTPClient
    private let source: any CredentialSource
    private let budget: RequestBudget
    private let access: ForgeAccess

    /// - Parameter root: of the API, without a slash at the end.
    init(
        _ access: ForgeAccess, forge: String, root: String, source: any CredentialSource, clock: ForgeClock
    ) throws(ForgeFailure) {
        guard HTTPClient.Request.origin(of: root) != nil else {
            throw ForgeFailure(.configuration, "\(ForeignText.line(root)) is no URL of \(forge)")
        }
        var configuration = HTTPClient.Configuration()
        configuration.proxies = access.isLocal ? .none : access.proxies
        if access.isLocal { configuration.addresses = .unrestricted }
        if let file = access.caFile { configuration.trust = .file(file) }
        client = HTTPClient(configuration)
        budget = RequestBudget(access, from: clock.now())
        self.access = access
        self.forge = forge
        self.root = root
        self.source = source
        self.clock = clock
    }

    /// What the credential in use was given out for; nil where nobody says.
    var permissions: [String: String]? { source.permissions }

    /// What Git may show to the same forge; nil where the credential is not for it.
    func gitCredential() async throws(ForgeFailure) -> (user: String, token: Secret)? {
        try await source.gitCredential(over: self)
    }

    /// Budget and deadline of a run count from now.
    func beginRun() { budget.restart(at: clock.now()) }

    /// The answer, good or with a status that the request accepts.
    func ask(_ request: ForgeRequest) async throws(ForgeFailure) -> ForgeAnswer {
        let answer = try await answer(to: request)
        guard answer.isGood || request.accepted.contains(answer.status) else {
            throw ForgeFailure(answer, asking: operation(request), forge: forge)
        }
        return answer
    }

    // MARK: Repetition

    /// How often a request was sent, and what came of it.
    private struct Trials {
        var count = 0
        var refusals = 0

        /// Doubled with each.
        var pause: Duration { .milliseconds(500 << min(count - 1, 8)) }
    }

    private func answer(to request: ForgeRequest) async throws(ForgeFailure) -> ForgeAnswer {
        var trials = Trials()
        while true {
            let outcome = await attempted(request)
            trials.count += 1
            let pause =
                switch outcome {
                case .success(let answer): try pause(after: answer, to: request, &trials)
                case .failure(let failure): self.pause(after: failure, of: request, trials)
                }
            guard let pause, pause < budget.left(at: clock.now()) else { return try read(outcome) }
            do { try await clock.sleep(pause) } catch {
                throw ForgeFailure(.cancelled, "\(operation(request)) was cancelled")
            }
        }
    }

    /// How long to wait before the request is sent again; nil where the answer stands.
    private func pause(
        after answer: ForgeAnswer, to request: ForgeRequest, _ trials: inout Trials
    ) throws(ForgeFailure) -> Duration? {
        if answer.isGood, request.credential == nil { source.proved() }
        if let limit = RateLimit.wait(answer, at: clock.now()) {
            // What was refused for this was not done.
            guard trials.count < 4, limit <= access.longestPause else { throw silenced(answer, for: limit) }
            return limit
        }
        if [401, 403, 404].contains(answer.status), request.credential == nil,
            let pause = source.pause(afterRefusal: trials.refusals, at: clock.now())
        {
            trials.refusals += 1
            return pause
        }
        guard [500, 502, 503, 504].contains(answer.status), request.isRepeatable, trials.count < 3 else { return nil }
        let stated = answer[header: "retry-after"].flatMap { Int($0) }.map { Duration.seconds(max($0, 0)) }
        return min(max(stated ?? .zero, trials.pause), access.longestPause)
    }

    private func pause(after failure: Failure, of request: ForgeRequest, _ trials: Trials) -> Duration? {
        let mayBeSent = failure.isBeforeSending || request.isRepeatable && failure.mayPass
        return mayBeSent && trials.count < 3 ? trials.pause : nil
    }

    private func silenced(_ answer: ForgeAnswer, for wait: Duration) -> ForgeFailure {
        budget.keepSilent(until: clock.now() + wait)
        return ForgeFailure(
            .rateLimited(wait: wait), "\(forge) asks to wait \(wait.components.seconds) s: \(answer.words)")
    }

    private func read(_ outcome: Result<ForgeAnswer, Failure>) throws(ForgeFailure) -> ForgeAnswer {
        switch outcome {
        case .success(let answer): return answer
        case .failure(.http(let error)): throw ForgeFailure(error, forge: forge)
        case .failure(.other(let failure)): throw failure
        }
    }

    // MARK: One attempt

    private enum Failure: Error {
        case http(HTTPError)
        case other(ForgeFailure)

        /// Whether the forge has seen nothing of the request.
        var isBeforeSending: Bool {
            guard case .http(let error) = self else { return false }
            return error.code == .unreachable
        }

        var mayPass: Bool {
            guard case .http(let error) = self else { return false }
            return error.code == .unreachable || error.code == .interrupted
        }
    }

    private func attempted(_ request: ForgeRequest) async -> Result<ForgeAnswer, Failure> {
        do throws(ForgeFailure) {
            // What buys a token has a limit of its own, and without it Git may do nothing either.
            if let given = request.credential { return await exchange(request, given) }
            let credential = try await source.credential(over: self)
            try budget.take(forRollback: isForRollback, at: clock.now())
            return await exchange(request, credential)
        } catch {
            return .failure(.other(error))
        }
    }

    private func exchange(
        _ request: ForgeRequest, _ credential: HTTPClient.Credential
    ) async -> Result<ForgeAnswer, Failure> {
        var message = HTTPClient.Request(request.method, request.url(below: root))
        guard isOurs(message.url) else {
            return .failure(.other(ForgeFailure(.garbage, "\(forge) names an address of another host")))
        }
        message.headers = [.init("Accept", "application/json")] + request.headers
        if let body = request.body {
            message.body = Array(body.text.utf8)
            message.headers.append(.init("Content-Type", "application/json"))
        }
        message.credential = credential
        message.followsRedirects = request.followsRedirects
        message.deadline =
            request.credential == nil ? min(access.deadline, budget.left(at: clock.now())) : access.deadline
        message.responseLimit = 8 << 20
        let response: HTTPClient.Response
        do { response = try await client.send(message) } catch { return .failure(.http(error)) }
        do { return .success(try answer(response, to: request, concealing: credential.secrets)) } catch {
            return .failure(.other(error))
        }
    }

    /// Whether the credential may be shown there.
    private func isOurs(_ url: String) -> Bool {
        guard let one = HTTPClient.Request.target(of: url), let other = HTTPClient.Request.target(of: root) else {
            return false
        }
        return one.scheme == other.scheme && one.host == other.host && one.port == other.port
    }

    private func answer(
        _ response: HTTPClient.Response, to request: ForgeRequest, concealing secrets: [String]
    ) throws(ForgeFailure) -> ForgeAnswer {
        let text = hidden(secrets, in: response.text)
        let isEmpty = text.utf8.allSatisfy { [0x20, 0x0A, 0x0D, 0x09].contains($0) }
        let json = isEmpty ? JSON.null : try? JSON(parsing: text)
        let answer = ForgeAnswer(status: response.status, json: json ?? .null, headers: response.headers)
        budget.note(RateLimit(answer, at: clock.now()))
        // Proxies and load balancers say what is wrong in their own words.
        if json != nil || request.needsNoJSON || !answer.isGood { return answer }
        // With this status Azure DevOps shows its sign-in page.
        if response.status == 203 { throw ForgeFailure(answer, asking: operation(request), forge: forge) }
        throw ForgeFailure(
            .garbage, "\(forge)'s answer to \(operation(request)) is not JSON",
            hint: "check the forge's URL; a login page or a proxy may answer there")
    }

    /// The text without secrets, whether they stand in it as they are, as JSON writes them, or without the name of their
    /// scheme.
    private func hidden(_ secrets: [String], in text: String) -> String {
        let bare = secrets.flatMap { $0.split(separator: " ").map(String.init) }.filter { $0.utf8.count > 7 }
        let forms = (secrets + bare).flatMap { [$0, String(JSON.string($0).text.dropFirst().dropLast())] }
        return forms.filter { $0.utf8.count > 3 }.reduce(text) { $0.replacing($1, with: "*****") }
    }

    private func operation(_ request: ForgeRequest) -> String {
        "\(request.method.rawValue) \(request.path.prefix { $0 != "?" })"
    }
}
