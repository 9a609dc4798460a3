package import Analysis

/// Which templates are judged, and with which arguments; and metrics in Flagger's form.
package struct AnalysisSpec: Codable, Equatable, Sendable {
    package var templates: [TemplateReference]
    /// Metrics in Flagger's form, which are checked together.
    package var metrics: [FlaggerMetric]?
    /// How often the metrics are checked.
    package var interval: Span?
    /// Failed checks that end the rollout.
    package var threshold: Int?
    /// Checks that have to pass before a stage is left.
    package var iterations: Int?
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

        package init(metricName: String, limit: Int? = nil) {
            self.metricName = metricName
            self.limit = limit
        }
    }

    /// The system whose rules are followed to the letter.
    package enum Compatibility: String, Codable, CaseIterable, Sendable {
        case argo, flagger
    }
}

extension AnalysisSpec {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        metrics = try container.decodeIfPresent([FlaggerMetric].self, forKey: .metrics)
        interval = try container.decodeIfPresent(Span.self, forKey: .interval)
        threshold = try container.decodeIfPresent(Int.self, forKey: .threshold)
        iterations = try container.decodeIfPresent(Int.self, forKey: .iterations)
        args = try container.decodeIfPresent([Argument].self, forKey: .args)
        startingStep = try container.decodeIfPresent(Int.self, forKey: .startingStep)
        dryRun = try container.decodeIfPresent([MetricRule].self, forKey: .dryRun)
        measurementRetention = try container.decodeIfPresent([MetricRule].self, forKey: .measurementRetention)
        compat = try container.decodeIfPresent(Compatibility.self, forKey: .compat)
        let isChecked = metrics?.isEmpty == false
        templates =
            isChecked
            ? try container.decodeIfPresent([TemplateReference].self, forKey: .templates) ?? []
            : try container.decode([TemplateReference].self, forKey: .templates)
        func refuse(_ key: CodingKeys, _ message: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: message)
        }
        if !isChecked, let key = [CodingKeys.interval, .threshold, .iterations].first(where: container.contains) {
            throw refuse(key, "\(key.stringValue) is about metrics, and none is stated beside it")
        }
        if templates.isEmpty {
            guard isChecked else { throw refuse(.templates, "what judges nothing passes everything: name a template") }
            let key = [CodingKeys.args, .dryRun, .measurementRetention].first(where: container.contains)
            if let key { throw refuse(key, "\(key.stringValue) is about templates, and none is named beside it") }
        }
        if let interval, interval.duration <= .zero { throw refuse(.interval, "an interval is longer than nothing") }
        if let iterations, iterations < 0 { throw refuse(.iterations, "iterations are a number of checks") }
    }

    /// Flagger's metrics and how they are checked; nil where there are none.
    package var checks: Checks? {
        guard let metrics, !metrics.isEmpty else { return nil }
        return Checks(
            metrics: metrics, interval: interval?.duration ?? .seconds(60), threshold: max(1, threshold ?? 1),
            iterations: iterations.flatMap { $0 > 0 ? $0 : nil })
    }

    package struct Checks: Hashable, Sendable {
        package let metrics: [FlaggerMetric]
        package let interval: Duration
        package let threshold: Int
        /// Nil where one check is enough.
        package let iterations: Int?
    }

    /// What is judged, by name.
    package var title: String {
        (templates.map(\.templateName) + (metrics ?? []).map(\.name)).joined(separator: ", ")
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
                        debugDescription: "analysis names templates or metrics, or is the word none, not \"\(text)\""))
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
