internal import Analysis
internal import FoundationEssentials
internal import HTTP
internal import Rollouts

/// Who the agent is to AWS, found where the AWS tools look.
///
/// That is the environment, a pod's web identity, profiles, and the endpoint of a container. The metadata service of the
/// node is not asked: its role is not the agent's. By
/// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
struct AWSIdentity: Sendable {
    /// Whose keys are wanted.
    struct Wish: Hashable, Sendable {
        var region: String
        var profile: String?
        /// A role to take from there.
        var roleArn: String?
    }

    let environment: [String: String]

    /// The region that the environment or its profile states.
    func region(profile: String?) -> String? {
        self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"]
            ?? AWSProfiles(environment: environment)[profile ?? self["AWS_PROFILE"] ?? "default"]?["region"]
    }

    func keys(for wish: Wish, over connection: MetricConnection) async throws(MetricFailure) -> AWSKeys {
        let search = Search(environment: environment, region: wish.region, connection: connection)
        let own = try await search.keys(profile: wish.profile)
        guard let role = wish.roleArn else { return own }
        return try await search.service.role(
            role, session: search.session, externalID: nil, as: own, over: connection)
    }

    private subscript(name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// One look for keys.
private struct Search {
    let environment: [String: String]
    let connection: MetricConnection
    let service: SecurityTokenService
    let profiles: AWSProfiles

    init(environment: [String: String], region: String, connection: MetricConnection) {
        self.environment = environment.filter { !$0.value.isEmpty }
        self.connection = connection
        service = SecurityTokenService(region: region, environment: self.environment)
        profiles = AWSProfiles(environment: environment)
    }

    var session: String { environment["AWS_ROLE_SESSION_NAME"] ?? "headgate" }

    func keys(profile: String?) async throws(MetricFailure) -> AWSKeys {
        if let profile { return try await keys(of: profile, depth: 0) }
        if let keys = environmentKeys { return keys }
        if let role = environment["AWS_ROLE_ARN"], let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] {
            return try await webIdentity(role, file)
        }
        let name = environment["AWS_PROFILE"] ?? "default"
        if environment["AWS_PROFILE"] != nil || profiles[name]?.keys.contains(where: Self.namesKeys) == true {
            return try await keys(of: name, depth: 0)
        }
        if let keys = try await containerKeys() { return keys }
        throw MetricFailure(
            .configuration, "the agent has no AWS credentials",
            hint: "give its service account a role (EKS: IRSA or Pod Identity), or set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY")
    }

    // MARK: Environment

    private var environmentKeys: AWSKeys? {
        guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            return nil
        }
        return AWSKeys(id: id, secret: Secret(secret), token: environment["AWS_SESSION_TOKEN"].map(Secret.init))
    }

    private func webIdentity(_ role: String, _ file: String) async throws(MetricFailure) -> AWSKeys {
        let token = try SecretVault(folder: nil).file(file)
        return try await service.role(role, session: session, webIdentity: token, over: connection)
    }

    // MARK: Profiles

    private static func namesKeys(_ setting: String) -> Bool {
        ["aws_access_key_id", "role_arn", "credential_process", "sso_session", "sso_start_url"].contains(setting)
    }

    private func keys(of profile: String, depth: Int) async throws(MetricFailure) -> AWSKeys {
        guard let settings = profiles[profile], depth < 5 else {
            let problem = depth < 5 ? "does not exist" : "leads in a circle of source profiles"
            throw MetricFailure(
                .configuration, "the AWS profile \(profile) \(problem)",
                hint: "AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name the files with the profiles")
        }
        if let role = settings["role_arn"] { return try await keys(role, settings, profile, depth) }
        guard let id = settings["aws_access_key_id"], let secret = settings["aws_secret_access_key"] else {
            throw MetricFailure(
                .configuration, "the AWS profile \(profile) has no keys and no role that can be taken",
                hint: "single sign-on and credential_process are for people; give the agent a role")
        }
        return AWSKeys(id: id, secret: Secret(secret), token: settings["aws_session_token"].map(Secret.init))
    }

    private func keys(
        _ role: String, _ settings: [String: String], _ profile: String, _ depth: Int
    ) async throws(MetricFailure) -> AWSKeys {
        if let file = settings["web_identity_token_file"] { return try await webIdentity(role, file) }
        let source: AWSKeys
        switch (settings["source_profile"], settings["credential_source"]?.lowercased()) {
        // A profile may name itself: its own keys take its role.
        case (profile?, _):
            guard let id = settings["aws_access_key_id"], let secret = settings["aws_secret_access_key"] else {
                throw MetricFailure(.configuration, "the AWS profile \(profile) names itself and has no keys")
            }
            source = AWSKeys(id: id, secret: Secret(secret), token: settings["aws_session_token"].map(Secret.init))
        case (let other?, _): source = try await keys(of: other, depth: depth + 1)
        case (_, "environment"?):
            guard let keys = environmentKeys else {
                throw MetricFailure(.configuration, "the AWS profile \(profile) takes keys that are not set")
            }
            source = keys
        case (_, "ecscontainer"?):
            guard let keys = try await containerKeys() else {
                throw MetricFailure(
                    .configuration, "the AWS profile \(profile) takes a container's keys, and there is no container")
            }
            source = keys
        default:
            throw MetricFailure(
                .configuration, "the AWS profile \(profile) does not say from where its role is taken",
                hint: "state source_profile, web_identity_token_file, or credential_source: Environment or EcsContainer"
            )
        }
        return try await service.role(
            role, session: settings["role_session_name"] ?? session, externalID: settings["external_id"], as: source,
            over: connection)
    }

    // MARK: Containers

    /// The endpoint that ECS and EKS Pod Identity give a container.
    ///
    /// By https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    private func containerKeys() async throws(MetricFailure) -> AWSKeys? {
        let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].map { "http://169.254.170.2\($0)" }
        guard let url = relative ?? environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        guard let target = HTTPClient.Request.target(of: url),
            target.scheme == "https" || Self.containerHosts.contains(target.host)
        else {
            throw MetricFailure(
                .configuration, "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an address that has a container's keys")
        }
        var question = Question(.get, url)
        question.deadline = .seconds(10)
        question.responseLimit = 1 << 20
        var token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map(Secret.init)
        if let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            token = try SecretVault(folder: nil).file(file)
        }
        if let token { question.authentication = .given(.header(name: "Authorization", value: token)) }
        let response = try await connection.platformResponse(to: question)
        guard response.status == 200 else { throw ServiceAnswer.failure(response) }
        let json = try ServiceAnswer.json(response)
        guard let id = json["AccessKeyId"]?.string, let secret = json["SecretAccessKey"]?.string else {
            throw MetricFailure(.garbage, "the container's endpoint gives no keys")
        }
        return AWSKeys(
            id: id, secret: Secret(secret), token: json["Token"]?.string.map(Secret.init),
            expires: json["Expiration"]?.string.flatMap(Timestamp.init(rfc3339:)))
    }

    /// Where keys may be asked for without encryption.
    private static let containerHosts: Set<String> = [
        "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "127.0.0.1", "localhost", "[::1]",
    ]
}
