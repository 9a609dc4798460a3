/// What has been served so far: per pod for the metrics, which end with the pod, and in total for the demo and the tests.
struct Traffic: Sendable {
    /// Identifies a pod's counters for the requests that reached it by one Service.
    struct Series: Hashable, Sendable {
        let service: String
        let pod: ObjectKey
    }

    struct Counters: Sendable {
        let workload: ObjectKey
        var codes: [String: Int] = [:]
        var buckets = [Int](repeating: 0, count: LatencyBuckets.bounds.count + 1)
        var latencySum = 0.0

        var count: Int { buckets.reduce(0, +) }
    }

    /// Requests by one image (or by none: no ready pod behind the Service).
    package struct Total: Sendable, Equatable {
        package var served = 0
        package var failed = 0
    }

    struct TotalKey: Hashable, Sendable {
        let workload: String
        let image: String
    }

    var counters: [Series: Counters] = [:]
    var totals: [TotalKey: Total] = [:]
    /// Requests per second in the last step, by workload.
    var rates: [ObjectKey: Double] = [:]

    mutating func forgetCounters(of pod: ObjectKey) {
        for series in counters.keys where series.pod == pod { counters[series] = nil }
    }

    func rate(of workload: ObjectKey) -> Double { rates[workload] ?? 0 }
}
