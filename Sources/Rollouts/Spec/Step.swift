/// One step of a plan, with the names that Argo Rollouts gave them.
package enum Step: Equatable, Sendable {
    case setWeight(Weight)
    /// Without a duration it waits for an approval.
    case pause(Span?)
    case analysis(AnalysisSpec)
    case setCanaryScale(CanaryScale)
}

extension Step: Codable {
    private enum CodingKeys: String, CodingKey {
        case setWeight, pause, analysis
        case setCanaryScale, experiment, setHeaderRoute, setMirrorRoute, plugin
    }

    private struct Pause: Codable { var duration: Span? }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for key in [CodingKeys.experiment, .setHeaderRoute, .setMirrorRoute, .plugin]
        where container.contains(key) {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container,
                debugDescription:
                    "the step \(key.stringValue) is not supported; there are setWeight, setCanaryScale, pause and analysis"
            )
        }
        let weight = try container.decodeIfPresent(Weight.self, forKey: .setWeight)
        let pause = try container.decodeIfPresent(Pause.self, forKey: .pause)
        let analysis = try container.decodeIfPresent(AnalysisSpec.self, forKey: .analysis)
        let scale = try container.decodeIfPresent(CanaryScale.self, forKey: .setCanaryScale)
        let steps = [
            weight.map(Step.setWeight), pause.map { .pause($0.duration) }, analysis.map(Step.analysis),
            scale.map(Step.setCanaryScale),
        ].compactMap(\.self)
        guard let step = steps.first, steps.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "a step has exactly one of setWeight, setCanaryScale, pause and analysis"))
        }
        self = step
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .setWeight(let weight): try container.encode(weight, forKey: .setWeight)
        case .pause(let span): try container.encode(Pause(duration: span), forKey: .pause)
        case .analysis(let spec): try container.encode(spec, forKey: .analysis)
        case .setCanaryScale(let scale): try container.encode(scale, forKey: .setCanaryScale)
        }
    }
}
