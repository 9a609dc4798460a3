import Foundation

/// A certificate authority of one test, made by `openssl`.
package final class CertificateAuthority: Sendable {
    private let folder: TemporaryFolder

    /// The PEM file that clients trust.
    package var certificate: String { folder["ca.pem"] }

    package init() throws {
        folder = try TemporaryFolder()
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Test CA", "-keyout", folder["ca.key"], "-out", folder["ca.pem"])
    }

    /// Issues a certificate for 127.0.0.1 and localhost; returns the files of the chain and the key.
    package func issue() throws -> (certificate: String, key: String) {
        let (request, certificate, key) = (folder["server.csr"], folder["server.pem"], folder["server.key"])
        let names = try folder.write("names", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server",
            "-keyout", key, "-out", request)
        try openssl(
            "x509", "-req", "-days", "2", "-in", request, "-CA", folder["ca.pem"], "-CAkey", folder["ca.key"],
            "-CAcreateserial", "-extfile", names, "-out", certificate)
        return (certificate, key)
    }

    private func openssl(_ arguments: String...) throws {
        let outcome = try Program.run("openssl", arguments)
        guard outcome.status == 0 else { throw Program.Failure(description: "openssl: \(outcome.errors)") }
    }
}
