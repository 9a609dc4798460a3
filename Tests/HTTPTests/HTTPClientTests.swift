import HTTP
import Support
import Testing

@Suite("HTTP client")
struct HTTPClientTests {
    /// The servers of these tests listen on 127.0.0.1.
    static func client(_ change: (inout HTTPClient.Configuration) -> Void = { _ in }) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.addresses = .unrestricted
        change(&configuration)
        return HTTPClient(configuration)
    }

    static func failure(
        _ client: HTTPClient, _ request: HTTPClient.Request
    ) async -> HTTPError? {
        do {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }

    @Test func `A request arrives as it was stated and the answer comes back`() async throws {
        let server = try await FakeServer.run { request in
            FakeServer.Answer("got \(request.body)", status: 201, headers: ["X-Answer": "yes"])
        } _: { server in
            var request = HTTPClient.Request(.post, "\(server.url)/path/to?a=1&b=x%20y")
            request.headers = [.init("X-Question", "why"), .init("X-Empty", "")]
            request.body = Array("some text".utf8)
            let response = try await Self.client().send(request)
            #expect(response.status == 201)
            #expect(response.text == "got some text")
            #expect(response[header: "x-answer"] == "yes")
            return server
        }
        let received = try #require(server.requests.first)
        #expect(received.method == "POST")
        #expect(received.path == "/path/to")
        #expect(received.query == ["a": "1", "b": "x y"])
        #expect(received.headers["x-question"] == "why")
        #expect(received.headers["x-empty"] == "")
        #expect(received.headers["user-agent"] == "headgate")
        #expect(received.headers["expect"] == nil)
    }

    @Test(
        "Each method is sent under its name", arguments: [.get, .put, .patch, .delete] as [HTTPClient.Request.Method])
    func methods(method: HTTPClient.Request.Method) async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("\(request.method) \(request.body)")
        } _: { server in
            var request = HTTPClient.Request(method, server.url)
            if method != .get { request.body = Array("x".utf8) }
            let response = try await Self.client().send(request)
            #expect(response.text == "\(method.rawValue) \(method == .get ? "" : "x")")
        }
    }

    @Test(
        "Credentials travel as headers",
        arguments: [
            (.bearer(Secret("t0ken")), ["authorization": "Bearer t0ken"]),
            (.basic(user: "ann", password: Secret("päss:word")), ["authorization": "Basic YW5uOnDDpHNzOndvcmQ="]),
            (.header(name: "X-Scope-OrgID", value: Secret("team-a")), ["x-scope-orgid": "team-a"]),
            (
                .all([.basic(user: "a", password: Secret("")), .header(name: "X-Key", value: Secret("k"))]),
                ["authorization": "Basic YTo=", "x-key": "k"]
            ),
        ] as [(HTTPClient.Credential, [String: String])])
    func credentials(credential: HTTPClient.Credential, expected: [String: String]) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("")
        } _: { server in
            var request = HTTPClient.Request(.get, server.url)
            request.credential = credential
            _ = try await Self.client().send(request)
            let headers = server.requests.first?.headers ?? [:]
            #expect(headers.filter { expected.keys.contains($0.key) } == expected)
        }
    }

    @Test func `A secret prints as redacted everywhere`() {
        let secret = Secret("hunter2")
        let credential = HTTPClient.Credential.basic(user: "ann", password: secret)
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(credential)", String(reflecting: credential), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("[redacted]"))
        }
        #expect(secret.revealed == "hunter2")
    }

    @Test func `An error status is an answer`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("later", status: 503, headers: ["Retry-After": "2"])
        } _: { server in
            let response = try await Self.client().send(.init(.get, server.url))
            #expect(response.status == 503)
            #expect(response[header: "retry-after"] == "2")
        }
    }

    @Test func `Sixty requests at once share the client`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer(request.path)
        } _: { server in
            let client = Self.client()
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<60 {
                    group.addTask { try await client.send(.init(.get, "\(server.url)/\(index)")).text }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(texts == Set((0..<60).map { "/\($0)" }))
        }
    }

    // MARK: Redirects

    @Test func `A redirect is the answer unless it is asked to be followed`() async throws {
        try await FakeServer.run { request in
            request.path == "/new"
                ? FakeServer.Answer("here") : FakeServer.Answer("", status: 302, headers: ["Location": "/new"])
        } _: { server in
            let client = Self.client()
            var request = HTTPClient.Request(.get, "\(server.url)/old")
            let first = try await client.send(request)
            #expect(first.status == 302)
            request.followsRedirects = true
            let followed = try await client.send(request)
            #expect(followed.text == "here")
        }
    }

    @Test(
        "No redirect leads to another host, scheme or port, nor repeats a post",
        arguments: ["http://localhost:1/x", "https://127.0.0.1/x", "file:///etc/passwd", "//127.0.0.2/x"])
    func foreignRedirects(location: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("", status: 302, headers: ["Location": location])
        } _: { server in
            var request = HTTPClient.Request(.get, server.url)
            request.followsRedirects = true
            let response = try await Self.client().send(request)
            #expect(response.status == 302)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `A circle of redirects ends`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("", status: 302, headers: ["Location": "/again"])
        } _: { server in
            var request = HTTPClient.Request(.get, server.url)
            request.followsRedirects = true
            let response = try await Self.client().send(request)
            #expect(response.status == 302)
            #expect(server.requests.count == 6)
        }
    }

    // MARK: Limits

    @Test(
        "A server that stops answering is left at the deadline",
        arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"])
    func deadline(sent: String) async throws {
        let server = try RawServer(sending: sent, then: .hang)
        defer { server.stop() }
        var request = HTTPClient.Request(.get, "\(server.url)/slow?token=abc")
        request.deadline = .milliseconds(200)
        let started = ContinuousClock.now
        let error = await Self.failure(Self.client(), request)
        #expect(error?.code == .timedOut)
        #expect(error?.operation == "GET \(server.url)/slow")
        #expect(started.duration(to: .now) < .seconds(2))
    }

    @Test func `A handshake that takes longer than connecting may is no deadline of the request's own`() async throws {
        let server = try RawServer(sending: "", then: .hang)
        defer { server.stop() }
        let client = Self.client { $0.connectTimeout = .milliseconds(200) }
        var request = HTTPClient.Request(.get, server.url.replacing("http:", with: "https:"))
        #expect(await Self.failure(client, request)?.code == .connectTimedOut)
        request.deadline = .milliseconds(100)
        #expect(await Self.failure(client, request)?.code == .timedOut)
        // A connection that stays silent is one.
        request = .init(.get, server.url)
        request.deadline = .milliseconds(400)
        #expect(await Self.failure(client, request)?.code == .timedOut)
    }

    @Test func `Cancelling the task closes the transfer at once`() async throws {
        let server = try RawServer(sending: "HTTP/1.1 200 OK\r\n", then: .hang)
        defer { server.stop() }
        let client = Self.client()
        let started = ContinuousClock.now
        let error = await withTaskGroup(of: HTTPError?.self) { group in
            group.addTask { await Self.failure(client, .init(.get, server.url)) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
        #expect(started.duration(to: .now) < .seconds(2))
    }

    @Test(
        "An answer over the limit is refused, stated or not",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n",
        ])
    func responseLimit(head: String) async throws {
        let server = try RawServer(sending: head + String(repeating: "x", count: 2000), then: .close)
        defer { server.stop() }
        var request = HTTPClient.Request(.get, server.url)
        request.responseLimit = 1999
        let error = await Self.failure(Self.client(), request)
        #expect(error?.code == .tooLarge)
        #expect(error?.message == "the answer has more than 1999 bytes")
    }

    // MARK: Bad answers and requests

    @Test(
        "What breaks is told apart",
        arguments: [
            ("this is not HTTP\n", .garbage), ("", .interrupted),
            ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", .interrupted),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", .garbage),
        ] as [(String, HTTPError.Code)])
    func broken(sent: String, code: HTTPError.Code) async throws {
        let server = try RawServer(sending: sent, then: .close)
        defer { server.stop() }
        #expect(await Self.failure(Self.client(), .init(.get, server.url))?.code == code)
    }

    @Test func `A port where nobody listens is unreachable`() async throws {
        let server = try RawServer(sending: "", then: .close)
        server.stop()
        #expect(await Self.failure(Self.client(), .init(.get, server.url))?.code == .unreachable)
    }

    @Test(
        "A URL that is none, or carries a user, or has another scheme is not sent",
        arguments: [
            "", "nonsense", "ftp://example.com", "file:///etc/passwd", "http://user:pass@example.com/", "http://",
        ])
    func invalidURL(url: String) async {
        let error = await Self.failure(Self.client(), .init(.get, url))
        #expect(error?.code == .invalidRequest)
        #expect(error?.description.contains("pass") != true)
    }

    @Test(
        "A header cannot smuggle another one", arguments: [("X", "a\r\nY: b"), ("X\nY", "a"), ("", "a"), ("X:", "a")])
    func headerInjection(name: String, value: String) async {
        var request = HTTPClient.Request(.get, "http://127.0.0.1:1/")
        request.headers = [.init(name, value)]
        #expect(await Self.failure(Self.client(), request)?.code == .invalidRequest)
        request.headers = []
        request.credential = .header(name: name, value: Secret(value))
        #expect(await Self.failure(Self.client(), request)?.code == .invalidRequest)
    }
}
