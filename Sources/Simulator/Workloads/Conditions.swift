/// A status's list of conditions, with times that move as Kubernetes moves them.
struct Conditions {
    private(set) var elements: [Value]

    init(_ value: Value?) {
        elements = value?.array ?? []
    }

    var value: Value { .array(elements) }

    subscript(type: String) -> Value? { elements.first { $0["type"]?.string == type } }

    /// When each condition was last written.
    var updated: [String: Moment] {
        var times: [String: Moment] = [:]
        for element in elements {
            guard let type = element["type"]?.string else { continue }
            times[type] = element["lastUpdateTime"]?.string.flatMap(Moment.init(reading:))
        }
        return times
    }

    /// The list with one condition set.
    ///
    /// Equal status and reason change nothing, unless the condition is refreshed: then its
    /// update time moves. The transition time moves only with the status.
    func setting(
        _ type: String, _ holds: Bool, _ reason: String, _ message: String, at now: Moment, refreshing: Bool = false
    ) -> Conditions {
        let status: Value = holds ? "True" : "False"
        let current = self[type]
        let isSameStatus = current?["status"] == status
        if isSameStatus, current?["reason"]?.string == reason, !refreshing { return self }
        let transition = isSameStatus ? current?["lastTransitionTime"] : nil
        let condition: Value = [
            "type": .string(type), "status": status, "lastUpdateTime": .string(now.description),
            "lastTransitionTime": transition ?? .string(now.description), "reason": .string(reason),
            "message": .string(message),
        ]
        var result = self
        result.elements.removeAll { $0["type"]?.string == type }
        result.elements.append(condition)
        result.elements.sort { ($0["type"]?.string ?? "") < ($1["type"]?.string ?? "") }
        return result
    }
}
