import Analysis
import Foundation
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

/// The failure of one question; nil where it has an answer.
func failure(_ connection: MetricConnection, _ question: Question) async -> MetricFailure? {
    do throws(MetricFailure) {
        _ = try await connection.answer(to: question)
        return nil
    } catch {
        return error
    }
}

@Suite("Metric connection")
struct MetricConnectionTests {
    private static let mark = SecretReference(name: "keys", key: "api").mark

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("keys/api", "s3cret-value\n")
        try folder.write("other/api", "another-value")
        try folder.write("token", "t0ken-value \n\n")
        return folder
    }

    /// Entries for the two names that this machine has.
    private static func connection(
        _ folder: TemporaryFolder, _ change: (inout MetricAccess.Host, inout MetricAccess.Host) -> Void
    ) -> MetricConnection {
        var address = MetricAccess.Host(host: "127.0.0.1")
        var name = MetricAccess.Host(host: "localhost")
        (address.local, name.local) = (true, true)
        change(&address, &name)
        var access = MetricAccess()
        access.secretsFolder = folder.path
        access.hosts = [address, name]
        return MetricConnection(access, firstPause: .milliseconds(5), environment: [:])
    }

    // MARK: Secrets

    @Test func `A secret goes to the hosts that may have it, in a header or the body, and to no other`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let connection = Self.connection(folder) { address, _ in address.secrets = ["keys"] }
            var question = Question(.post, server.url)
            question.headers = [.init("X-Key", "key \(Self.mark)"), .init("X-Plain", "p")]
            question.body = "a=\(Self.mark)&b"
            #expect(await failure(connection, question) == nil)
            let request = try #require(server.requests.first)
            #expect(request.headers["x-key"] == "key s3cret-value")
            #expect(request.headers["x-plain"] == "p")
            #expect(request.body == "a=s3cret-value&b")

            question.url = server.url.replacing("127.0.0.1", with: "localhost")
            let refused = try #require(await failure(connection, question))
            #expect(refused.code == .configuration)
            #expect(refused.message == "the secret keys may not be sent to localhost")
            question.url = server.url
            question.headers = [.init("X-Key", SecretReference(name: "other", key: "api").mark)]
            #expect(await failure(connection, question)?.message == "the secret other may not be sent to 127.0.0.1")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `A secret in a URL is refused before anybody is asked`() async throws {
        let folder = try Self.folder()
        let connection = Self.connection(folder) { address, _ in address.secrets = ["keys"] }
        let refused = try #require(
            await failure(connection, Question(.get, "http://127.0.0.1:1/?key=\(Self.mark)")))
        #expect(refused.message == "a secret may not stand in a URL")
        #expect(refused.hint == "send it in a header")
    }

    @Test(
        "A name that leads out of the folder of secrets is no secret",
        arguments: [("..", "passwd"), ("keys", ".."), ("keys", ""), ("keys", "a/b"), ("", "api"), (".", "token")])
    func names(name: String, key: String) async throws {
        let folder = try Self.folder()
        let connection = Self.connection(folder) { address, _ in address.secrets = [name] }
        var question = Question(.get, "http://127.0.0.1:1")
        question.headers = [.init("X-Key", SecretReference(name: name, key: key).mark)]
        #expect(await failure(connection, question)?.code == .configuration)
    }

    @Test func `A secret that is not mounted is named with its file`() async throws {
        let folder = try Self.folder()
        let connection = Self.connection(folder) { address, _ in address.secrets = ["keys"] }
        var question = Question(.get, "http://127.0.0.1:1")
        question.headers = [.init("X-Key", SecretReference(name: "keys", key: "absent").mark)]
        let refused = try #require(await failure(connection, question))
        #expect(refused.message == "cannot read \(folder.path)/keys/absent")
        #expect(refused.hint?.contains("mounted") == true)
    }

    @Test func `What a server repeats of its credentials stays hidden`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { request in
            let headers = request.headers.values.joined(separator: " ")
            return FakeServer.Answer("{\"error\":\"\(headers) \(request.body)\"}", status: 403)
        } _: { server in
            let connection = Self.connection(folder) { address, _ in
                address.secrets = ["keys"]
                address.headers = [
                    .init(name: "X-Token", valueFile: folder["token"]), .init(name: "X-Scope", value: "team-shop"),
                ]
            }
            var question = Question(.post, server.url)
            question.authentication = .basic(user: "me", password: Self.mark)
            question.body = "password=\(Self.mark)"
            let refused = try #require(await failure(connection, question))
            #expect(refused.message.contains("*****"))
            // What stands in the deployment's file itself is no secret.
            #expect(refused.message.contains("team-shop"))
            for secret in ["s3cret-value", "t0ken-value", Data("me:s3cret-value".utf8).base64EncodedString()] {
                #expect(!refused.message.contains(secret))
            }
        }
    }

    @Test func `A token that is repeated without its scheme stays hidden, in answers of any length`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { request in
            let status = request.path == "/good" ? 200 : 403
            let token = (request.headers["x-key"] ?? "").split(separator: " ").last ?? ""
            let filler = String(repeating: "x", count: 100_000)
            return FakeServer.Answer("{\"filler\":\"\(filler)\",\"error\":\"no \(token)\"}", status: status)
        } _: { server in
            let connection = Self.connection(folder) { address, _ in address.secrets = ["keys"] }
            for path in ["/good", "/bad"] {
                var question = Question(.get, server.url + path)
                question.headers = [.init("X-Key", "Api-Token \(Self.mark)")]
                let response = try await connection.response(to: question)
                #expect(response.text.hasSuffix(#""error":"no *****"}"#))
                #expect(!response.text.contains("s3cret-value"))
            }
        }
    }

    // MARK: Connections

    @Test(
        "A busy service is connected",
        arguments: [429, 500, 503])
    func busy(status: Int) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("", status: status)
        } _: { server in
            let failure = try #require(await failure(LocalAccess.connection(), Question(.get, server.url)))
            #expect(failure.code == .unavailable)
            #expect(failure.isConnected)
        }
    }

    @Test func `What cannot be reached is not connected, and what is slow is`() async throws {
        let nobody = try #require(await failure(LocalAccess.connection(), Question(.get, "http://127.0.0.1:1/")))
        #expect(nobody.code == .unavailable)
        #expect(!nobody.isConnected)
        #expect(!nobody.hinting("look").isConnected)
        let server = try RawServer(sending: "", then: .hang)
        defer { server.stop() }
        var question = Question(.get, server.url)
        question.deadline = .milliseconds(200)
        let slow = try #require(await failure(LocalAccess.connection(), question))
        #expect(slow.code == .unavailable)
        #expect(slow.isConnected)
    }

    @Test func `A lender of tokens that is away says nothing about the service that is asked`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let connection = Self.connection(folder) { address, _ in
                address.oauth2 = .init(
                    tokenUrl: "http://localhost:1/token", clientId: "agent", clientSecretFile: folder["token"])
            }
            let failure = try #require(await failure(connection, Question(.get, server.url)))
            #expect(failure.code == .unavailable)
            #expect(failure.isConnected)
            #expect(server.requests.isEmpty)
        }
    }

    // MARK: Addresses

    @Test(
        "A local address is refused where the deployment does not list it",
        arguments: [
            "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://169.254.169.254/latest/meta-data",
            "http://metadata.google.internal/", "http://0x7f000001:1", "http://127.1:1",
        ])
    func localAddresses(url: String) async throws {
        let connection = MetricConnection(MetricAccess(), environment: [:])
        let refused = try #require(await failure(connection, Question(.get, url)))
        #expect(refused.code == .configuration)
        #expect(refused.hint?.contains("metric access") == true)
    }

    @Test func `An entry with a port is for that port, and one for a domain for all below it`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let port = server.url.split(separator: ":").last.map(String.init) ?? ""
            var here = MetricAccess.Host(host: "127.0.0.1:\(port)")
            here.local = true
            here.bearerFile = folder["token"]
            var access = MetricAccess()
            access.hosts = [MetricAccess.Host(host: "127.0.0.1"), here]
            let connection = MetricConnection(access, environment: [:])
            #expect(await failure(connection, Question(.get, server.url)) == nil)
            #expect(server.requests.first?.headers["authorization"] == "Bearer t0ken-value")
            #expect(await failure(connection, Question(.get, "http://127.0.0.1:1"))?.code == .configuration)
        }
        var access = MetricAccess()
        access.hosts = ["*.example.com", "a.example.com", "a.example.com:8080"].map { MetricAccess.Host(host: $0) }
        #expect(access.entry(host: "A.example.com", port: "443")?.host == "a.example.com")
        #expect(access.entry(host: "a.example.com", port: "8080")?.host == "a.example.com:8080")
        #expect(access.entry(host: "b.c.example.com", port: "443")?.host == "*.example.com")
        #expect(access.entry(host: "example.com", port: "443") == nil)
        #expect(access.entry(host: "badexample.com", port: "443") == nil)
    }

    @Test func `The environment's proxy is asked for hosts that are not local ones`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let environment = ["http_proxy": server.url, "no_proxy": "direct.example.test"]
            let connection = LocalAccess.connection(environment: environment)
            #expect(await failure(connection, Question(.get, "http://metrics.example.test/")) == nil)
            #expect(server.requests.map { $0.headers["host"] } == ["metrics.example.test"])
            #expect(await failure(connection, Question(.get, "http://direct.example.test/")) != nil)
            #expect(await failure(connection, Question(.get, "http://127.0.0.1:1/"))?.code == .unavailable)
            #expect(server.requests.count == 1)
        }
    }

    // MARK: The deployment's credentials

    @Test func `The deployment's credentials go to their host alone`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let connection = Self.connection(folder) { address, name in
                address.basic = .init(username: "agent", passwordFile: folder["token"])
                address.headers = [
                    .init(name: "X-Scope", value: "team-a"), .init(name: "X-Token", valueFile: folder["token"]),
                ]
                name.bearerFile = folder["keys/api"]
            }
            #expect(await failure(connection, Question(.get, server.url)) == nil)
            let local = server.url.replacing("127.0.0.1", with: "localhost")
            #expect(await failure(connection, Question(.get, local)) == nil)
            let (first, second) = (server.requests[0].headers, server.requests[1].headers)
            #expect(first["authorization"] == "Basic \(Data("agent:t0ken-value".utf8).base64EncodedString())")
            #expect(first["x-scope"] == "team-a")
            #expect(first["x-token"] == "t0ken-value")
            #expect(second["authorization"] == "Bearer s3cret-value")
            #expect(second["x-scope"] == nil)
            #expect(second["x-token"] == nil)
        }
    }

    @Test func `A template's own authorization goes in the place of the deployment's, and only that`() async throws {
        let folder = try Self.folder()
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let connection = Self.connection(folder) { address, _ in
                address.bearerFile = folder["token"]
                address.headers = [.init(name: "X-Scope", value: "team-a")]
            }
            var question = Question(.get, server.url)
            question.authentication = .basic(user: "u", password: "p")
            #expect(await failure(connection, question) == nil)
            question.authentication = nil
            question.headers = [.init("authorization", "Api-Token own")]
            #expect(await failure(connection, question) == nil)
            let headers = server.requests.map(\.headers)
            #expect(headers[0]["authorization"] == "Basic \(Data("u:p".utf8).base64EncodedString())")
            #expect(headers[1]["authorization"] == "Api-Token own")
            #expect(headers.allSatisfy { $0["x-scope"] == "team-a" })
        }
    }

    // MARK: Deadlines

    @Test func `Waiting for a turn is not part of a question's deadline, being asked is`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("{}", after: .milliseconds(20))
        } _: { server in
            let connection = LocalAccess.connection(width: 1)
            let whole = Duration.seconds(600)
            let started = ContinuousClock.now
            let spent = await withTaskGroup(of: Duration?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        var question = Question(.get, server.url)
                        let patience = Patience(whole)
                        (question.patience, question.deadline) = (patience, whole)
                        return await failure(connection, question) == nil ? whole - patience.left : nil
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let elapsed = started.duration(to: .now)
            #expect(spent.allSatisfy { $0.map { $0 >= .milliseconds(20) } ?? false })
            // One is asked after the other: with their waiting they would have spent ten times as much together.
            #expect(spent.compactMap(\.self).reduce(.zero, +) <= elapsed)

            let patience = Patience(.milliseconds(200))
            var question = Question(.get, server.url)
            question.patience = patience
            while patience.left > .zero { _ = await failure(connection, question) }
            #expect(await failure(connection, question)?.code == .unavailable)
        }
    }
}
