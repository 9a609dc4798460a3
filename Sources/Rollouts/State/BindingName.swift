/// Names one value that a stage can change: `stable.image.app`, `canary.replicas`, `route.weight`.
package struct BindingName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    /// The canary's share of the traffic.
    package static let weight = BindingName("route.weight")
    /// Stable's share, where a chart takes a number for each side; only `spec.bindings` says it.
    package static let stableWeight = BindingName("route.weight.stable")
    package static let stableReplicas = BindingName("stable.replicas")
    package static let canaryReplicas = BindingName("canary.replicas")
    /// The floors of the pair's autoscalers.
    package static let stableFloor = BindingName("stable.floor")
    package static let canaryFloor = BindingName("canary.floor")
    /// Everything in the pod template that the release does not name.
    package static let stableTemplate = BindingName("stable.template")
    package static let canaryTemplate = BindingName("canary.template")

    /// Whether a Job that an analysis starts is suspended.
    package static func jobSuspended(_ job: String) -> BindingName { BindingName("job.\(job).suspended") }
    /// For which release and stage the Job runs.
    package static func jobRun(_ job: String) -> BindingName { BindingName("job.\(job).run") }
    package var isOfJob: Bool { text.hasPrefix("job.") }

    /// The value of a release on one side: `stable.` or `canary.` before `image.app`.
    package static func release(_ side: Side, _ name: String) -> BindingName {
        BindingName("\(side.rawValue).\(name)")
    }
}

/// Which of the pair.
package enum Side: String, Codable, Sendable, CaseIterable {
    case stable, canary
}

extension BindingName: Codable {
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
