/// How many requests arrive, and how many pods an autoscaler thinks they need.
package struct Load: Sendable, Equatable {
    /// Requests per second for each route that has no rate of its own.
    package var requestsPerSecond: Double = 50
    /// Requests per second by `namespace/route` or route name.
    package var routes: [String: Double] = [:]
    /// Requests per second by Service (`namespace/name` or name), for Services that clients call without a route.
    package var services: [String: Double] = [:]
    /// Requests per second that one pod takes before an autoscaler adds another; nil: autoscalers stay at their minimum.
    package var requestsPerPod: Double?
    /// The count that autoscalers give a workload (`namespace/name` or name), whatever the load.
    package var fixedPods: [String: Int] = [:]

    package init() {}

    func rate(of route: ObjectKey) -> Double {
        routes["\(route.namespace)/\(route.name)"] ?? routes[route.name] ?? requestsPerSecond
    }

    func rate(ofService key: ObjectKey) -> Double? {
        services["\(key.namespace)/\(key.name)"] ?? services[key.name]
    }

    func podsWanted(for workload: ObjectKey, rate: Double) -> Int? {
        if let fixed = fixedPods["\(workload.namespace)/\(workload.name)"] ?? fixedPods[workload.name] { return fixed }
        guard let requestsPerPod, requestsPerPod > 0 else { return nil }
        return Int(min(1e6, (rate / requestsPerPod).rounded(.up)))
    }
}
