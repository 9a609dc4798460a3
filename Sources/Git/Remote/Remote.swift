/// A repository elsewhere, how to reach it, and how long to wait for it.
package struct Remote: Sendable {
    package var location: RemoteLocation
    package var credential: Credential?
    /// Gives the credential of each conversation, where it is one that ends; in the place of `credential`.
    package var credentials: CredentialSource?
    /// A known_hosts file; without one no SSH host is known.
    package var knownHosts: String?
    /// A PEM file of certificate authorities instead of the system's.
    package var authorities: String?
    /// A proxy's URL; without one the environment's `https_proxy` and `no_proxy` hold.
    package var proxy: String?
    /// Whether `http://` may be spoken, which anybody on the way can read and change.
    package var allowsPlaintext = false
    package var requiresTLS13 = false
    package var limits = RemoteLimits()
    /// The whole environment of child processes; nil for the few variables that they need of this process's.
    package var environment: [String: String]?

    /// Nil from it stands for no credential.
    package typealias CredentialSource = @Sendable () async throws(GitError) -> Credential?

    package init(_ location: RemoteLocation, credential: Credential? = nil) {
        self.location = location
        self.credential = credential
    }
}

/// How long a remote is waited for.
package struct RemoteLimits: Hashable, Sendable {
    /// Until the first byte of the answer.
    package var connect: Duration = .seconds(15)
    /// Between two signs of life.
    package var silence: Duration = .seconds(30)
    /// One fetch or push, all in all.
    package var total: Duration = .seconds(300)

    package init() {}
}
