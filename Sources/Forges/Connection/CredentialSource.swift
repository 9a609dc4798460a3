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

    /// What the credential was given out for, by the forge's names; nil where that is not said with it.
    var permissions: [String: String]? { get }

    /// A token that Git may show to the same forge, with the name that goes with it; nil where there is none but what
    /// the deployment states.
    func gitCredential(over connection: ForgeConnection) async throws(ForgeFailure) -> (user: String, token: Secret)?
}

extension CredentialSource {
    var permissions: [String: String]? { nil }

    func gitCredential(over connection: ForgeConnection) async throws(ForgeFailure) -> (user: String, token: Secret)? {
        nil
    }
}

/// A credential that is good until somebody takes it back.
struct FixedCredential: CredentialSource {
    let credential: HTTPClient.Credential

    func credential(over connection: ForgeConnection) async throws(ForgeFailure) -> HTTPClient.Credential { credential }

    func pause(afterRefusal count: Int, at now: Timestamp) -> Duration? { nil }

    func proved() {}
}
