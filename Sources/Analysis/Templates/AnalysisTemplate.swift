/// Argo Rollouts' `AnalysisTemplate` or `ClusterAnalysisTemplate`, as people write it.
package struct AnalysisTemplate: Hashable, Sendable {
    package struct Metadata: Decodable, Hashable, Sendable {
        package var name: String
        package var namespace: String?
        package var labels: [String: String]?
        package var annotations: [String: String]?

        package init(name: String, namespace: String? = nil) {
            self.name = name
            self.namespace = namespace
        }
    }

    package struct Spec: Decodable, Hashable, Sendable {
        package var args: [Argument]?
        package var metrics: [MetricTemplate]?
        package var dryRun: [MetricRule]?
        package var measurementRetention: [MetricRule]?
        package var templates: [Reference]?
        /// How the metrics with the compare judge make one score; without it each is judged for itself.
        ///
        /// Not one of Argo's fields.
        package var score: CompareScoring?

        package init(
            args: [Argument]? = nil, metrics: [MetricTemplate]? = nil, dryRun: [MetricRule]? = nil,
            measurementRetention: [MetricRule]? = nil, templates: [Reference]? = nil
        ) {
            self.args = args
            self.metrics = metrics
            self.dryRun = dryRun
            self.measurementRetention = measurementRetention
            self.templates = templates
        }
    }

    /// A value that the template's metrics use as `{{args.name}}`.
    package struct Argument: Decodable, Hashable, Sendable {
        package struct Source: Decodable, Hashable, Sendable {
            package struct SecretKey: Decodable, Hashable, Sendable {
                package var name: String
                package var key: String
            }

            package struct Field: Decodable, Hashable, Sendable {
                package var fieldPath: String
            }

            package var secretKeyRef: SecretKey?
            package var fieldRef: Field?
            package var podTemplateHashValue: String?
        }

        package var name: String
        package var value: String?
        package var valueFrom: Source?

        package init(name: String, value: String? = nil, valueFrom: Source? = nil) {
            self.name = name
            self.value = value
            self.valueFrom = valueFrom
        }
    }

    /// A rule for the metrics whose name its regular expression matches.
    package struct MetricRule: Decodable, Hashable, Sendable {
        package var metricName: String
        package var limit: IntOrString?

        package init(metricName: String, limit: IntOrString? = nil) {
            self.metricName = metricName
            self.limit = limit
        }
    }

    /// Another template, by name.
    package struct Reference: Decodable, Hashable, Sendable {
        package var templateName: String
        package var clusterScope: Bool?

        package init(templateName: String, clusterScope: Bool? = nil) {
            self.templateName = templateName
            self.clusterScope = clusterScope
        }
    }

    package var kind: String?
    package var metadata: Metadata
    package var spec: Spec
    /// Those of its metrics' conditions that no argument changes, by their texts: read once for all that it judges.
    package let conditions: [String: Expression]

    package init(kind: String? = nil, metadata: Metadata, spec: Spec) {
        self.kind = kind
        self.metadata = metadata
        self.spec = spec
        var conditions: [String: Expression] = [:]
        for text in (spec.metrics ?? []).flatMap({ [$0.successCondition, $0.failureCondition] }).compactMap(\.self) {
            // What cannot be read is an error of the metric where it is used.
            if !text.contains("{{") { conditions[text] = try? Expression(parsing: text) }
        }
        self.conditions = conditions
    }

    /// Says whose rules hold, on a document whose kind has no field for that: `argo`.
    package static let compatibility = "headgate.dev/compat"

    package var isClusterScoped: Bool { kind == "ClusterAnalysisTemplate" }
}

extension AnalysisTemplate: Decodable {
    private enum CodingKeys: CodingKey {
        case kind, metadata, spec
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            kind: try values.decodeIfPresent(String.self, forKey: .kind),
            metadata: try values.decode(Metadata.self, forKey: .metadata),
            spec: try values.decode(Spec.self, forKey: .spec))
    }
}
