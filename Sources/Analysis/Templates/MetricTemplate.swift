/// One metric of an analysis template, before its arguments are filled in.
package struct MetricTemplate: Decodable, Hashable, Sendable {
    package var name: String
    package var interval: String?
    package var initialDelay: String?
    package var count: IntOrString?
    package var failureLimit: IntOrString?
    package var inconclusiveLimit: IntOrString?
    package var consecutiveErrorLimit: IntOrString?
    package var consecutiveSuccessLimit: IntOrString?
    package var successCondition: String?
    package var failureCondition: String?
    package var provider: MetricProvider?

    package init(name: String, provider: MetricProvider? = nil) {
        self.name = name
        self.provider = provider
    }
}

/// Where a metric comes from.
package enum MetricProvider: Decodable, Hashable, Sendable {
    case prometheus(PrometheusTemplate)
    /// One of Argo's providers, or a plugin, that is not read here.
    case unsupported(String)
    case missing
    case several([String])

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        let names = container.allKeys
        switch (names.count, names.first) {
        case (1, let name?) where name.stringValue == "prometheus":
            self = .prometheus(try container.decode(PrometheusTemplate.self, forKey: name))
        case (1, let name?): self = .unsupported(name.stringValue)
        case (0, _): self = .missing
        default: self = .several(names.map(\.stringValue).sorted())
        }
    }
}

/// A query to Prometheus or what speaks its language.
package struct PrometheusTemplate: Decodable, Hashable, Sendable {
    package struct Header: Decodable, Hashable, Sendable {
        package var key: String
        package var value: String
    }

    package struct Authentication: Decodable, Hashable, Sendable {
        package struct SigV4: Decodable, Hashable, Sendable {
            package var address: String?
            package var region: String?
            package var profile: String?
            package var roleArn: String?
        }

        package struct OAuth2: Decodable, Hashable, Sendable {
            package var tokenUrl: String?
            package var clientId: String?
            package var clientSecret: String?
            package var scopes: [String]?
        }

        package struct Basic: Decodable, Hashable, Sendable {
            package var username: String?
            package var password: String?
        }

        package var sigv4: SigV4?
        package var oauth2: OAuth2?
        package var basicAuth: Basic?
    }

    package var address: String?
    package var query: String?
    /// Seconds.
    package var timeout: Int?
    package var insecure: Bool?
    package var headers: [Header]?
    package var authentication: Authentication?

    package init(address: String? = nil, query: String? = nil) {
        self.address = address
        self.query = query
    }
}
