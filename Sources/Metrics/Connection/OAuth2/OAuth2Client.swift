internal import Analysis
internal import HTTP
internal import Rollouts

/// A client that gets its tokens for its own sake: the client credentials grant.
///
/// By https://www.rfc-editor.org/rfc/rfc6749#section-4.4
struct OAuth2Client: Hashable, Sendable {
    let tokenURL: String
    let id: String
    let secret: Secret
    let scopes: [String]
    /// Further fields, such as an audience.
    var parameters: [HTTPClient.Header] = []

    /// A token, and when it ends.
    ///
    /// The client proves itself in the header, as the standard asks of every server, and in the body where the server
    /// does not take that.
    func token(
        over connection: MetricConnection, now: () -> Timestamp
    ) async throws(MetricFailure) -> (Secret, end: Timestamp?) {
        var fields = [("grant_type", "client_credentials")]
        if !scopes.isEmpty { fields.append(("scope", scopes.joined(separator: " "))) }
        fields += parameters.map { ($0.name, $0.value) }
        var question = Question.form(tokenURL, fields)
        question.deadline = .seconds(15)
        question.responseLimit = 1 << 20
        question.concealed = [secret]
        question.authentication = .given(
            .basic(user: FormEncoding.encoded(id), password: Secret(FormEncoding.encoded(secret.revealed))))
        var response = try await connection.lenderResponse(to: question)
        if response.status == 400 || response.status == 401 {
            question.authentication = .anonymous
            question.body = FormEncoding.text(fields + [("client_id", id), ("client_secret", secret.revealed)])
            response = try await connection.lenderResponse(to: question)
        }
        return try Self.token(in: response, now: now)
    }

    static func token(
        in response: HTTPClient.Response, now: () -> Timestamp
    ) throws(MetricFailure) -> (Secret, end: Timestamp?) {
        guard response.status == 200 || response.status == 201 else {
            let json = try? JSON(parsing: response.body)
            let words = json?["error_description"]?.string ?? json?["error"]?.string
            let failure = ServiceAnswer.failure(response, words: words)
            throw MetricFailure(
                failure.code, "no token was given: \(failure.message)",
                hint: "check the client's id, its secret and the scopes")
        }
        let json = try ServiceAnswer.json(response)
        guard let token = json["access_token"]?.string, !token.isEmpty else {
            throw MetricFailure(.garbage, "the answer has no access_token", hint: "check the token's URL")
        }
        // Some servers write the number as a text.
        let seconds = json["expires_in"]?.double ?? json["expires_in"]?.string.flatMap(Double.init)
        guard let seconds, seconds.isFinite, seconds > 0 else { return (Secret(token), nil) }
        return (Secret(token), now() + .milliseconds(Int64(min(seconds, 31_536_000) * 1000)))
    }
}
