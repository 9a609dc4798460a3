internal import Analysis
internal import HTTP
internal import Rollouts
internal import Synchronization
internal import WebTokens

/// The tokens of a GitHub App for one repository.
///
/// By https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app: a signed token of a few
/// minutes proves the App, and buys a token of an hour for the installation, with the fewest rights that will do.
final class GitHubApp: CredentialSource {
    private struct Token {
        let text: Secret
        let minted: Timestamp
        let end: Timestamp
        let permissions: [String: String]
        /// Whether it has been taken once: the first answers of a new one may come from where it is not known yet.
        var isProven = false
    }

    private let key: GitHubAppKey
    private let repository: String
    private let name: String
    private let token = Mutex<Token?>(nil)

    /// - Parameter repository: the path of the repository in the API.
    init(_ key: GitHubAppKey, repository: String, name: String) {
        self.key = key
        self.repository = repository
        self.name = name
    }

    func credential(over connection: ForgeConnection) async throws(ForgeFailure) -> HTTPClient.Credential {
        let now = connection.clock.now()
        if let kept = token.withLock({ $0 }), now < kept.end - .seconds(60) { return .bearer(kept.text) }
        let minted = try await mint(over: connection)
        token.withLock { $0 = minted }
        return .bearer(minted.text)
    }

    func pause(afterRefusal count: Int, at now: Timestamp) -> Duration? {
        guard let kept = token.withLock({ $0 }), !kept.isProven, now - kept.minted < .seconds(60) else { return nil }
        let pauses = [1, 3, 10]
        return count < pauses.count ? .seconds(pauses[count]) : nil
    }

    func proved() { token.withLock { $0?.isProven = true } }

    var permissions: [String: String]? { token.withLock { $0?.permissions } }

    /// The installation's token, after it was taken once: Git does not wait until every server knows it.
    ///
    /// By https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation.
    func gitCredential(over connection: ForgeConnection) async throws(ForgeFailure) -> (user: String, token: Secret)? {
        // Whatever is left of the budget: without the token there is no rollback either.
        var connection = connection
        connection.isForRollback = true
        _ = try await credential(over: connection)
        if token.withLock({ $0?.isProven }) != true {
            var request = ForgeRequest(.get, repository)
            request.headers = GitHub.headers
            do throws(ForgeFailure) {
                _ = try await connection.ask(request)
            } catch {
                // Git is not asked to wait because the API wants to be left alone.
                switch error.code {
                case .budget, .rateLimited: break
                default: throw error
                }
            }
        }
        return token.withLock { $0 }.map { ("x-access-token", $0.text) }
    }

    // MARK: Minting

    private func mint(over connection: ForgeConnection) async throws(ForgeFailure) -> Token {
        let now = connection.clock.now()
        let proof = HTTPClient.Credential.bearer(try assertion(at: now))
        let installation = try await installation(proof, connection)
        let body: JSON = [
            "repositories": [.string(name)],
            "permissions": [
                "contents": "write", "pull_requests": "write", "statuses": "write", "metadata": "read",
            ],
        ]
        // Another token does no harm, so that a lost answer is asked for again.
        let request = ForgeRequest(
            .post, "/app/installations/\(installation)/access_tokens", body: body, accepting: [401, 404, 422])
        let json = try await ask(request.repeatable, proof, connection)
        guard let text = json["token"]?.string,
            let end = json["expires_at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
        else { throw .lacking("token", in: "GitHub") }
        let granted = (json["permissions"]?.members ?? []).compactMap { member in
            member.value.string.map { (member.name, $0) }
        }
        return Token(
            text: Secret(text), minted: now, end: end, permissions: Dictionary(granted) { first, _ in first })
    }

    // https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app
    private func installation(
        _ proof: HTTPClient.Credential, _ connection: ForgeConnection
    ) async throws(ForgeFailure) -> Int {
        if let known = key.installation { return known }
        let request = ForgeRequest(.get, "\(repository)/installation", accepting: [401, 404])
        guard let id = try await ask(request, proof, connection)["id"]?.int else {
            throw .lacking("installation", in: "GitHub")
        }
        return id
    }

    private func ask(
        _ request: ForgeRequest, _ proof: HTTPClient.Credential, _ connection: ForgeConnection
    ) async throws(ForgeFailure) -> JSON {
        var request = request
        request.credential = proof
        request.headers = GitHub.headers
        let answer = try await connection.ask(request)
        switch answer.status {
        case 401: throw refused(answer, at: connection.clock.now())
        case 404:
            throw ForgeFailure(
                .configuration, "the GitHub App \(key.issuer) is not installed for \(name)",
                hint: "install it for the repository, or correct the installation's id")
        case 422:
            throw ForgeFailure(
                .configuration, "GitHub gives the App \(key.issuer) no token: \(answer.words)",
                hint: "the installation needs contents, pull requests and commit statuses with write access")
        default: return answer.json
        }
    }

    /// A wrong clock is the likeliest reason, and the answer says what the time is.
    private func refused(_ answer: ForgeAnswer, at now: Timestamp) -> ForgeFailure {
        let message = "GitHub does not take the signature of the App \(key.issuer): \(answer.words)"
        if let date = answer[header: "date"], let theirs = Timestamp(httpDate: date) {
            let seconds = Int((now.seconds - theirs.seconds).rounded())
            if abs(seconds) > 30 {
                return ForgeFailure(
                    .configuration,
                    "\(message); the clock here is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") GitHub's, \(date)",
                    hint: "set the clock")
            }
        }
        return ForgeFailure(.configuration, message, hint: "check the client id and that the private key is the App's")
    }

    /// Good from a minute ago, since clocks differ, and for eight minutes from now: GitHub takes no more than ten.
    private func assertion(at now: Timestamp) throws(ForgeFailure) -> Secret {
        let seconds = now.milliseconds / 1000
        let claims: JSON = [
            "iat": .number("\(seconds - 60)"), "exp": .number("\(seconds + 480)"), "iss": .string(key.issuer),
        ]
        do {
            return try SignedToken.rs256(claims, privateKey: key.privateKey)
        } catch {
            throw ForgeFailure(
                .configuration, "the private key of the GitHub App \(key.issuer) cannot be read",
                hint: "it is an RSA key in PEM; was the file shortened, or its line breaks lost?")
        }
    }
}
