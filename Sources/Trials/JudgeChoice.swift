/// A judge that is asked for by name; those of other systems are manners of comparing.
package enum JudgeChoice: String, CaseIterable, Sendable {
    case compare, sequential, confident, kayenta, pipecd

    /// The name under which the judge's settings stand.
    var key: String {
        switch self {
        case .compare, .kayenta, .pipecd: "compare"
        case .sequential, .confident: rawValue
        }
    }

    /// The `mode` that it stands for; nil leaves what is stated.
    var mode: String? { self == .kayenta || self == .pipecd ? rawValue : nil }

    /// The names that a document may state.
    static let keys = ["sequential", "confident", "compare"]
}
