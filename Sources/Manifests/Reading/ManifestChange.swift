internal import Rollouts

/// What somebody changed in one place of the manifests that a rollout is bound to.
package struct ManifestChange: Hashable, Sendable {
    /// What the place means for the traffic once it is applied.
    package enum Reach: String, Hashable, Sendable, CaseIterable {
        /// Stable's pods, or what they read: everybody gets it.
        case stable
        /// The canary, which the agent writes.
        case canary
        /// The shares of the traffic.
        case weight
        /// How many pods there are.
        case count
        /// The rest of a manifest: a Service's ports, a route's rules.
        case other
    }

    package let reach: Reach
    /// `Kind/name` of the object.
    package let object: String
    /// The field, as the file has it.
    package let field: String
    package let file: String
    /// From 1; of the value, or of the nearest node that exists.
    package let line: Int
    /// Nil where there was nothing, or where it is not shown.
    package let former: String?
    /// Nil where there is nothing any more, or where it is not shown.
    package let present: String?
    /// Whether the values stay out of messages: they may be secret.
    package let isHidden: Bool

    package init(
        reach: Reach, object: String, field: String, file: String, line: Int, former: String?, present: String?,
        isHidden: Bool = false
    ) {
        self.reach = reach
        self.object = object
        self.field = field
        self.file = file
        self.line = line
        self.former = isHidden ? nil : former
        self.present = isHidden ? nil : present
        self.isHidden = isHidden
    }
}

extension BindingName {
    /// What a change of the value means for the traffic.
    var reach: ManifestChange.Reach {
        switch self {
        case .weight, .stableWeight: .weight
        case .stableReplicas, .canaryReplicas, .stableFloor, .canaryFloor: .count
        case _ where isOfJob: .other
        default: text.hasPrefix("canary.") ? .canary : .stable
        }
    }
}
