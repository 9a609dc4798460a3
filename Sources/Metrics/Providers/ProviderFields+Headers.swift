internal import Analysis
internal import HTTP

extension ProviderFields {
    /// Headers by which services are told who asks.
    private static let credentials: Set<String> = [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token",
        "private-token", "x-vault-token", "x-sf-token", "dd-api-key", "dd-application-key",
    ]

    /// The list `headers`, each with a `key` and a `value`; a credential has to come from a Secret.
    mutating func headers() -> [HTTPClient.Header] {
        each("headers") { header in
            let name = header.requiredText("key", hint: "write the header's name")
            let value = header.requiredText("value", hint: "write the header's value")
            if Self.credentials.contains(name.lowercased()), !value.isEmpty, !SecretReference.occurs(in: value) {
                header.refuse(
                    "value", "a secret stands in the template itself",
                    hint: "declare an argument with valueFrom.secretKeyRef, and write {{args.token}} in its place")
            }
            return HTTPClient.Header(name, value)
        }
    }
}
