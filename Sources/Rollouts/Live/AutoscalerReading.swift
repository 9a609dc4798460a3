/// The bounds and the present count of a HorizontalPodAutoscaler.
package struct AutoscalerReading: Hashable, Sendable {
    /// 1 where the object does not say.
    package let minimum: Int
    package let maximum: Int
    package let current: Int
    /// What is scaled, as `Kind/name`.
    package let target: String
    package let conditions: [Condition]

    /// Nil where the object states no maximum, which every autoscaler must.
    package init?(_ object: JSON) {
        guard let spec = object["spec"], let maximum = spec["maxReplicas"]?.int else { return nil }
        self.maximum = maximum
        minimum = spec["minReplicas"]?.int ?? 1
        current = object["status"]?["currentReplicas"]?.int ?? 0
        let reference = spec["scaleTargetRef"]
        target = "\(reference?["kind"]?.string ?? "")/\(reference?["name"]?.string ?? "")"
        conditions = Condition.all(in: object["status"])
    }
}
