import Analysis
import Crypto
import CryptoExtras
import Foundation
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

@Suite("The agent's identity at Google Cloud")
struct GoogleIdentityTests {
    private static let time = Timestamp(milliseconds: 1_700_000_000_000)

    private static func token(_ name: String) -> FakeServer.Answer {
        FakeServer.Answer(#"{"access_token":"\#(name)","expires_in":3599,"token_type":"Bearer"}"#)
    }

    private static func decoded(_ part: Substring) throws -> Data {
        let text = part.replacing("-", with: "+").replacing("_", with: "/")
        return try #require(
            Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)))
    }

    private static func keyFile(_ key: _RSA.Signing.PrivateKey, _ tokenURL: String) -> String {
        let pem = key.pkcs8PEMRepresentation.replacing("\n", with: "\\n")
        return #"""
            {"type":"service_account","project_id":"shop","private_key_id":"k1","private_key":"\#(pem)",
            "client_email":"headgate@shop.iam.gserviceaccount.com","token_uri":"\#(tokenURL)"}
            """#
    }

    @Test func `The metadata server gives tokens where the deployment says so`() async throws {
        try await FakeServer.run { request in
            request.path.hasPrefix("/computeMetadata") ? Self.token("ya29.pod") : FakeServer.Answer("{}")
        } _: { server in
            let host = server.url.replacing("http://", with: "")
            let connection = LocalAccess.connection(environment: ["GCE_METADATA_HOST": host]) { entry in
                entry.google = MetricAccess.Google()
            }
            for _ in 0..<2 { #expect(await failure(connection, Question(.get, "\(server.url)/v3")) == nil) }
            // https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
            let asked = server.requests.filter { $0.path.hasPrefix("/computeMetadata") }
            #expect(asked.map(\.path) == ["/computeMetadata/v1/instance/service-accounts/default/token"])
            #expect(asked.first?.query == ["scopes": "https://www.googleapis.com/auth/monitoring.read"])
            #expect(asked.first?.headers["metadata-flavor"] == "Google")
            #expect(server.requests.last?.headers["authorization"] == "Bearer ya29.pod")
        }
    }

    @Test func `A service account's key signs an assertion that its public key proves`() async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let folder = try TemporaryFolder()
        try await FakeServer.run { request in
            request.path == "/token" ? Self.token("ya29.key") : FakeServer.Answer("{}")
        } _: { server in
            try folder.write("gcp/serviceAccountKey", Self.keyFile(key, "\(server.url)/token"))
            let connection = LocalAccess.connection(secrets: folder.path, at: Self.time) { $0.secrets = ["gcp"] }
            var question = Question(.get, "\(server.url)/v3")
            question.authentication = .google(secret: "gcp")
            #expect(await failure(connection, question) == nil)
            #expect(server.requests.last?.headers["authorization"] == "Bearer ya29.key")

            // https://developers.google.com/identity/protocols/oauth2/service-account#httprest
            let form = try #require(server.requests.first).form
            #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
            let parts = try #require(form["assertion"]).split(separator: ".")
            try #require(parts.count == 3)
            let header = try JSON(parsing: Array(Self.decoded(parts[0])))
            #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
            let claims = try JSON(parsing: Array(Self.decoded(parts[1])))
            #expect(
                claims == [
                    "iss": "headgate@shop.iam.gserviceaccount.com",
                    "scope": "https://www.googleapis.com/auth/monitoring.read", "aud": .string("\(server.url)/token"),
                    "iat": 1_700_000_000, "exp": 1_700_003_600,
                ])
            let signature = _RSA.Signing.RSASignature(rawRepresentation: try Self.decoded(parts[2]))
            #expect(
                key.publicKey.isValidSignature(
                    signature, for: SHA256.hash(data: Array("\(parts[0]).\(parts[1])".utf8)),
                    padding: .insecurePKCS1v1_5))
        }
    }

    @Test(
        "A key that is none is a mistake with a hint",
        arguments: [
            "", "{}", "-----BEGIN PRIVATE KEY-----", #"{"client_email":"a@b","private_key":"-----BEGIN"}"#,
        ])
    func badKeys(text: String) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("key.json", text)
        let connection = LocalAccess.connection { host in
            host.google = MetricAccess.Google()
            host.google?.keyFile = file
        }
        let refused = try #require(await failure(connection, Question(.get, "http://127.0.0.1:1")))
        #expect(refused.code == .configuration)
        #expect(refused.hint != nil)
    }
}
