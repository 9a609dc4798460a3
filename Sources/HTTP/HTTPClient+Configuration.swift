extension HTTPClient {
    /// What holds for every request of one client, and so for its connections.
    package struct Configuration: Sendable {
        package var trust: TrustRoots = .system
        package var identity: Identity?
        /// The name that the server's certificate must bear where it is not the URL's host.
        package var serverName: String?
        /// Whether any certificate is accepted; whoever sets it reports it.
        package var skipsVerification = false
        package var addresses: AddressPolicy = .refusesLocal(except: [])
        package var proxies = ProxySettings.none
        package var connectTimeout: Duration = .seconds(10)
        package var userAgent = "headgate"

        package init() {}
    }

    /// Whose certificates are believed; the given ones replace the system's.
    package enum TrustRoots: Hashable, Sendable {
        case system
        case file(String)
        /// One or more PEM certificates.
        case pem([UInt8])
    }

    /// A client certificate with its key, both PEM.
    package struct Identity: Hashable, Sendable {
        package let certificate: [UInt8]
        package let key: Secret

        package init(certificate: [UInt8], key: Secret) {
            self.certificate = certificate
            self.key = key
        }
    }
}
