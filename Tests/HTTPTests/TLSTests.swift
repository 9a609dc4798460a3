import Foundation
import HTTP
import Support
import Testing

@Suite("TLS", .serialized)
struct TLSTests {
    @Test func `A server is believed only with the authority it was signed by`() async throws {
        try await TLSServer.run(clientAuthority: false) { server in
            let system = HTTPClientTests.client()
            #expect(await HTTPClientTests.failure(system, .init(.get, server.url))?.code == .tls)

            let blob = HTTPClientTests.client { $0.trust = .pem(server.authority) }
            let blobResponse = try await blob.send(.init(.get, server.url))
            #expect(blobResponse.status == 200)

            let file = HTTPClientTests.client { $0.trust = .file(server.authorityFile) }
            let fileResponse = try await file.send(.init(.get, server.url))
            #expect(fileResponse.status == 200)

            let foreign = HTTPClientTests.client { $0.trust = .pem(server.strangerAuthority) }
            #expect(await HTTPClientTests.failure(foreign, .init(.get, server.url))?.code == .tls)

            let careless = HTTPClientTests.client { $0.skipsVerification = true }
            let carelessResponse = try await careless.send(.init(.get, server.url))
            #expect(carelessResponse.status == 200)
        }
    }

    @Test func `The name in the certificate is checked, or the one that stands in for it`() async throws {
        try await TLSServer.run(clientAuthority: false) { server in
            let local = server.url.replacing("127.0.0.1", with: "localhost")
            let plain = HTTPClientTests.client { $0.trust = .pem(server.authority) }
            #expect(await HTTPClientTests.failure(plain, .init(.get, local))?.code == .tls)

            let named = HTTPClientTests.client { configuration in
                configuration.trust = .pem(server.authority)
                configuration.serverName = "api.shop.test"
            }
            let namedResponse = try await named.send(.init(.get, local))
            #expect(namedResponse.status == 200)

            let misnamed = HTTPClientTests.client { configuration in
                configuration.trust = .pem(server.authority)
                configuration.serverName = "other.shop.test"
            }
            #expect(await HTTPClientTests.failure(misnamed, .init(.get, local))?.code == .tls)
        }
    }

    @Test func `A client certificate is shown, and its absence or a wrong key fails`() async throws {
        try await TLSServer.run(clientAuthority: true) { server in
            let agent = HTTPClientTests.client { configuration in
                configuration.trust = .pem(server.authority)
                configuration.identity = .init(certificate: server.certificate, key: server.key)
            }
            let response = try await agent.send(.init(.get, server.url))
            #expect(response.text.contains("CN = agent") || response.text.contains("CN=agent"))

            let nobody = HTTPClientTests.client { $0.trust = .pem(server.authority) }
            let refused = await HTTPClientTests.failure(nobody, .init(.get, server.url))
            #expect(refused?.code == .tls || refused?.code == .interrupted)

            let mistaken = HTTPClientTests.client { configuration in
                configuration.trust = .pem(server.authority)
                configuration.identity = .init(certificate: server.certificate, key: server.strangerKey)
            }
            #expect(await HTTPClientTests.failure(mistaken, .init(.get, server.url))?.code == .tls)
        }
    }
}

/// `openssl s_server` with an authority made for one test.
private struct TLSServer {
    let url: String
    let authority: [UInt8]
    let authorityFile: String
    let strangerAuthority: [UInt8]
    let certificate: [UInt8]
    let key: Secret
    let strangerKey: Secret

    static func run(clientAuthority: Bool, _ body: (TLSServer) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "headgate-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await authority("ca", in: folder)
        try await authority("stranger", in: folder)
        try await certificate("server", extensions: "subjectAltName=IP:127.0.0.1,DNS:api.shop.test", in: folder)
        try await certificate("agent", extensions: "extendedKeyUsage=clientAuth", in: folder)
        let port = try freePort()
        let arguments = ["-accept", "127.0.0.1:\(port)", "-cert", "server.pem", "-key", "server.key", "-www", "-quiet"]
        let verification = clientAuthority ? ["-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem"] : []
        let server = TLSServer(
            url: "https://127.0.0.1:\(port)", authority: try bytes("ca.pem", in: folder),
            authorityFile: folder.appending(path: "ca.pem").path(),
            strangerAuthority: try bytes("stranger.pem", in: folder), certificate: try bytes("agent.pem", in: folder),
            key: Secret(String(decoding: try bytes("agent.key", in: folder), as: UTF8.self)),
            strangerKey: Secret(String(decoding: try bytes("stranger.key", in: folder), as: UTF8.self)))
        try await ChildProcess.run(
            openssl, ["s_server"] + arguments + verification, in: folder, listeningOn: port
        ) { try await body(server) }
    }

    private static let openssl = "/usr/bin/openssl"
    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private static func authority(_ name: String, in folder: URL) async throws {
        try await finish(
            ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"]
                + newKey, in: folder)
    }

    private static func certificate(_ name: String, extensions: String, in folder: URL) async throws {
        try await finish(
            [
                "req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem",
                "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", extensions, "-addext", "basicConstraints=CA:FALSE",
            ] + newKey, in: folder)
    }

    private static func finish(_ arguments: [String], in folder: URL) async throws {
        let child = try ChildProcess(openssl, arguments, in: folder)
        try #require(await child.status() == 0)
    }

    private static func bytes(_ name: String, in folder: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }
}
