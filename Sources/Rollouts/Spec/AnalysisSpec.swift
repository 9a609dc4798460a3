/// Which templates are judged, and with which arguments.
package struct AnalysisSpec: Codable, Equatable, Sendable {
    package var templates: [TemplateReference]
    package var args: [Argument]?
    /// Background analysis only: the first step, counted from 0, during which it is judged.
    package var startingStep: Int?

    package init(templates: [TemplateReference], args: [Argument]? = nil, startingStep: Int? = nil) {
        self.templates = templates
        self.args = args
        self.startingStep = startingStep
    }

    package struct TemplateReference: Codable, Equatable, Sendable {
        package var templateName: String
        package var clusterScope: Bool?

        package init(templateName: String, clusterScope: Bool? = nil) {
            self.templateName = templateName
            self.clusterScope = clusterScope
        }
    }

    package struct Argument: Codable, Equatable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
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
