extension Pod {
    /// The status as a kubelet reports it; before scheduling only what the API server sets.
    func status(qosClass: String) -> Value {
        switch state {
        case .unscheduled: return ["phase": "Pending", "qosClass": .string(qosClass)]
        case .unschedulable:
            let message =
                "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: "
                + "3 No preemption victims found for incoming pod."
            let scheduled = condition("PodScheduled", false, "Unschedulable", message, since: created)
            return ["phase": "Pending", "conditions": [scheduled], "qosClass": .string(qosClass)]
        case .waiting, .running, .ready: return kubeletStatus(qosClass: qosClass)
        }
    }

    private func kubeletStatus(qosClass: String) -> Value {
        let isReady = state == .ready
        let isWaiting = if case .waiting = state { true } else { false }
        let names = containers.map(\.name).joined(separator: " ")
        let unready = "containers with unready status: [\(names)]"
        let readiness = { (type: String) in
            isReady
                ? condition(type, true, nil, nil, since: readyChanged)
                : condition(type, false, "ContainersNotReady", unready, since: readyChanged)
        }
        let phase: Value = isWaiting && restarts == 0 && started == nil ? "Pending" : "Running"
        return [
            "phase": phase,
            "conditions": [
                condition("PodReadyToStartContainers", true, nil, nil, since: created),
                condition("Initialized", true, nil, nil, since: created),
                readiness("Ready"), readiness("ContainersReady"),
                condition("PodScheduled", true, nil, nil, since: created),
            ],
            "hostIP": "10.0.0.10", "hostIPs": [["ip": "10.0.0.10"]],
            "podIP": .string(address), "podIPs": [["ip": .string(address)]],
            "startTime": .string(created.description),
            "containerStatuses": .array(containers.map(containerStatus)),
            "qosClass": .string(qosClass),
        ]
    }

    private func containerStatus(_ container: (name: String, image: String)) -> Value {
        var status: Value = ["name": .string(container.name)]
        if case .waiting(let reason, let message) = state {
            status["state", "waiting", "reason"] = .string(reason)
            if let message { status["state", "waiting", "message"] = .string(message) }
        } else {
            status["state", "running", "startedAt"] = .string((started ?? created).description)
        }
        status["lastState"] = [:]
        if restarts > 0 {
            status["lastState"] = ["terminated": ["exitCode": 1, "reason": "Error"]]
        }
        status["ready"] = .bool(state == .ready)
        status["restartCount"] = .integer(restarts)
        status["image"] = .string(container.image)
        status["imageID"] = .string(
            started == nil ? "" : container.image + "@sha256:" + String(repeating: "0", count: 64))
        if started != nil { status["started"] = .bool(state == .running || state == .ready) }
        return status
    }

    private func condition(
        _ type: String, _ holds: Bool, _ reason: String?, _ message: String?, since: Moment
    ) -> Value {
        var condition: Value = [
            "type": .string(type), "status": holds ? "True" : "False", "lastProbeTime": .null,
            "lastTransitionTime": .string(since.description),
        ]
        if let reason { condition["reason"] = .string(reason) }
        if let message { condition["message"] = .string(message) }
        return condition
    }
}
