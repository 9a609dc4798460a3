/// What the bounds of a histogram are measured in.
package enum BucketUnit: String, Codable, CaseIterable, Sendable {
    case seconds, milliseconds
    /// Anything else, such as bytes.
    case none

    /// A bound as people read it: `250 ms`, `2.5 s`.
    package func readable(_ bound: Double) -> String {
        switch self {
        case .none: Readable.number(bound)
        case .milliseconds where bound < 1000: "\(Readable.number(bound)) ms"
        case .milliseconds: "\(Readable.number(bound / 1000)) s"
        case .seconds where bound < 1: "\(Readable.number(bound * 1000)) ms"
        case .seconds: "\(Readable.number(bound)) s"
        }
    }
}
