import Support
import Testing

@testable import HTTP

@Suite("Address policy")
struct AddressPolicyTests {
    @Test(
        "Local and metadata addresses are known in every spelling",
        arguments: [
            "127.0.0.1", "127.255.0.9", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255",
            "100.100.100.200", "192.0.0.192", "168.63.129.16", "[::1]", "[::]", "[fe80::1]", "[ff02::1]",
            "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
            "[::127.0.0.1]",
        ])
    func local(address: String) throws {
        let address = try #require(NetworkAddress(literal: address))
        #expect(address.isLocal)
    }

    @Test(
        "Other addresses, private networks included, are allowed",
        arguments: [
            "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "8.8.8.8", "192.0.0.1", "[fd00::1]", "[2001:db8::1]",
            "[::ffff:10.0.0.1]", "[64:ff9b::808:808]",
        ])
    func allowed(address: String) throws {
        let address = try #require(NetworkAddress(literal: address))
        #expect(!address.isLocal)
    }

    @Test("A name is no address", arguments: ["localhost", "example.com", "1.2.3", "::1]", ""])
    func names(host: String) {
        #expect(NetworkAddress(literal: host) == nil)
    }

    @Test(
        "A client refuses local addresses unless it is told otherwise, before anything is sent",
        arguments: ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
    func refused(host: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("secret")
        } _: { server in
            let port = server.url.split(separator: ":").last ?? ""
            let error = await HTTPClientTests.failure(HTTPClient(), .init(.get, "http://\(host):\(port)/"))
            #expect(error?.code == .refusedAddress)
            #expect(error?.message == "loopback, link-local and metadata addresses are not allowed here")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `A name that resolves to a local address is refused at the socket`() async throws {
        // The host's own name resolves to a loopback address where nothing else is configured; only the policy's
        // second look sees that, so the first one is switched off by asking the transfer through a name.
        try await FakeServer.run { _ in
            FakeServer.Answer("")
        } _: { server in
            let port = server.url.split(separator: ":").last ?? ""
            let url = try #require(URLParts("http://ip6-localhost:\(port)/"))
            #expect(!url.isLocal)
            let error = await HTTPClientTests.failure(HTTPClient(), .init(.get, url.text))
            #expect(error?.code == .refusedAddress || error?.code == .unreachable)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `A listed host may be local`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("fine")
        } _: { server in
            let client = HTTPClientTests.client { $0.addresses = .refusesLocal(except: ["127.0.0.1"]) }
            let answer = try await client.send(.init(.get, server.url))
            #expect(answer.text == "fine")
            let other = server.url.replacing("127.0.0.1", with: "localhost")
            #expect(await HTTPClientTests.failure(client, .init(.get, other))?.code == .refusedAddress)
        }
    }
}

@Suite("Proxy settings")
struct ProxySettingsTests {
    private static let environment = [
        "http_proxy": "http://plain:3128", "HTTPS_PROXY": "http://secure:3128",
        "NO_PROXY": "internal.example, .corp.example,10.0.0.0/8,192.168.1.7,fd00::/8",
    ]

    @Test(
        "The proxy follows the scheme and the exceptions",
        arguments: [
            ("http://example.com/", "http://plain:3128"), ("https://example.com/", "http://secure:3128"),
            ("https://internal.example/", nil), ("https://a.internal.example/", nil),
            ("https://notinternal.example/", "http://secure:3128"), ("https://x.corp.example/", nil),
            ("https://10.20.30.40/", nil), ("https://11.0.0.1/", "http://secure:3128"),
            ("https://192.168.1.7:8443/", nil),
            ("https://192.168.1.8/", "http://secure:3128"), ("https://[fd12::1]/", nil),
            ("https://[2001:db8::1]/", "http://secure:3128"),
        ] as [(String, String?)])
    func chosen(url: String, proxy: String?) throws {
        let settings = ProxySettings(environment: Self.environment)
        #expect(settings.proxy(for: try #require(URLParts(url)))?.revealed == proxy)
    }

    @Test func `HTTP_PROXY in capitals is ignored, ALL_PROXY stands in, a star excepts everything`() throws {
        let url = try #require(URLParts("http://example.com/"))
        #expect(ProxySettings(environment: ["HTTP_PROXY": "http://evil"]).proxy(for: url) == nil)
        #expect(ProxySettings(environment: ["ALL_PROXY": "http://all"]).proxy(for: url) == Secret("http://all"))
        let excepted = ProxySettings(environment: ["ALL_PROXY": "http://all", "no_proxy": "*"])
        #expect(excepted.proxy(for: url) == nil)
    }

    @Test func `A request goes through the proxy, which may be local`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("proxied \(request.headers["host"] ?? "")")
        } _: { proxy in
            let client = HTTPClientTests.client { configuration in
                configuration.addresses = .refusesLocal(except: [])
                configuration.proxies = ProxySettings(environment: ["http_proxy": proxy.url])
            }
            let answer = try await client.send(.init(.get, "http://nowhere.invalid/x"))
            #expect(answer.text == "proxied nowhere.invalid")
            let metadata = await HTTPClientTests.failure(client, .init(.get, "http://169.254.169.254/latest"))
            #expect(metadata?.code == .refusedAddress)
        }
    }
}
