/// Which templates are judged, and with which arguments.
package struct AnalysisSpec: Codable, Equatable, Sendable {
    package var templates: [TemplateReference]
    package var args: [Argument]?
    /// Background analysis only: the first step, counted from 0, during which it is judged.
    package var startingStep: Int?
    /// Metrics that are measured without effect, by regular expressions on their names.
    package var dryRun: [MetricRule]?
    /// Argo's rule about how many measurements it keeps; here all are kept, and the rule only has to fit a metric.
    package var measurementRetention: [MetricRule]?
    /// Whose rules hold where nobody knows what a value means; the safe ones where it is not stated.
    package var compat: Compatibility?

    package init(templates: [TemplateReference], args: [Argument]? = nil, startingStep: Int? = nil) {
        self.templates = templates
        self.args = args
        self.startingStep = startingStep
    }

    package struct TemplateReference: Codable, Hashable, Sendable {
        package var templateName: String
        package var clusterScope: Bool?

        package init(templateName: String, clusterScope: Bool? = nil) {
            self.templateName = templateName
            self.clusterScope = clusterScope
        }
    }

    package struct Argument: Codable, Hashable, Sendable {
        package var name: String
        package var value: String?
        package var valueFrom: Source?

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// Where the value of an argument stands.
        package struct Source: Codable, Hashable, Sendable {
            package var fieldRef: Field?
            package var podTemplateHashValue: PodTemplateHash?
        }

        /// A field of the Rollout document.
        package struct Field: Codable, Hashable, Sendable {
            package var fieldPath: String
        }

        /// Whose pods' `pod-template-hash` is meant.
        package enum PodTemplateHash: String, Codable, CaseIterable, Sendable {
            case stable = "Stable"
            case latest = "Latest"
        }
    }

    package struct MetricRule: Codable, Hashable, Sendable {
        package var metricName: String
        package var limit: Int?
    }

    /// The system whose rules are followed to the letter.
    package enum Compatibility: String, Codable, CaseIterable, Sendable {
        case argo
    }
}

/// The background analysis of a rollout: templates, or the word `none`, which is the only way to go without.
package enum AnalysisChoice: Equatable, Sendable {
    case judged(AnalysisSpec)
    case none
}

extension AnalysisChoice: Codable {
    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            guard text == "none" else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "analysis is a list of templates or the word none, not \"\(text)\""))
            }
            self = .none
            return
        }
        self = .judged(try AnalysisSpec(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .judged(let spec): try spec.encode(to: encoder)
        case .none:
            var container = encoder.singleValueContainer()
            try container.encode("none")
        }
    }
}
