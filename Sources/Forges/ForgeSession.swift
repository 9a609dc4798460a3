package import HTTP
package import Rollouts

/// One forge as a program uses it: everything that speaks to it shares its tokens, its connection and its budget.
package struct ForgeSession: Sendable {
    package let forge: any Forge
    package let examiner: any ForgeExaminer
    private let connection: ForgeConnection

    init<Service: ForgeService>(_ service: Service) {
        let client = ForgeClient(service)
        forge = client
        examiner = client
        connection = service.connection
    }

    /// Another run begins, with a budget and a deadline of its own.
    package func beginRun() { connection.beginRun() }

    /// What Git may show to this forge over HTTPS: the token of a GitHub App's installation.
    ///
    /// It lasts an hour, and is minted when it is first asked for and shortly before its end. Nil for every other
    /// credential.
    package func gitCredential() async throws(ForgeFailure) -> (user: String, token: Secret)? {
        try await connection.gitCredential()
    }
}
