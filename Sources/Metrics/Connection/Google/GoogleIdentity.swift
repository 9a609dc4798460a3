internal import Analysis
internal import HTTP
internal import Rollouts
internal import WebTokens

/// Who the agent is to Google Cloud: a service account, by its key or by the metadata server of the pod.
struct GoogleIdentity: Hashable, Sendable {
    /// The key's JSON; nil where the metadata server is asked.
    var key: Secret?
    var scopes = ["https://www.googleapis.com/auth/monitoring.read"]

    func token(
        over connection: MetricConnection, environment: [String: String], now: () -> Timestamp
    ) async throws(MetricFailure) -> (Secret, end: Timestamp?) {
        if let key { return try await token(for: ServiceAccountKey(key), over: connection, now: now) }
        // https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
        let host = environment["GCE_METADATA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "metadata.google.internal"
        let base = "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token"
        var question = Question(.get, Question.url(base, [("scopes", scopes.joined(separator: ","))]))
        question.headers = [.init("Metadata-Flavor", "Google")]
        question.deadline = .seconds(10)
        question.responseLimit = 1 << 20
        return try OAuth2Client.token(in: try await connection.platformResponse(to: question), now: now)
    }

    /// Trades a signed assertion for a token.
    ///
    /// By https://developers.google.com/identity/protocols/oauth2/service-account#httprest
    private func token(
        for key: ServiceAccountKey, over connection: MetricConnection, now: () -> Timestamp
    ) async throws(MetricFailure) -> (Secret, end: Timestamp?) {
        let assertion = try key.assertion(scopes: scopes, at: now())
        var question = Question.form(
            key.tokenURL,
            [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.revealed)])
        question.deadline = .seconds(15)
        question.responseLimit = 1 << 20
        question.concealed = [assertion]
        question.authentication = .anonymous
        return try OAuth2Client.token(in: try await connection.lenderResponse(to: question), now: now)
    }
}

/// The key of a service account, as Google gives it out in a file.
struct ServiceAccountKey: Sendable {
    let email: String
    let tokenURL: String
    private let id: String?
    private let privateKey: Secret

    init(_ text: Secret) throws(MetricFailure) {
        guard let json = try? JSON(parsing: Array(text.revealed.utf8)), let email = json["client_email"]?.string,
            let key = json["private_key"]?.string
        else {
            throw MetricFailure(
                .configuration, "the service account's key is not one",
                hint: "it is the JSON file that Google gives for a service account, with client_email and private_key")
        }
        self.email = email
        privateKey = Secret(key)
        id = json["private_key_id"]?.string
        tokenURL = json["token_uri"]?.string ?? "https://oauth2.googleapis.com/token"
    }

    /// A token of RFC 7519 that says who asks for what, signed with RS256 and good for an hour.
    func assertion(scopes: [String], at time: Timestamp) throws(MetricFailure) -> Secret {
        let seconds = Int(time.milliseconds / 1000)
        let claims: JSON = [
            "iss": .string(email), "scope": .string(scopes.joined(separator: " ")), "aud": .string(tokenURL),
            "iat": .number("\(seconds)"), "exp": .number("\(seconds + 3600)"),
        ]
        do {
            return try SignedToken.rs256(claims, keyID: id, privateKey: privateKey)
        } catch {
            throw MetricFailure(
                .configuration, "the private key of \(email) cannot be read",
                hint: "it is an RSA key in PEM; was the file shortened, or its line breaks lost?")
        }
    }
}
