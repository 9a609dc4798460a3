package import Analysis

/// One entry of an object's `status.conditions`.
package struct Condition: Hashable, Sendable {
    package let type: String
    /// Nil for `Unknown`.
    package let isTrue: Bool?
    package let reason: String
    package let message: String
    /// When the status last changed.
    package let transition: Timestamp?
    /// When the condition was last written, where the kind says so.
    package let update: Timestamp?
    package let observedGeneration: Int?

    init?(_ json: JSON) {
        guard let type = json["type"]?.string, let status = json["status"]?.string else { return nil }
        self.type = type
        isTrue = status == "True" ? true : status == "False" ? false : nil
        reason = json["reason"]?.string ?? ""
        message = json["message"]?.string ?? ""
        transition = json["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:))
        update = json["lastUpdateTime"]?.string.flatMap(Timestamp.init(rfc3339:))
        observedGeneration = json["observedGeneration"]?.int
    }

    package static func all(in json: JSON?) -> [Condition] {
        (json?["conditions"]?.array ?? []).compactMap(Condition.init)
    }
}
