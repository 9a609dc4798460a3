import Foundation
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

@Suite("Metric connection over TLS")
struct TLSConnectionTests {
    /// Runs `openssl s_server`, which tells every client about their certificate.
    private static func run(
        _ authority: CertificateAuthority, asksForCertificates: Bool, _ body: (String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let server = try authority.issue()
        let certificate = try folder.write("server.pem", try text(server.certificate))
        let key = try folder.write("server.key", try text(server.key))
        let port = try freePort()
        var arguments = [
            "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key, "-www", "-quiet",
        ]
        if asksForCertificates {
            arguments += ["-Verify", "1", "-verify_return_error", "-CAfile", authority.certificate]
        }
        try await ChildProcess.run(
            "/usr/bin/openssl", arguments, in: URL(fileURLWithPath: folder.path), listeningOn: port
        ) { try await body("https://127.0.0.1:\(port)/") }
    }

    private static func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    @Test func `A server is believed by the deployment's authority, or by any where the deployment says so`()
        async throws
    {
        let authority = try CertificateAuthority()
        try await Self.run(authority, asksForCertificates: false) { url in
            let refused = await failure(LocalAccess.connection(), Question(.get, url))
            #expect(refused?.code == .configuration)
            #expect(refused?.isConnected == false)
            let trusting = LocalAccess.connection { $0.caFile = authority.certificate }
            #expect(await failure(trusting, Question(.get, url)) == nil)
            let careless = LocalAccess.connection { $0.skipVerification = true }
            #expect(await failure(careless, Question(.get, url)) == nil)
        }
    }

    @Test func `A template that believes any certificate needs the deployment's leave`() async throws {
        let authority = try CertificateAuthority()
        try await Self.run(authority, asksForCertificates: false) { url in
            var question = Question(.get, url)
            question.skipsVerification = true
            for connection in [LocalAccess.connection(), LocalAccess.connection { $0.caFile = authority.certificate }] {
                let refused = try #require(await failure(connection, question))
                #expect(refused.code == .configuration)
                #expect(refused.hint?.contains("caFile") == true)
            }
            let careless = LocalAccess.connection { $0.skipVerification = true }
            #expect(await failure(careless, question) == nil)
        }
    }

    @Test func `A client certificate is shown where the deployment has one for the host`() async throws {
        let authority = try CertificateAuthority()
        try await Self.run(authority, asksForCertificates: true) { url in
            let identity = try authority.issue()
            let known = LocalAccess.connection { host in
                host.caFile = authority.certificate
                (host.certificateFile, host.keyFile) = (identity.certificate, identity.key)
            }
            let answer = try await known.answer(to: Question(.get, url)).text
            #expect(answer.contains("Client certificate"))
            let unknown = LocalAccess.connection { $0.caFile = authority.certificate }
            #expect(await failure(unknown, Question(.get, url)) != nil)
        }
    }
}
