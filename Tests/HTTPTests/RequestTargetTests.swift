import HTTP
import Testing

@Suite("What a URL comes down to")
struct RequestTargetTests {
    @Test(
        "is what curl asks for",
        arguments: [
            ("https://Example.com", "example.com", "443", "/", "", "example.com"),
            (
                "https://example.com:8443/a%20b/?q=1&r=%2F#part", "example.com", "8443", "/a%20b/", "q=1&r=%2F",
                "example.com:8443"
            ),
            ("http://example.com:80/a/../b/./c", "example.com", "80", "/b/c", "", "example.com"),
            ("http://[::1]:9090//x?", "[::1]", "9090", "//x", "", "[::1]:9090"),
            ("http://0x7f.1/", "127.0.0.1", "80", "/", "", "127.0.0.1"),
        ])
    func targets(url: String, host: String, port: String, path: String, query: String, authority: String) throws {
        let target = try #require(HTTPClient.Request.target(of: url))
        #expect(target.host.lowercased() == host)
        #expect(target.port == port)
        #expect(target.path == path)
        #expect(target.query == query)
        #expect(target.authority.lowercased() == authority)
    }

    @Test(
        "is nothing for what is not asked",
        arguments: ["", "example.com", "ftp://example.com", "https://me@example.com"])
    func refused(url: String) {
        #expect(HTTPClient.Request.target(of: url) == nil)
    }

    @Test func `credentials know the texts that give them away`() {
        let all = HTTPClient.Credential.all([
            .bearer(Secret("t")), .basic(user: "u", password: Secret("p")), .header(name: "X", value: Secret("v")),
        ])
        #expect(all.secrets == ["t", "p", "dTpw", "v"])
    }
}
