import Analysis
import Foundation
import HTTP
import Rollouts
import Support
import Synchronization
import Testing

@testable import Metrics

@Suite("Tokens of OAuth 2")
struct OAuth2ClientTests {
    private static let mark = SecretReference(name: "oauth", key: "secret").mark

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("oauth/secret", "cl+ent s3cret\n")
        return folder
    }

    /// A template's client at the server itself.
    private static func question(_ server: FakeServer, scopes: [String] = []) -> Question {
        var question = Question(.get, "\(server.url)/api")
        question.authentication = .oauth2(
            tokenURL: "\(server.url)/token", id: "head:gate", secret: mark, scopes: scopes)
        return question
    }

    // https://www.rfc-editor.org/rfc/rfc6749#section-4.4.3
    private static func token(_ number: Int, life: String = "3600") -> FakeServer.Answer {
        FakeServer.Answer(#"{"access_token":"token-\#(number)","token_type":"Bearer","expires_in":\#(life)}"#)
    }

    @Test func `A token is asked for once, with the client's secret in the header`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { request in
            request.path == "/token" ? Self.token(1) : FakeServer.Answer("{}")
        } _: { server in
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["oauth"] }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        #expect(await failure(connection, Self.question(server, scopes: ["a", "b"])) == nil)
                    }
                }
            }
            let asked = server.requests.filter { $0.path == "/token" }
            #expect(asked.count == 1)
            let request = try #require(asked.first)
            #expect(request.method == "POST")
            #expect(request.form == ["grant_type": "client_credentials", "scope": "a b"])
            // The id and the secret are form-encoded first, by section 2.3.1 of the standard.
            let encoded = Data("head%3Agate:cl%2Bent%20s3cret".utf8).base64EncodedString()
            #expect(request.headers["authorization"] == "Basic \(encoded)")
            let others = server.requests.filter { $0.path != "/token" }
            #expect(others.count == 20)
            #expect(others.allSatisfy { $0.headers["authorization"] == "Bearer token-1" })
        }
    }

    @Test func `A server that takes no header gets the secret in the body`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { request in
            guard request.path == "/token" else { return FakeServer.Answer("{}") }
            return request.headers["authorization"] == nil
                ? Self.token(1, life: "\"60\"") : FakeServer.Answer(#"{"error":"invalid_client"}"#, status: 401)
        } _: { server in
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["oauth"] }
            #expect(await failure(connection, Self.question(server)) == nil)
            #expect(
                server.requests[1].form == [
                    "grant_type": "client_credentials", "client_id": "head:gate", "client_secret": "cl+ent s3cret",
                ])
        }
    }

    @Test func `A refused token is replaced once, and a second refusal stands`() async throws {
        let folder = try Self.folder()
        let loans = Mutex(0)
        try await FakeServer.run { request in
            if request.path == "/token" {
                return Self.token(
                    loans.withLock { loans in
                        loans += 1
                        return loans
                    })
            }
            return FakeServer.Answer(
                "{}", status: request.headers["authorization"] == "Bearer token-2" ? 200 : 401)
        } _: { server in
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["oauth"] }
            #expect(await failure(connection, Self.question(server)) == nil)
            #expect(server.requests.map(\.path) == ["/token", "/api", "/token", "/api"])
            loans.withLock { $0 = 10 }
            let other = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["oauth"] }
            let refused = await failure(other, Self.question(server))
            #expect(refused?.code == .configuration)
            #expect(server.requests.count == 8)
        }
    }

    @Test func `A template's secret must be allowed to both hosts, since the token is worth as much`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { request in
            request.path == "/token" ? Self.token(1) : FakeServer.Answer("{}")
        } _: { server in
            var token = MetricAccess.Host(host: "127.0.0.1")
            var metrics = MetricAccess.Host(host: "localhost")
            (token.local, metrics.local) = (true, true)
            token.secrets = ["oauth"]
            for allowed in [false, true] {
                if allowed { metrics.secrets = ["oauth"] }
                var access = MetricAccess()
                access.secretsFolder = folder.path
                access.hosts = [token, metrics]
                var question = Self.question(server)
                question.url = question.url.replacing("127.0.0.1", with: "localhost")
                let outcome = await failure(MetricConnection(access, environment: [:]), question)
                if allowed {
                    #expect(outcome == nil)
                } else {
                    #expect(outcome?.message == "the secret oauth may not be sent to localhost")
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test func `The deployment's client serves every question to its host`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { request in
            request.path == "/token" ? Self.token(1) : FakeServer.Answer("{}")
        } _: { server in
            let connection = LocalAccess.connection { host in
                host.oauth2 = .init(
                    tokenUrl: "\(server.url.replacing("127.0.0.1", with: "localhost"))/token", clientId: "agent",
                    clientSecretFile: folder["oauth/secret"])
                host.oauth2?.parameters = ["audience": "metrics"]
                host.oauth2?.scopes = ["read"]
            }
            // The token's host has no entry of its own, and is a local one.
            #expect(await failure(connection, Question(.get, server.url))?.code == .configuration)
            var access = MetricAccess()
            var here = MetricAccess.Host(host: "127.0.0.1")
            var login = MetricAccess.Host(host: "localhost")
            (here.local, login.local) = (true, true)
            here.oauth2 = .init(
                tokenUrl: "\(server.url.replacing("127.0.0.1", with: "localhost"))/token", clientId: "agent",
                clientSecretFile: folder["oauth/secret"])
            here.oauth2?.parameters = ["audience": "metrics"]
            access.hosts = [here, login]
            #expect(await failure(MetricConnection(access, environment: [:]), Question(.get, server.url)) == nil)
            #expect(server.requests.first?.form == ["grant_type": "client_credentials", "audience": "metrics"])
            #expect(server.requests.last?.headers["authorization"] == "Bearer token-1")
        }
    }

    @Test(
        "A bad answer for a token says so, without the secret",
        arguments: [
            (400, #"{"error":"invalid_scope","error_description":"no cl+ent s3cret"}"#, .configuration),
            (200, "{}", .garbage), (200, "<html>", .garbage), (200, #"{"access_token":""}"#, .garbage),
            (503, "", .unavailable), (302, "", .configuration),
        ] as [(Int, String, MetricFailure.Code)])
    func badAnswers(status: Int, body: String, code: MetricFailure.Code) async throws {
        let folder = try Self.folder()
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status)
        } _: { server in
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["oauth"] }
            let refused = try #require(await failure(connection, Self.question(server)))
            #expect(refused.code == code)
            #expect(!refused.message.contains("s3cret"))
            #expect(server.requests.allSatisfy { $0.path == "/token" })
        }
    }
}
