/// Where the values come from that a canary is compared with; the raw values are PipeCD's names of its strategies.
package enum BaselineSource: String, Codable, CaseIterable, Sendable {
    /// The same query at the same time after the start of the release before. An incident that has nothing to do with
    /// the release is taken for the release's, so more is tolerated.
    case previous = "PREVIOUS"
    /// Fresh pods of the stable release, started together with the canary.
    case canaryBaseline = "CANARY_BASELINE"
    /// The pods of the stable release that serve beside the canary.
    case canaryPrimary = "CANARY_PRIMARY"

    /// By how much the tolerance grows.
    package var toleranceFactor: Double { self == .previous ? 1.5 : 1 }

    /// Whose values they are, for a sentence.
    package var owner: String {
        switch self {
        case .previous: "the previous release"
        case .canaryBaseline: "the baseline"
        case .canaryPrimary: "stable"
        }
    }
}
