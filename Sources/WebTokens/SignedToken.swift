internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials
package import HTTP
package import Rollouts

/// A JSON web token of RFC 7519 in the compact form of RFC 7515, signed with RSA and SHA-256 (RS256 of RFC 7518 §3.3).
package enum SignedToken {
    /// The private key is no RSA key in PEM.
    package struct UnreadableKey: Error {}

    /// - Parameters:
    ///   - keyID: the header's `kid`, where the reader of the token knows several keys.
    ///   - privateKey: PKCS #1 or PKCS #8 in PEM.
    package static func rs256(
        _ claims: JSON, keyID: String? = nil, privateKey: Secret
    ) throws(UnreadableKey) -> Secret {
        var header: [JSON.Member] = [.init(name: "alg", value: "RS256"), .init(name: "typ", value: "JWT")]
        if let keyID { header.append(.init(name: "kid", value: .string(keyID))) }
        let text = "\(encoded(JSON.object(header).text.utf8)).\(encoded(claims.text.utf8))"
        do {
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: privateKey.revealed)
            let signature = try key.signature(for: SHA256.hash(data: Array(text.utf8)), padding: .insecurePKCS1v1_5)
            return Secret("\(text).\(encoded(signature.rawRepresentation))")
        } catch {
            throw UnreadableKey()
        }
    }

    /// Base64 for URLs, RFC 4648 §5 without padding.
    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().filter { $0 != "=" }.replacing("+", with: "-").replacing("/", with: "_")
    }
}
