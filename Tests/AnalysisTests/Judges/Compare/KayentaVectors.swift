import Analysis
import Testing

/// The shape of `kayenta.json`.
struct KayentaVectors: Decodable, Sendable {
    static let file = VectorFile.decode(KayentaVectors.self, from: "kayenta.json")

    let mannWhitney: [MannWhitney]
    let wilcoxonDiff: [WilcoxonDiff]
    let classifier: [Classifier]
    let meanInequality: [Classifier]
    let scorer: [Scorer]
    let transforms: [Transform]
    let detectors: [Detection]
    let statistics: [Statistic]
    let effectSizes: [Effect]

    struct MannWhitney: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        struct Expected: Decodable, Sendable {
            let lower: VectorMeasure, upper: VectorMeasure, estimate: VectorMeasure
        }

        let x: [Double], y: [Double]
        let confidenceLevel: Double
        let expected: Expected
    }

    struct WilcoxonDiff: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        enum Expected: Decodable, Sendable {
            case value(Double)
            case intermediate([String: Double])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let value = try? container.decode(Double.self) {
                    self = .value(value)
                } else {
                    self = .intermediate(try container.decode([String: Double].self))
                }
            }
        }

        let x: [Double], y: [Double]
        let mu: Double?, quantile: Double?, confidenceLevel: Double?
        let expected: Expected
        let tol: Double
    }

    struct Classifier: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        struct Expected: Decodable, Sendable {
            let classification: String?
            let critical: Bool?
            let deviation: VectorNumber?
            let reasonNonEmpty: Bool?
        }

        struct Derived: Decodable, Sendable {
            let noise: Bool?
            let lower: VectorNumber?, upper: VectorNumber?, estimate: VectorNumber?, bound: VectorNumber?
            let effectSize: VectorNumber?, deviation: VectorNumber?
            let classification: String?
            let critical: Bool?
        }

        let experiment: [VectorNumber], control: [VectorNumber]
        let direction: String, nanStrategy: String
        let critical: Bool, mustHaveData: Bool
        let tolerance: Double?, confLevel: Double?
        let effectSizeThresholds: [Double]?, criticalThresholds: [Double]?
        let effectSizeMeasure: String?
        let expected: Expected
        let derived: Derived?

        var settings: CompareSettings {
            var settings = CompareSettings()
            settings.mode = .kayenta
            settings.direction = CompareSettings.Direction(rawValue: direction) ?? .either
            settings.nanStrategy = CompareSettings.NaNStrategy(rawValue: nanStrategy) ?? .remove
            settings.isCritical = critical
            settings.mustHaveData = mustHaveData
            settings.tolerance = tolerance ?? 0.25
            settings.confidence = confLevel ?? 0.95
            settings.effectSize.measure = effectSizeMeasure.flatMap(EffectSize.init(rawValue:)) ?? .meanRatio
            settings.effectSize.allowedDecrease = effectSizeThresholds?.first
            settings.effectSize.allowedIncrease = effectSizeThresholds?.last
            settings.effectSize.criticalDecrease = criticalThresholds?.first
            settings.effectSize.criticalIncrease = criticalThresholds?.last
            return settings
        }
    }

    struct Scorer: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        struct Metric: Decodable, Sendable {
            let name: String, classification: CompareOutcome.Classification
            let critical: Bool
            let groups: [String]

            var entry: CompareScore.Entry {
                CompareScore.Entry(
                    metric: name, classification: classification, isCriticalFailure: critical, groups: groups)
            }
        }

        struct Expected: Decodable, Sendable {
            let summaryScore: Double
            let groupScoresSorted: [Double]?
        }

        let groupWeights: [String: Double]
        let metrics: [Metric]
        let expected: Expected
    }

    struct Transform: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        let input: [VectorNumber], expected: [VectorNumber]
        let op: String
        let k: Double?, factor: Double?
        let reduceSensitivity: Bool?
    }

    struct Detection: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        let input: [VectorNumber]
        let expected: [Bool]
        let op: String
        let k: Double?, factor: Double?
        let reduceSensitivity: Bool?
    }

    struct Statistic: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        struct Percentile: Decodable, Sendable {
            let p: Double, value: Double, tol: Double
        }

        enum Expected: Decodable, Sendable {
            case value(Double)
            case percentiles([Percentile])
            case summary([String: Double])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let value = try? container.decode(Double.self) {
                    self = .value(value)
                } else if let rows = try? container.decode([Percentile].self) {
                    self = .percentiles(rows)
                } else {
                    self = .summary(try container.decode([String: Double].self))
                }
            }
        }

        let fn: String
        let p: Double?, tol: Double?
        let input: [Double]?
        let expected: Expected
    }

    struct Effect: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        let fn: String
        let experiment: [Double], control: [Double]
        let expected: VectorMeasure
    }
}

extension KayentaVectors.Transform {
    var detector: OutlierDetector { get throws { try .named(op, k: k, factor: factor, reduceSensitivity) } }
}

extension KayentaVectors.Detection {
    var detector: OutlierDetector { get throws { try .named(op, k: k, factor: factor, reduceSensitivity) } }
}

extension OutlierDetector {
    struct Unknown: Error {
        let name: String
    }

    fileprivate static func named(_ op: String, k: Double?, factor: Double?, _ sparesTails: Bool?) throws -> Self {
        switch op {
        case "iqr": .interquartileRange(factor: factor ?? 1.5, sparesTails: sparesTails ?? false)
        case "ksigma": .kSigma(k: k ?? 3)
        default: throw Unknown(name: op)
        }
    }
}
