internal import Analysis
internal import HTTP
internal import Rollouts

/// AWS' service that gives keys for a role.
///
/// By https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
struct SecurityTokenService: Sendable {
    let url: String
    let region: String

    /// - Parameter environment: may name another endpoint, as for every AWS tool.
    init(region: String, environment: [String: String]) {
        self.region = region
        let stated = environment["AWS_ENDPOINT_URL_STS"] ?? environment["AWS_ENDPOINT_URL"]
        url = stated ?? "https://sts.\(region).\(AWSHost.domain(of: region))"
    }

    /// The role of a pod, for the token that Kubernetes has given it.
    func role(
        _ role: String, session: String, webIdentity token: Secret, over connection: MetricConnection
    ) async throws(MetricFailure) -> AWSKeys {
        let fields = fields("AssumeRoleWithWebIdentity", role, session)
        return try await keys(fields + [("WebIdentityToken", token.revealed)], over: connection) { question in
            question.concealed = [token]
            question.authentication = .anonymous
        }
    }

    /// A role that whoever has `keys` may take.
    func role(
        _ role: String, session: String, externalID: String?, as keys: AWSKeys, over connection: MetricConnection
    ) async throws(MetricFailure) -> AWSKeys {
        let external = externalID.map { [("ExternalId", $0)] } ?? []
        let fields = fields("AssumeRole", role, session) + external
        return try await self.keys(fields, over: connection) { question in
            question.authentication = .signed(SigV4Signer(keys: keys, region: region, service: "sts"))
        }
    }

    private func fields(_ action: String, _ role: String, _ session: String) -> [(String, String)] {
        [("Action", action), ("Version", "2011-06-15"), ("RoleArn", role), ("RoleSessionName", session)]
    }

    private func keys(
        _ fields: [(String, String)], over connection: MetricConnection, _ change: (inout Question) -> Void
    ) async throws(MetricFailure) -> AWSKeys {
        var question = Question.form(url, fields)
        question.deadline = .seconds(15)
        question.responseLimit = 1 << 20
        change(&question)
        let response = try await connection.lenderResponse(to: question)
        let answer = response.text
        guard response.status == 200 else {
            let words = Self.element("Message", in: answer) ?? Self.element("Code", in: answer)
            let failure = ServiceAnswer.failure(response, words: words)
            throw MetricFailure(
                failure.code, "AWS STS gives no keys for \(fields[2].1): \(failure.message)",
                hint: "does the role trust the agent's identity?")
        }
        guard let id = Self.element("AccessKeyId", in: answer),
            let secret = Self.element("SecretAccessKey", in: answer),
            let token = Self.element("SessionToken", in: answer),
            let end = Self.element("Expiration", in: answer).flatMap(Timestamp.init(rfc3339:))
        else { throw MetricFailure(.garbage, "the answer of AWS STS has no keys in it") }
        return AWSKeys(id: id, secret: Secret(secret), token: Secret(token), expires: end)
    }

    /// The text of an element that has no other in it.
    private static func element(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>"),
            let end = text[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        let inside = text[start.upperBound..<end.lowerBound]
        return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(String(inside)) { $0.replacing($1.0, with: $1.1) }
    }
}
