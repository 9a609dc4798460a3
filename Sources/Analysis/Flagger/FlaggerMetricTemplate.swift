/// Flagger's `kind: MetricTemplate` (`flagger.app/v1beta1`): a query, and the backend that answers it.
package struct FlaggerMetricTemplate: Codable, Hashable, Sendable {
    package static let version = "flagger.app/v1beta1"
    /// Annotations with what Flagger reads from the Secret and here has to be known before it is: InfluxDB's organization
    /// and Google's project stand in URLs, where no secret goes.
    package static let organization = "headgate.dev/org"
    package static let project = "headgate.dev/project"

    package var apiVersion: String?
    package var kind: String?
    package var metadata: Metadata
    package var spec: Spec

    package init(metadata: Metadata, spec: Spec) {
        apiVersion = Self.version
        kind = "MetricTemplate"
        self.metadata = metadata
        self.spec = spec
    }

    package struct Metadata: Codable, Hashable, Sendable {
        package var name: String
        package var namespace: String?
        package var labels: [String: String]?
        package var annotations: [String: String]?

        package init(name: String, namespace: String? = nil) {
            self.name = name
            self.namespace = namespace
        }
    }

    package struct Spec: Codable, Hashable, Sendable {
        package var provider: FlaggerProvider
        package var query: String

        package init(provider: FlaggerProvider, query: String) {
            self.provider = provider
            self.query = query
        }
    }

    /// What is wrong with the template whoever uses it; the first finding is the most helpful one.
    package func findings() -> [TemplateError] {
        var findings = spec.provider.findings().map { $0.at("spec.provider") }
        if Text.trimmed(spec.query, of: nil).isEmpty {
            findings.append(TemplateError("the query is empty", at: "spec.query"))
        }
        do throws(GoTemplateError) {
            _ = try GoTemplate(parsing: spec.query)
        } catch {
            findings.append(TemplateError(error, at: "spec.query"))
        }
        return findings
    }
}

extension TemplateError {
    /// The error of a query's template, with its place in the query.
    package init(_ error: GoTemplateError, at path: String) {
        let place = "in line \(error.line), column \(error.column) of the query"
        self.init("\(error.message), \(place)", at: path, hint: error.hint)
    }
}
