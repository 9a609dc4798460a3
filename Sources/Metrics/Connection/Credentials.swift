internal import Analysis
internal import HTTP
internal import Rollouts

/// What proves the agent to each host: what the deployment gives for it, and what a template states as far as the
/// deployment lets it.
struct Credentials: Sendable {
    /// A token that was lent, so that a refused one can be given back.
    struct Grant: Sendable {
        fileprivate let lender: Lender
        fileprivate let token: Secret
    }

    fileprivate enum Lender: Hashable, Sendable {
        case oauth2(OAuth2Client)
        case google(GoogleIdentity)
    }

    private let access: MetricAccess
    private let vault: SecretVault
    private let aws: AWSIdentity
    private let now: @Sendable () -> Timestamp
    private let tokens: CredentialCache<Lender, Secret>
    private let keys: CredentialCache<AWSIdentity.Wish, AWSKeys>

    init(_ access: MetricAccess, environment: [String: String], now: @escaping @Sendable () -> Timestamp) {
        self.access = access
        self.now = now
        vault = SecretVault(folder: access.secretsFolder)
        aws = AWSIdentity(environment: environment)
        tokens = CredentialCache(now: now)
        keys = CredentialCache(now: now)
    }

    var awsRegion: String? { access.aws?.region ?? aws.region(profile: access.aws?.profile) }

    func forget(_ grant: Grant) {
        tokens.forget(grant.lender) { $0 == grant.token }
    }

    // MARK: Requests

    /// The request with everything that goes with it.
    func request(
        for question: Question, at place: Place, over connection: MetricConnection
    ) async throws(MetricFailure) -> PreparedRequest {
        var prepared = PreparedRequest(request: HTTPClient.Request(question.method, question.url))
        prepared.concealed = question.concealed
        var credentials: [HTTPClient.Credential] = []
        for header in question.headers {
            if SecretReference.occurs(in: header.value) {
                credentials.append(
                    .header(name: header.name, value: Secret(try revealed(header.value, at: [place]))))
                prepared.concealed += try secrets(in: header.value, at: place)
            } else {
                prepared.request.headers.append(header)
            }
        }
        if let body = question.body {
            if SecretReference.occurs(in: body) { prepared.concealed += try secrets(in: body, at: place) }
            prepared.request.body = Array(try revealed(body, at: [place]).utf8)
        }
        for header in place.entry?.headers ?? [] {
            if let file = header.valueFile {
                credentials.append(.header(name: header.name, value: try vault.file(file)))
            } else {
                prepared.request.headers.append(.init(header.name, header.value ?? ""))
            }
        }
        let hasOwn = question.headers.contains { $0.name.lowercased() == "authorization" }
        if let authentication = question.authentication {
            credentials += try await proof(authentication, at: place, over: connection, &prepared)
        } else if !hasOwn, let entry = place.entry {
            credentials += try await proof(of: entry, at: place, over: connection, &prepared)
        }
        prepared.request.credential = credentials.isEmpty ? nil : .all(credentials)
        return prepared
    }

    /// The text with each secret in the place of its mark, if all places may have it.
    private func revealed(_ text: String, at places: [Place]) throws(MetricFailure) -> String {
        try SecretReference.replaced(in: text) { reference throws(MetricFailure) in
            var secret = Secret("")
            for place in places { secret = try vault.secret(reference, for: place.entry, host: place.host) }
            return secret.revealed
        }
    }

    private func secrets(in text: String, at place: Place) throws(MetricFailure) -> [Secret] {
        var secrets: [Secret] = []
        _ = try SecretReference.replaced(in: text) { reference throws(MetricFailure) in
            secrets.append(try vault.secret(reference, for: place.entry, host: place.host))
            return ""
        }
        return secrets
    }

    // MARK: The deployment's

    private func proof(
        of entry: MetricAccess.Host, at place: Place, over connection: MetricConnection,
        _ prepared: inout PreparedRequest
    ) async throws(MetricFailure) -> [HTTPClient.Credential] {
        if let file = entry.bearerFile { return [.bearer(try vault.file(file))] }
        if let basic = entry.basic {
            return [.basic(user: basic.username, password: try vault.file(basic.passwordFile))]
        }
        if let oauth2 = entry.oauth2 {
            let parameters = (oauth2.parameters ?? [:]).sorted { $0.key < $1.key }
            let client = OAuth2Client(
                tokenURL: oauth2.tokenUrl, id: oauth2.clientId, secret: try vault.file(oauth2.clientSecretFile),
                scopes: oauth2.scopes ?? [], parameters: parameters.map { .init($0.key, $0.value) })
            return try await token(.oauth2(client), over: connection, &prepared)
        }
        if let google = entry.google {
            var identity = GoogleIdentity(key: nil)
            if let file = google.keyFile { identity.key = try vault.file(file) }
            if let scopes = google.scopes, !scopes.isEmpty { identity.scopes = scopes }
            return try await token(.google(identity), over: connection, &prepared)
        }
        guard let sigv4 = entry.sigv4 else { return [] }
        guard let service = sigv4.service ?? AWSHost(place.host)?.service else {
            throw MetricFailure(
                .configuration, "the deployment's metric access does not say which service of AWS \(place.host) is",
                hint: "state sigv4.service, for example aps or es")
        }
        return try await proof(
            .aws(service: service, region: nil, profile: nil, roleArn: nil), at: place, over: connection, &prepared)
    }

    // MARK: The template's

    private func proof(
        _ authentication: Question.Authentication, at place: Place, over connection: MetricConnection,
        _ prepared: inout PreparedRequest
    ) async throws(MetricFailure) -> [HTTPClient.Credential] {
        switch authentication {
        case .anonymous: return []
        case .given(let credential): return [credential]
        case .signed(let signer): return try sign(signer, at: place, &prepared)
        case .basic(let user, let password):
            let places = [place]
            prepared.concealed += try secrets(in: user + password, at: place)
            return [
                .basic(user: try revealed(user, at: places), password: Secret(try revealed(password, at: places)))
            ]
        case .secret(let name):
            func key(_ key: String) throws(MetricFailure) -> Secret {
                try vault.secret(SecretReference(name: name, key: key), for: place.entry, host: place.host)
            }
            if !vault.has(SecretReference(name: name, key: "username")) { return [.bearer(try key("token"))] }
            return [.basic(user: try key("username").revealed, password: try key("password"))]
        case .oauth2(let tokenURL, let id, let secret, let scopes):
            // The token is worth what the secret is, so that both hosts must be allowed to have that.
            let places = [place, try self.place(of: tokenURL)]
            let client = OAuth2Client(
                tokenURL: tokenURL, id: try revealed(id, at: places),
                secret: Secret(try revealed(secret, at: places)), scopes: scopes)
            return try await token(.oauth2(client), over: connection, &prepared)
        case .google(let name):
            let reference = SecretReference(name: name, key: "serviceAccountKey")
            if let entry = place.entry, entry.google != nil, !vault.has(reference) {
                return try await proof(of: entry, at: place, over: connection, &prepared)
            }
            let key = try vault.secret(reference, for: place.entry, host: place.host)
            return try await token(.google(GoogleIdentity(key: key)), over: connection, &prepared)
        case .aws(let service, let region, let profile, let role):
            let wish = try wish(service, region, profile, role, at: place)
            let keys = try await self.keys.value(for: wish) { () async throws(MetricFailure) in
                let keys = try await aws.keys(for: wish, over: connection)
                return (keys, end: keys.expires)
            }
            return try sign(SigV4Signer(keys: keys, region: wish.region, service: service), at: place, &prepared)
        }
    }

    private func place(of url: String) throws(MetricFailure) -> Place {
        guard let target = HTTPClient.Request.target(of: url) else {
            throw MetricFailure(.configuration, "\(ServiceAnswer.line(SecretReference.hidden(in: url))) is no URL")
        }
        return Place(
            host: target.host, target: target, entry: access.entry(host: target.host, port: target.port))
    }

    private func token(
        _ lender: Lender, over connection: MetricConnection, _ prepared: inout PreparedRequest
    ) async throws(MetricFailure) -> [HTTPClient.Credential] {
        let token = try await tokens.value(for: lender) { () async throws(MetricFailure) in
            switch lender {
            case .oauth2(let client): try await client.token(over: connection, now: now)
            case .google(let identity):
                try await identity.token(over: connection, environment: aws.environment, now: now)
            }
        }
        prepared.grant = Grant(lender: lender, token: token)
        return [.bearer(token)]
    }

    // MARK: AWS

    /// Whose keys sign for a host: those of the template as far as the deployment has listed them.
    private func wish(
        _ service: String, _ region: String?, _ profile: String?, _ role: String?, at place: Place
    ) throws(MetricFailure) -> AWSIdentity.Wish {
        let own = AWSHost(place.host)
        let stated = place.entry?.sigv4
        guard stated != nil || own?.service == service else {
            throw MetricFailure(
                .configuration, "requests to \(place.host) are not signed for AWS: it is no host of \(service)",
                hint: "the deployment's metric access says with sigv4 which other hosts take such signatures")
        }
        let roles = (access.aws?.roles ?? []) + [access.aws?.roleArn, stated?.roleArn].compactMap(\.self)
        if let role, !roles.contains(role) {
            throw MetricFailure(
                .configuration, "the template may not take the role \(ServiceAnswer.line(role))",
                hint: "the deployment's metric access lists under aws.roles which roles templates may take")
        }
        let profiles = (access.aws?.profiles ?? []) + [access.aws?.profile, stated?.profile].compactMap(\.self)
        if let profile, !profiles.contains(profile) {
            throw MetricFailure(
                .configuration, "the template may not use the AWS profile \(ServiceAnswer.line(profile))",
                hint: "the deployment's metric access lists under aws.profiles which ones templates may use")
        }
        guard let region = region ?? stated?.region ?? own?.region ?? awsRegion else {
            throw MetricFailure(
                .configuration, "no AWS region is named for \(place.host)",
                hint: "state region in the template, in the deployment's metric access, or as AWS_REGION")
        }
        return AWSIdentity.Wish(
            region: region, profile: profile ?? stated?.profile ?? access.aws?.profile,
            roleArn: role ?? stated?.roleArn ?? access.aws?.roleArn)
    }

    private func sign(
        _ signer: SigV4Signer, at place: Place, _ prepared: inout PreparedRequest
    ) throws(MetricFailure) -> [HTTPClient.Credential] {
        guard let target = place.target else { return [] }
        let signed = prepared.request.headers.filter { header in
            let name = header.name.lowercased()
            return name == "content-type" || name.hasPrefix("x-amz-")
        }
        let request = SigV4Signer.Request(
            method: prepared.request.method.rawValue, path: target.path, query: target.query,
            headers: signed + [.init("Host", target.authority)], body: prepared.request.body ?? [])
        return signer.headers(for: request, at: now()).map { .header(name: $0.name, value: Secret($0.value)) }
    }
}
