internal import Analysis
internal import HTTP
internal import Rollouts

/// Gives the credential of each request.
protocol CredentialSource: Sendable {
    func credential(over connection: ForgeConnection) async throws(ForgeFailure) -> HTTPClient.Credential

    /// How long to wait before a credential that was refused is shown again, since it may not be known everywhere yet.
    func pause(afterRefusal count: Int, at now: Timestamp) -> Duration?

    /// The credential was taken.
    func proved()
}

/// A credential that is good until somebody takes it back.
struct FixedCredential: CredentialSource {
    let credential: HTTPClient.Credential

    func credential(over connection: ForgeConnection) async throws(ForgeFailure) -> HTTPClient.Credential { credential }

    func pause(afterRefusal count: Int, at now: Timestamp) -> Duration? { nil }

    func proved() {}
}
