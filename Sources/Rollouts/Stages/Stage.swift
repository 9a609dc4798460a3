/// One manifest change and the conditions for leaving it; one stage is one commit.
package struct Stage: Hashable, Sendable {
    package let key: StageKey
    package let kind: Kind
    /// The canary's share of the traffic while the stage is live.
    package let weight: Weight
    /// What has to hold, in this order on one time line, before the next stage is committed.
    package let conditions: [Condition]
    /// Whether the background analysis is judged here.
    package let judged: Bool
    /// How many pods the canary has while the stage is live.
    package let scale: CanaryScale

    package init(
        key: StageKey, kind: Kind, weight: Weight, scale: CanaryScale = .matchTraffic, conditions: [Condition] = [],
        judged: Bool = false
    ) {
        self.key = key
        self.kind = kind
        self.weight = weight
        self.scale = scale
        self.conditions = conditions
        self.judged = judged
    }

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case start, weight, promote, drain, finish
        /// A rollback's commits: stable back to the previous release, the traffic back, everything else back.
        case stable, traffic, rest

        /// Whether the stage belongs to a rollback.
        package var isBackward: Bool { self == .stable || self == .traffic || self == .rest }
    }

    package enum Condition: Hashable, Sendable {
        case pause(Duration)
        /// Waits for `steer.approve`; the number counts the approvals of one stage from 1.
        case approval(Int)
        /// An inline analysis; the number counts the analyses of one stage from 1.
        case analysis(AnalysisSpec, Int)
    }
}

/// The name of a stage within its plan: `start`, `weight-25`, `promote`.
package struct StageKey: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }

    package static let start = StageKey("start")
    package static let promote = StageKey("promote")
    package static let drain = StageKey("drain")
    package static let finish = StageKey("finish")
}

extension StageKey: Codable {
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension AnalysisSpec: Hashable {
    package func hash(into hasher: inout Hasher) {
        hasher.combine(title)
    }
}
