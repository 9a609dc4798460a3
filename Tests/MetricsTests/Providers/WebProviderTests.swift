import Analysis
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

private let now = Timestamp(milliseconds: 1_700_000_100_000)

private func probe(_ url: String, _ settings: String = "", secrets: [String: String] = [:]) throws -> ProviderProbe {
    try ProviderProbe("web", #"{"url":"\#(url)"\#(settings)}"#, secrets: secrets)
}

// The fields are those of https://argo-rollouts.readthedocs.io/en/stable/analysis/web/.
@Suite("Web metrics")
struct WebProviderTests {
    @Test func `A request has the method, the headers and the body of the template`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(#"{"data":{"ok":true,"rate":0.97}}"#)
        } _: { server in
            let mark = SecretReference(name: "web", key: "token").mark
            let settings = """
                ,"method":"PUT","jsonBody":{"service":"a","limit":3,"flags":[true,null,1.5]},"jsonPath":"{$.data}",
                "headers":[{"key":"Authorization","value":"Bearer \(mark)"},{"key":"content-type","value":"text/plain"}]
                """
            let readings = try await probe(
                "\(server.url)/v1/measure/?q=a%20b&r=1", settings, secrets: ["web/token": "t0ken"]
            )
            .readings(at: [now])
            #expect(readings == [.value(.map([.init("ok", .bool(true)), .init("rate", .double(0.97))]))])
            let request = try #require(server.requests.first)
            #expect(request.method == "PUT")
            #expect(request.path == "/v1/measure")
            #expect(request.query == ["q": "a b", "r": "1"])
            #expect(request.headers["authorization"] == "Bearer t0ken")
            #expect(request.headers["content-type"] == "application/json")
            #expect(
                try JSON(parsing: request.body) == ["service": "a", "limit": 3, "flags": [true, nil, .number("1.5")]])
        }
    }

    @Test func `A token that the service repeats in its answer does not become a measurement`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer(#"{"seen":"\#(request.headers["authorization"] ?? "")"}"#)
        } _: { server in
            let mark = SecretReference(name: "web", key: "token").mark
            let readings = try await probe(
                server.url, #","jsonPath":"{$.seen}","headers":[{"key":"Authorization","value":"\#(mark)"}]"#,
                secrets: ["web/token": "correct-horse"]
            ).readings(at: [now])
            #expect(readings == [.value(.string("*****"))])
        }
    }

    @Test(
        "Every method is sent as it is named",
        arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "get", ""])
    func methods(method: String) async throws {
        try await FakeServer.run { request in
            FakeServer.Answer(request.method == "HEAD" ? "" : "7")
        } _: { server in
            let readings = try await probe(server.url, #","method":"\#(method)""#).readings(at: [now])
            #expect(server.requests.map(\.method) == [method.isEmpty ? "GET" : method.uppercased()])
            if method != "HEAD" { #expect(readings == [.value(.double(7))]) }
        }
    }

    @Test(
        "The value is what the path finds first, else the whole body",
        arguments: [
            (
                #"{"a":1,"b":[1,"x",true,null]}"#, "",
                Value.map([
                    .init("a", .double(1)),
                    .init("b", .array([.double(1), .string("x"), .bool(true), .null], of: .any)),
                ])
            ),
            ("[1,2]", "{$}", .array([.double(1), .double(2)], of: .any)), ("12", "", .double(12)),
            (#""12""#, "", .string("12")),
            (#"{"key":[{"key2":{"value":"1.2"}}]}"#, "{$.key[0].key2.value}", .string("1.2")),
            (#"{"items":[{"n":"a","v":3},{"n":"b","v":4}]}"#, "{$.items[?(@.n=='b')].v}", .double(4)),
            ("It worked!\n", "", .string("It worked!\n")), ("pass", "{$}", .string("pass")), ("", "", .string("")),
        ] as [(String, String, Value)])
    func values(body: String, path: String, expected: Value) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let readings = try await probe(server.url, path.isEmpty ? "" : #","jsonPath":"\#(path)""#).readings(at: [
                now
            ])
            #expect(readings == [.value(expected)])
        }
    }

    @Test(
        "No value is absent, and a field that is not there is a failed measurement",
        arguments: [
            ("null", "{$}", nil), (#"{"a":null}"#, "{$.a}", nil), (#"{"a":[]}"#, "{$.a[*]}", nil),
            (#"{"a":1}"#, "{$.b}", "the answer has no such value: b is not found"),
            (#"{"a":1}"#, "{$.a[0]}", "the answer has no such value: a number is no list"),
        ] as [(String, String, String?)])
    func absence(body: String, path: String, failure: String?) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let readings = try await probe(server.url, #","jsonPath":"\#(path)""#).readings(at: [now])
            #expect(readings == [failure.map { .failure($0) } ?? .absent])
        }
    }

    @Test func `Where a path is stated, or the text is long, anything but JSON is garbage`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer(request.path == "/long" ? String(repeating: "x", count: 70_000) : "<html>Sign in</html>")
        } _: { server in
            let stated = await (try probe(server.url, #","jsonPath":"{.a}""#)).failure(at: [now])
            #expect(stated?.code == .garbage)
            let long = await (try probe("\(server.url)/long")).failure(at: [now])
            #expect(long?.code == .garbage)
        }
    }

    @Test func `A POST is sent once, whatever the answer, and a redirect is not followed`() async throws {
        try await FakeServer.run { request in
            request.method == "GET"
                ? FakeServer.Answer("", status: 302, headers: ["Location": "/elsewhere"])
                : FakeServer.Answer("", status: 503)
        } _: { server in
            let posted = await (try probe(server.url, #","method":"POST","body":"x""#)).failure(at: [now])
            #expect(posted?.code == .unavailable)
            #expect(server.requests.map(\.method) == ["POST"])
            #expect(server.requests.first?.body == "x")
            let failure = await (try probe(server.url)).failure(at: [now])
            #expect(failure?.hint?.contains("redirects") == true)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `A user and a password are sent, and no certificate is believed that the deployment does not`()
        async throws
    {
        try await FakeServer.run { _ in
            FakeServer.Answer("1")
        } _: { server in
            let mark = SecretReference(name: "web", key: "password").mark
            let settings = #","authentication":{"basicAuth":{"username":"me","password":"\#(mark)"}}"#
            _ = try await probe(server.url, settings, secrets: ["web/password": "pw"]).readings(at: [now])
            #expect(server.requests.first?.headers["authorization"] == "Basic bWU6cHc=")
            let failure = await (try probe(server.url, #","insecure":true"#)).failure(at: [now])
            #expect(failure?.code == .configuration)
            #expect(server.requests.count == 1)
        }
    }

    // https://www.rfc-editor.org/rfc/rfc6749#section-4.4
    @Test func `A token is asked for where the template says`() async throws {
        try await FakeServer.run { request in
            request.path == "/token"
                ? FakeServer.Answer(#"{"access_token":"tkn","token_type":"Bearer","expires_in":3600}"#)
                : FakeServer.Answer("1")
        } _: { server in
            let mark = SecretReference(name: "web", key: "secret").mark
            let client =
                #"{"tokenUrl":"\#(server.url)/token","clientId":"id","clientSecret":"\#(mark)","scopes":["a"]}"#
            let settings = #","authentication":{"oauth2":\#(client)}"#
            let readings = try await probe("\(server.url)/api", settings, secrets: ["web/secret": "s"]).readings(at: [
                now
            ])
            #expect(readings == [.value(.double(1))])
            #expect(server.requests.map(\.path) == ["/token", "/api"])
            #expect(server.requests.last?.headers["authorization"] == "Bearer tkn")
        }
    }

    @Test func `A URL is asked to the letter`() {
        let url = "https://example.com/a/?q=%20&r={x}"
        var fields = ProviderFields(.map([.init("url", .string(url))]), at: "provider.web")
        #expect(WebProvider(&fields, interval: .seconds(60)).question.url == url)
        #expect(fields.finish().isEmpty)
    }

    @Test func `A measurement is claimed, since the service knows nothing of the past`() throws {
        let traits = try probe("https://example.com").source().traits
        #expect(!traits.isRetroactive)
        #expect(traits.delay == .zero)
    }

    @Test(
        "Settings that cannot work are refused with a hint",
        arguments: [
            ("{}", "url"), (#"{"url":"example.com"}"#, "url"), (#"{"url":"https://a b/"}"#, "url"),
            (#"{"url":"https://me:secret@example.com/"}"#, "url"), (#"{"url":"https://a","method":"QUERY"}"#, "method"),
            (#"{"url":"https://a","body":"x"}"#, "body"), (#"{"url":"https://a","jsonBody":{}}"#, "jsonBody"),
            (#"{"url":"https://a","method":"POST","body":"x","jsonBody":{"a":1}}"#, "jsonBody"),
            (#"{"url":"https://a","jsonPath":"$.a"}"#, "jsonPath"),
            (#"{"url":"https://a","jsonPath":"{.a[x]}"}"#, "jsonPath"),
            (#"{"url":"https://a","headers":[{"key":"k"}]}"#, "headers[0].value"),
            (#"{"url":"https://a","timeoutSeconds":"soon"}"#, "timeoutSeconds"),
            (#"{"url":"https://a","timeoutSeconds":0}"#, "timeoutSeconds"),
            (
                #"{"url":"https://a","headers":[{"key":"authorization","value":"\#u{F8F0}a/b\#u{F8F1}"}],"authentication":{"basicAuth":{}}}"#,
                "headers"
            ),
            (
                #"{"url":"https://a","authentication":{"basicAuth":{"username":"a"}}}"#,
                "authentication.basicAuth.password"
            ),
            (
                #"{"url":"https://a","authentication":{"basicAuth":{"username":"a","password":"in-the-open"}}}"#,
                "authentication.basicAuth.password"
            ),
            (#"{"url":"https://a","authentication":{"sigv4":{"region":"eu-west-1"}}}"#, "authentication.sigv4"),
        ])
    func mistakes(settings: String, field: String) throws {
        let problems = try ProviderProbe("web", settings).problems
        #expect(problems.map(\.path).contains("provider.web.\(field)"), "\(problems)")
        #expect(problems.allSatisfy { !$0.message.contains("secret@") })
    }
}
