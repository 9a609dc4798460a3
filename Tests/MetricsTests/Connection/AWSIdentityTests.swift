import Analysis
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

@Suite("The agent's identity at AWS")
struct AWSIdentityTests {
    private static let role = "arn:aws:iam::123456789012:role/metrics"
    private static let time = Timestamp(milliseconds: 1_700_000_000_000)
    private static let wish = Question.Authentication.aws(
        service: "aps", region: "eu-west-1", profile: nil, roleArn: nil)

    // What STS says: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Examples
    private static func keys(_ action: String, id: String, until end: Timestamp) -> FakeServer.Answer {
        FakeServer.Answer(
            """
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result>
              <SourceIdentity>DevUser123</SourceIdentity>
              <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/x</Arn></AssumedRoleUser>
              <Credentials>
                <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>wJalrXU&amp;tn</SecretAccessKey>
                <SessionToken>session-of-\(id)</SessionToken><Expiration>\(end.rfc3339)</Expiration>
              </Credentials>
            </\(action)Result></\(action)Response>
            """)
    }

    private static func isSTS(_ request: FakeServer.Request) -> Bool { request.path.hasPrefix("/sts") }

    /// The key that a request was signed with, and for which service.
    private static func signer(_ request: FakeServer.Request?) -> String? {
        let parts = request?.headers["authorization"]?.split(separator: "=").dropFirst().first?.split(separator: "/")
        return parts.map { "\($0[0]) \($0[2]) \($0[3])" }
    }

    private static func question(_ server: FakeServer, _ wish: Question.Authentication = wish) -> Question {
        var question = Question.form("\(server.url)/workspaces/ws-1/api/v1/query", [("query", "up")])
        question.authentication = wish
        return question
    }

    private static func connection(
        _ environment: [String: String], aws: MetricAccess.AWS? = nil, at time: Timestamp = time
    ) -> MetricConnection {
        LocalAccess.connection(environment: environment, at: time, aws: aws) { $0.sigv4 = MetricAccess.SigV4() }
    }

    // MARK: Where keys come from

    @Test func `Keys of the environment sign what goes over the wire`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let environment = [
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
            ]
            #expect(await failure(Self.connection(environment), Self.question(server)) == nil)
            let request = try #require(server.requests.first)
            #expect(Self.signer(request) == "AKIDEXAMPLE eu-west-1 aps")
            #expect(request.headers["x-amz-date"] == "20231114T221320Z")
            #expect(request.headers["x-amz-security-token"] == "session")
            // What arrived, signed again, has the signature that came with it.
            let signer = SigV4Signer(
                keys: AWSKeys(id: "AKIDEXAMPLE", secret: Secret("secret"), token: Secret("session")),
                region: "eu-west-1", service: "aps")
            let arrived = SigV4Signer.Request(
                method: request.method, path: request.path,
                headers: ["host", "content-type"].compactMap { name in
                    request.headers[name].map { HTTPClient.Header(name, $0) }
                }, body: Array(request.body.utf8))
            let expected = signer.headers(for: arrived, at: Self.time).last?.value
            #expect(request.headers["authorization"] == expected)
        }
    }

    @Test func `A pod's web identity is traded for keys, once until they end`() async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "pod.token.text\n")
        try await FakeServer.run { request in
            Self.isSTS(request)
                ? Self.keys("AssumeRoleWithWebIdentity", id: "ASIAPOD", until: Self.time + .seconds(3600))
                : FakeServer.Answer("{}")
        } _: { server in
            let connection = Self.connection([
                "AWS_ROLE_ARN": Self.role, "AWS_WEB_IDENTITY_TOKEN_FILE": token,
                "AWS_ENDPOINT_URL_STS": "\(server.url)/sts", "AWS_ROLE_SESSION_NAME": "shop",
            ])
            for _ in 0..<3 { #expect(await failure(connection, Self.question(server)) == nil) }
            #expect(server.requests.count == 4)
            let request = try #require(server.requests.first)
            #expect(
                request.form == [
                    "Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": Self.role,
                    "RoleSessionName": "shop", "WebIdentityToken": "pod.token.text",
                ])
            #expect(request.headers["authorization"] == nil)
            #expect(Self.signer(server.requests.last) == "ASIAPOD eu-west-1 aps")
            #expect(server.requests.last?.headers["x-amz-security-token"] == "session-of-ASIAPOD")
        }
    }

    @Test func `Keys that end within the minute are asked for again`() async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "pod.token.text")
        try await FakeServer.run { request in
            Self.isSTS(request)
                ? Self.keys("AssumeRoleWithWebIdentity", id: "ASIAPOD", until: Self.time + .seconds(50))
                : FakeServer.Answer("{}")
        } _: { server in
            let connection = Self.connection([
                "AWS_ROLE_ARN": Self.role, "AWS_WEB_IDENTITY_TOKEN_FILE": token,
                "AWS_ENDPOINT_URL_STS": "\(server.url)/sts",
            ])
            for _ in 0..<3 { #expect(await failure(connection, Self.question(server)) == nil) }
            #expect(server.requests.count(where: Self.isSTS) == 3)
        }
    }

    @Test func `A container's endpoint gives keys for the token in its file`() async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "container-token\n")
        try await FakeServer.run { request in
            // https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
            request.path == "/v1/credentials"
                ? FakeServer.Answer(
                    #"{"AccessKeyId":"ASIABOX","SecretAccessKey":"s","Token":"t","#
                        + #""Expiration":"2023-11-14T23:13:20Z","RoleArn":"r"}"#)
                : FakeServer.Answer("{}")
        } _: { server in
            // The endpoint is the platform's, and needs no entry for a local address.
            let connection = Self.connection([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token,
            ])
            #expect(await failure(connection, Self.question(server)) == nil)
            #expect(server.requests.first?.headers["authorization"] == "container-token")
            #expect(Self.signer(server.requests.last) == "ASIABOX eu-west-1 aps")
        }
        let stranger = Self.connection(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/keys"])
        var question = Question(.get, "http://127.0.0.1:1")
        question.authentication = Self.wish
        #expect(await failure(stranger, question)?.message.contains("FULL_URI") == true)
    }

    @Test(
        "Profiles give keys, and roles from where they say",
        arguments: [
            ("plain", "AKIAPLAIN eu-west-1 aps", []),
            ("taken", "ASIAROLE eu-west-1 aps", ["AKIAPLAIN eu-west-1 sts"]),
            ("twice", "ASIAROLE eu-west-1 aps", ["AKIAPLAIN eu-west-1 sts", "ASIAROLE eu-west-1 sts"]),
            ("itself", "ASIAROLE eu-west-1 aps", ["AKIASELF eu-west-1 sts"]),
            ("from-environment", "ASIAROLE eu-west-1 aps", ["AKIAENV eu-west-1 sts"]),
            ("web", "ASIAROLE eu-west-1 aps", [nil]),
        ] as [(String, String, [String?])])
    func profiles(name: String, signer: String, exchanges: [String?]) async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "pod.token.text")
        let configuration = try folder.write(
            "config",
            """
            # people's
            [profile plain]
            region = eu-north-1 # not asked for
            [profile taken]
            role_arn = \(Self.role)
            source_profile=plain
            external_id = 42
            [profile twice]
            role_arn = \(Self.role)
            source_profile = taken
            s3 =
              max_concurrent_requests = 20
            [profile itself]
            role_arn = \(Self.role)
            source_profile = itself
            [profile from-environment]
            role_arn = \(Self.role)
            credential_source = Environment
            [profile web]
            role_arn = \(Self.role)
            web_identity_token_file = \(token)
            """)
        let credentials = try folder.write(
            "credentials",
            """
            [plain]
            aws_access_key_id = AKIAPLAIN
            aws_secret_access_key = a=b#c
            [itself]
            aws_access_key_id = AKIASELF
            aws_secret_access_key = s
            """)
        try await FakeServer.run { request in
            guard Self.isSTS(request) else { return FakeServer.Answer("{}") }
            return Self.keys(request.form["Action"] ?? "", id: "ASIAROLE", until: Self.time + .seconds(3600))
        } _: { server in
            var aws = MetricAccess.AWS()
            aws.profile = name
            let connection = Self.connection(
                [
                    "AWS_CONFIG_FILE": configuration, "AWS_SHARED_CREDENTIALS_FILE": credentials,
                    "AWS_ENDPOINT_URL_STS": "\(server.url)/sts", "AWS_ACCESS_KEY_ID": "AKIAENV",
                    "AWS_SECRET_ACCESS_KEY": "e",
                ], aws: aws)
            #expect(await failure(connection, Self.question(server)) == nil)
            #expect(Self.signer(server.requests.last) == signer)
            let asked = server.requests.filter(Self.isSTS)
            #expect(asked.map(Self.signer) == exchanges)
            if name == "taken" { #expect(asked[0].form["ExternalId"] == "42") }
        }
        let read = AWSProfiles(environment: [
            "AWS_CONFIG_FILE": configuration, "AWS_SHARED_CREDENTIALS_FILE": credentials,
        ])
        #expect(read["plain"]?["region"] == "eu-north-1")
        #expect(read["plain"]?["aws_secret_access_key"] == "a=b#c")
    }

    @Test(
        "A profile that leads nowhere says why",
        arguments: [
            ("absent", "does not exist"), ("circle", "leads in a circle"), ("people", "has no keys and no role"),
            ("loose", "does not say from where"), ("empty", "keys that are not set"),
            ("boxed", "there is no container"),
        ])
    func lostProfiles(name: String, words: String) async throws {
        let folder = try TemporaryFolder()
        let configuration = try folder.write(
            "config",
            """
            [profile circle]
            role_arn = r
            source_profile = round
            [profile round]
            role_arn = r
            source_profile = circle
            [profile people]
            sso_session = me
            [profile loose]
            role_arn = r
            [profile empty]
            role_arn = r
            credential_source = Environment
            [profile boxed]
            role_arn = r
            credential_source = EcsContainer
            """)
        var question = Question(.get, "http://127.0.0.1:1")
        question.authentication = Self.wish
        let connection = Self.connection(["AWS_CONFIG_FILE": configuration, "AWS_PROFILE": name])
        let refused = try #require(await failure(connection, question))
        #expect(refused.code == .configuration)
        #expect(refused.message.contains(words), "\(refused.message)")
    }

    @Test func `Without any identity the hint says how the agent gets one`() async throws {
        var question = Question(.get, "http://127.0.0.1:1")
        question.authentication = Self.wish
        let refused = try #require(await failure(Self.connection([:]), question))
        #expect(refused.message == "the agent has no AWS credentials")
        #expect(refused.hint?.contains("IRSA") == true)
    }

    // MARK: Roles

    @Test func `A template takes only roles and profiles that the deployment lists`() async throws {
        try await FakeServer.run { request in
            Self.isSTS(request)
                ? Self.keys("AssumeRole", id: "ASIAROLE", until: Self.time + .seconds(3600)) : FakeServer.Answer("{}")
        } _: { server in
            let environment = [
                "AWS_ACCESS_KEY_ID": "AKIABASE", "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_ENDPOINT_URL_STS": "\(server.url)/sts",
            ]
            let wish = Question.Authentication.aws(
                service: "aps", region: "eu-west-1", profile: nil, roleArn: Self.role)
            let refused = try #require(await failure(Self.connection(environment), Self.question(server, wish)))
            #expect(refused.code == .configuration)
            #expect(refused.hint?.contains("aws.roles") == true)
            let profiled = Question.Authentication.aws(
                service: "aps", region: "eu-west-1", profile: "production", roleArn: nil)
            let other = await failure(Self.connection(environment), Self.question(server, profiled))
            #expect(other?.hint?.contains("aws.profiles") == true)
            #expect(server.requests.isEmpty)

            var aws = MetricAccess.AWS()
            aws.roles = [Self.role]
            #expect(await failure(Self.connection(environment, aws: aws), Self.question(server, wish)) == nil)
            let asked = try #require(server.requests.first)
            #expect(Self.signer(asked) == "AKIABASE eu-west-1 sts")
            #expect(asked.form["Action"] == "AssumeRole")
            #expect(asked.form["RoleArn"] == Self.role)
            #expect(Self.signer(server.requests.last) == "ASIAROLE eu-west-1 aps")
        }
    }

    @Test func `A role that is refused is said with the words of STS, and without the token`() async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "pod.token.text")
        try await FakeServer.run { request in
            FakeServer.Answer(
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized: "
                    + "\(request.form["WebIdentityToken"] ?? "")</Message></Error></ErrorResponse>", status: 403)
        } _: { server in
            let connection = Self.connection([
                "AWS_ROLE_ARN": Self.role, "AWS_WEB_IDENTITY_TOKEN_FILE": token,
                "AWS_ENDPOINT_URL_STS": "\(server.url)/sts",
            ])
            let refused = try #require(await failure(connection, Self.question(server)))
            #expect(
                refused.message
                    == "AWS STS gives no keys for \(Self.role): the server answered 403: Not authorized: *****")
            #expect(refused.hint == "does the role trust the agent's identity?")
        }
    }

    // MARK: Hosts

    @Test func `Signatures go to AWS' hosts, and to others only where the deployment says so`() async throws {
        let environment = ["AWS_ACCESS_KEY_ID": "AKIABASE", "AWS_SECRET_ACCESS_KEY": "s"]
        for url in ["http://127.0.0.1:1", "https://monitoring.eu-west-1.amazonaws.com.example.com"] {
            var question = Question(.get, url)
            question.authentication = Self.wish
            let refused = try #require(await failure(LocalAccess.connection(environment: environment), question))
            #expect(refused.code == .configuration)
            #expect(refused.hint?.contains("sigv4") == true)
        }
    }

    @Test func `A host of the deployment's is signed for without a word of the template`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let connection = LocalAccess.connection(environment: [
                "AWS_ACCESS_KEY_ID": "AKIABASE", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-central-1",
            ]) { host in
                host.sigv4 = MetricAccess.SigV4()
                host.sigv4?.service = "es"
            }
            #expect(await failure(connection, Question(.get, "\(server.url)/index/_search?q=a%20b")) == nil)
            #expect(Self.signer(server.requests.first) == "AKIABASE eu-central-1 es")
        }
    }

    @Test func `No region is a mistake with a way out`() async throws {
        var question = Question(.get, "http://127.0.0.1:1")
        question.authentication = .aws(service: "aps", region: nil, profile: nil, roleArn: nil)
        let connection = Self.connection(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"])
        #expect(await failure(connection, question)?.hint?.contains("AWS_REGION") == true)
    }
}
