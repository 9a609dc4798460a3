package import Analysis
package import HTTP
internal import FoundationEssentials

/// What the deployment says about the forge: where it is, who the agent is there, and how much it may ask.
package struct ForgeAccess: Sendable {
    /// Who the agent is to the forge.
    package enum Identity: Sendable {
        case token(Secret)
        /// Bitbucket's API tokens and app passwords go with the name of their user.
        case basic(user: String, password: Secret)
        case app(GitHubAppKey)
    }

    package var kind: ForgeKind
    /// The root of the API, for example `https://github.example.com/api/v3`; nil for the public service.
    package var url: String?
    /// As the forge's own pages address it, for example `acme/config`; with Azure DevOps organization, project and
    /// repository.
    package var repository: String
    package var identity: Identity
    /// A file with PEM certificates that are believed in the place of the system's.
    package var caFile: String?
    /// Whether the host may have a loopback or link-local address.
    package var isLocal = false
    package var proxies = ProxySettings.none
    /// Of one request.
    package var deadline: Duration = .seconds(20)
    /// Of all requests of a run together.
    package var runDeadline: Duration = .seconds(300)
    /// How often a run may ask.
    package var requests = 1000
    /// How many of these are kept back for rollbacks; as many are left of what the forge's own limit allows.
    package var reserve = 50
    /// A service that is busy for longer is not waited for.
    package var longestPause: Duration = .seconds(15)

    package init(_ kind: ForgeKind, repository: String, identity: Identity) {
        self.kind = kind
        self.repository = repository
        self.identity = identity
    }
}

/// A GitHub App with which the agent is known to GitHub.
package struct GitHubAppKey: Sendable {
    /// The client id, or the older app id.
    package let issuer: String
    /// PEM, as GitHub gives it out.
    package let privateKey: Secret
    /// Asked for by the repository where it is nil.
    package let installation: Int?

    package init(issuer: String, privateKey: Secret, installation: Int? = nil) {
        self.issuer = issuer
        self.privateKey = privateKey
        self.installation = installation
    }
}

/// The time, and how it is waited for.
package struct ForgeClock: Sendable {
    package let now: @Sendable () -> Timestamp
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = Self(
        now: { Timestamp(seconds: Date().timeIntervalSince1970) }, sleep: { try await Task.sleep(for: $0) })
}
