internal import Analysis
internal import HTTP

/// The ways in which a template proves itself to Prometheus: Argo's three, and Flagger's Secret.
enum PrometheusAuthentication {
    static func read(_ fields: inout ProviderFields, address: String) -> Question.Authentication? {
        let argo = fields.nested("authentication") { ways -> [Question.Authentication] in
            let found = [basic(&ways), oauth2(&ways), sigv4(&ways, address)].compactMap(\.self)
            if found.count > 1 { ways.refuse("", "has several ways", hint: "state one of basicAuth, oauth2 and sigv4") }
            return found
        }
        let secret = fields.nested("secretRef") { reference in
            reference.requiredText("name", hint: "write the Secret's name")
        }
        if let secret {
            if argo?.isEmpty == false { fields.refuse("secretRef", "stands beside authentication", hint: "state one") }
            return .secret(secret)
        }
        return argo?.first
    }

    static func basic(_ ways: inout ProviderFields) -> Question.Authentication? {
        ways.nested("basicAuth") { basic in
            .basic(
                user: basic.requiredText("username", hint: "write the user's name"),
                password: secret("password", &basic))
        }
    }

    static func oauth2(_ ways: inout ProviderFields) -> Question.Authentication? {
        ways.nested("oauth2") { oauth2 in
            let url = oauth2.text("tokenUrl") == nil ? "" : oauth2.address("tokenUrl")
            if url.isEmpty, oauth2.text("tokenUrl") == nil {
                oauth2.refuse("tokenUrl", "tokenUrl is missing", hint: "write the URL that gives tokens")
            }
            let scopes = oauth2.list("scopes").compactMap { value in
                if case .string(let text) = value { text } else { nil as String? }
            }
            return .oauth2(
                tokenURL: url, id: oauth2.requiredText("clientId", hint: "write the client's id"),
                secret: secret("clientSecret", &oauth2), scopes: scopes)
        }
    }

    private static func sigv4(_ ways: inout ProviderFields, _ address: String) -> Question.Authentication? {
        ways.nested("sigv4") { sigv4 in
            let region = sigv4.text("region")
            let role = sigv4.text("roleArn")
            if let region, !AWSHost.isRegion(region) {
                sigv4.refuse("region", "\(region) is no region of AWS", hint: "write it like eu-west-1")
            } else if let region, let own = HTTPClient.Request.origin(of: address).flatMap({ AWSHost($0.host) }),
                own.region != region
            {
                sigv4.refuse("region", "the address is in \(own.region), not in \(region)", hint: "state one region")
            }
            if let role, !MetricAccess.isRole(role) {
                sigv4.refuse("roleArn", "\(role) is no role", hint: "write arn:aws:iam::123456789012:role/metrics")
            }
            return .aws(service: "aps", region: region, profile: sigv4.text("profile"), roleArn: role)
        }
    }

    /// A text that is to come from a Secret.
    static func secret(_ name: String, _ fields: inout ProviderFields) -> String {
        let text = fields.requiredText(name, hint: "take it from a secretKeyRef")
        if !text.isEmpty, !SecretReference.occurs(in: text) {
            fields.refuse(
                name, "a secret stands in the template itself",
                hint: "declare an argument with valueFrom.secretKeyRef, and write {{args.\(name)}}")
        }
        return text
    }
}
