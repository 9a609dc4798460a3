internal import Rollouts
internal import YAML

/// The parts of a rollout that a chart makes.
extension BoundRollout {
    package var isRendered: Bool {
        stable.object.isRendered || canary.object.isRendered || route?.object.isRendered == true
    }

    /// The values of objects that a chart makes.
    var renderedFields: [BoundField] {
        let objects = Set(renderedObjects.map(\.reference))
        return fields.filter { objects.contains($0.object) }
    }

    private var renderedObjects: [ManifestObject] {
        [stable.object, canary.object, stable.autoscaler?.object, canary.autoscaler?.object, route?.object].compactMap(
            \.self
        )
        .filter(\.isRendered)
    }
}

extension BoundRollout.Route {
    /// What both sides have together where a chart takes the weights.
    static let percent = 100
    /// In the place of a live field, which only the chart knows: whose share the value is.
    static let canaryShare: FieldPath = "canary"
    static let stableShare: FieldPath = "stable"

    package var isRendered: Bool { object.isRendered }

    /// The canary's share as the chart's values have it; nil where they do not add up.
    var renderedShare: Weight? {
        guard let weights = lists.first?.weights, weights.stable + weights.canary == Self.percent else { return nil }
        return Weight(weights.canary)
    }
}
