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
            throw ForgeFailure(.configuration, "\(ForgeAnswer.line(root)) is no URL of \(forge)")
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

    /// The answer, good or with a status that the request accepts.
    func ask(_ request: ForgeRequest) async throws(ForgeFailure) -> ForgeAnswer {
        let answer = try await answer(to: request)
        guard answer.isGood || request.accepted.contains(answer.status) else {
            throw ForgeFailure(answer, asking: operation(request), forge: forge)
        }
        return answer
    }

    // MARK: Repetition

    private func answer(to request: ForgeRequest) async throws(ForgeFailure) -> ForgeAnswer {
        var refusals = 0
        var pause = Duration.milliseconds(500)
        for attempt in 1... {
            let outcome = await attempted(request)
            let wait: Duration?
            switch outcome {
            case .success(let answer):
                if answer.isGood, request.credential == nil { source.proved() }
                if let limited = RateLimit.wait(answer, at: clock.now()) {
                    wait = attempt < 4 ? limited : nil
                    guard let wait, wait <= access.longestPause else { throw silenced(answer, for: limited) }
                } else if [401, 404].contains(answer.status), request.credential == nil,
                    let again = source.pause(afterRefusal: refusals, at: clock.now())
                {
                    refusals += 1
                    wait = again
                } else {
                    let isBusy = [500, 502, 503, 504].contains(answer.status)
                    wait = isBusy && request.isRepeatable && attempt < 3 ? pause : nil
                }
            case .failure(let failure):
                wait =
                    failure.isBeforeSending || request.isRepeatable && failure.mayPass
                    ? (attempt < 3 ? pause : nil) : nil
            }
            guard let wait, wait < budget.left(at: clock.now()) else { return try read(outcome, request) }
            pause *= 2
            do { try await clock.sleep(wait) } catch {
                throw ForgeFailure(.cancelled, "\(operation(request)) was cancelled")
            }
        }
        throw ForgeFailure(.unavailable, "\(operation(request)): no attempt is left")
    }

    private func silenced(_ answer: ForgeAnswer, for wait: Duration) -> ForgeFailure {
        budget.keepSilent(until: clock.now() + wait)
        return ForgeFailure(
            .rateLimited(wait: wait), "\(forge) asks to wait \(wait.components.seconds) s: \(answer.words)")
    }

    private func read(
        _ outcome: Result<ForgeAnswer, Failure>, _ request: ForgeRequest
    ) throws(ForgeFailure) -> ForgeAnswer {
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
            let credential: HTTPClient.Credential
            if let given = request.credential {
                credential = given
            } else {
                credential = try await source.credential(over: self)
            }
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
        message.deadline = min(access.deadline, budget.left(at: clock.now()))
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
        // Some stand behind the name of their scheme.
        let secrets = secrets + secrets.flatMap { $0.split(separator: " ").map(String.init) }.filter { $0.count > 7 }
        let text = secrets.reduce(response.text) { $1.utf8.count < 4 ? $0 : $0.replacing($1, with: "*****") }
        let read = { (json: JSON) in
            ForgeAnswer(status: response.status, json: json, headers: response.headers)
        }
        if text.utf8.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) { return noted(read(.null)) }
        if let json = try? JSON(parsing: text) { return noted(read(json)) }
        // With this status Azure DevOps shows its sign-in page.
        if response.status == 203 { throw ForgeFailure(read(.null), asking: operation(request), forge: forge) }
        // Proxies and load balancers say what is wrong in their own words.
        if request.needsNoJSON || !(200..<300).contains(response.status) { return noted(read(.null)) }
        throw ForgeFailure(
            .garbage, "\(forge)'s answer to \(operation(request)) is not JSON",
            hint: "check the forge's URL; a login page or a proxy may answer there")
    }

    private func noted(_ answer: ForgeAnswer) -> ForgeAnswer {
        budget.note(RateLimit(answer, at: clock.now()))
        return answer
    }

    private func operation(_ request: ForgeRequest) -> String {
        "\(request.method.rawValue) \(request.path.prefix { $0 != "?" })"
    }
}
