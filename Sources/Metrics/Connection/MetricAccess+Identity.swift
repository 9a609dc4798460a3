extension MetricAccess {
    /// Tokens of the client credentials grant of OAuth 2.
    package struct OAuth2: Codable, Equatable, Sendable {
        package var tokenUrl: String
        package var clientId: String
        package var clientSecretFile: String
        package var scopes: [String]?
        /// Further fields of the request, such as `audience`.
        package var parameters: [String: String]?

        package init(tokenUrl: String, clientId: String, clientSecretFile: String) {
            self.tokenUrl = tokenUrl
            self.clientId = clientId
            self.clientSecretFile = clientSecretFile
        }
    }

    /// Signatures of AWS, for hosts of AWS and for what stands before them.
    package struct SigV4: Codable, Equatable, Sendable {
        /// Read from the host where that is one of AWS: `aps`, `monitoring`; `es` for OpenSearch.
        package var service: String?
        package var region: String?
        package var profile: String?
        package var roleArn: String?

        package init() {}
    }

    /// Tokens of a service account of Google Cloud.
    package struct Google: Codable, Equatable, Sendable {
        /// The account's key as JSON; without it the metadata server gives tokens for the agent's own account.
        package var keyFile: String?
        package var scopes: [String]?

        package init() {}
    }

    /// What holds for everything that is signed for AWS, and what templates may choose.
    package struct AWS: Codable, Equatable, Sendable {
        package var region: String?
        package var profile: String?
        package var roleArn: String?
        /// The roles that templates may take.
        package var roles: [String]?
        /// The profiles that templates may use.
        package var profiles: [String]?

        package init() {}
    }
}
