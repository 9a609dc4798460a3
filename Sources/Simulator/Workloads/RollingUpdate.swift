/// How many pods a rolling update may have too many and too few.
struct RollingUpdate {
    let desired: Int
    let surge: Int
    let unavailable: Int

    /// Percentages are of the desired count; surge is rounded up, unavailability down, and one of them is at least 1.
    init(_ spec: Value) {
        desired = spec["replicas"]?.integer ?? 1
        let settings = spec["strategy", "rollingUpdate"]
        surge = Self.count(settings?["maxSurge"] ?? "25%", of: desired, roundingUp: true)
        let unavailable = Self.count(settings?["maxUnavailable"] ?? "25%", of: desired, roundingUp: false)
        self.unavailable = surge == 0 && unavailable == 0 ? 1 : min(unavailable, desired)
    }

    private static func count(_ value: Value, of desired: Int, roundingUp: Bool) -> Int {
        if let count = value.integer { return max(0, count) }
        guard let text = value.string, text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return 0 }
        let product = desired * min(max(percent, 0), 1000)
        return roundingUp ? (product + 99) / 100 : product / 100
    }
}

/// What a workload's status counts.
struct PodCounts {
    let living: Int
    let ready: Int
    let available: Int
    let terminating: Int

    init(_ pods: [Pod], at now: Moment, minimum: Duration) {
        living = pods.count { $0.terminating == nil }
        ready = pods.count { $0.isReady }
        available = pods.count { $0.isAvailable(at: now, minimum: minimum) }
        terminating = pods.count - living
    }
}

extension StoredObject {
    var replicas: Int { spec["replicas"]?.integer ?? 0 }
    var minimumReady: Duration { .seconds(spec["minReadySeconds"]?.integer ?? 0) }

    var revision: Int {
        content["metadata", "annotations", "deployment.kubernetes.io/revision"]?.string.flatMap { Int($0) } ?? 0
    }
}
