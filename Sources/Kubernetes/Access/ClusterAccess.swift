package import HTTP

/// How one API server is reached and what proves who we are.
package struct ClusterAccess: Sendable {
    package var server: String
    package var trust: HTTPClient.TrustRoots = .system
    package var serverName: String?
    package var skipsVerification = false
    package var identity: HTTPClient.Identity?
    package var credential: CredentialSource = .none
    package var proxies = ProxySettings.none
    /// What `doctor` should say about it, for example that certificates are not verified.
    package var warnings: [String] = []

    package init(server: String) {
        self.server = server
    }
}

/// What is shown to the server with one request.
struct ClusterProof: Hashable, Sendable {
    var credential: HTTPClient.Credential?
    var identity: HTTPClient.Identity?
}

/// Where the credential comes from.
package enum CredentialSource: Sendable {
    case none
    case fixed(HTTPClient.Credential)
    /// Read again for every request, because the kubelet renews it.
    case tokenFile(String)
    case exec(ExecPlugin)
}
