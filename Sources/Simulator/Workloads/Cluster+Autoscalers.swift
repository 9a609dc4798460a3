extension Cluster {
    /// Scales the targets of all autoscalers: to the count that the load asks for, within the bounds.
    mutating func scaleByAutoscalers(at now: Moment) {
        let interval = max(1, pace.autoscaler.inMilliseconds)
        let isDue = now.milliseconds / interval != (now.milliseconds - pace.step.inMilliseconds) / interval
        for autoscaler in store.all(.autoscaler) where isDue || autoscaler.content["status"] == nil {
            let target = autoscaler.spec["scaleTargetRef"]
            guard let name = target?["name"]?.string,
                let kind = ResourceKind.named(target?["kind"]?.string, apiVersion: target?["apiVersion"]?.string)
            else { continue }
            scale(ObjectKey(kind, namespace: autoscaler.key.namespace, name: name), by: autoscaler, at: now)
        }
        for scaled in store.all(.scaledObject) where isDue || scaled.content["status"] == nil {
            scale(by: scaled, at: now)
        }
    }

    /// KEDA, simplified: its triggers are the load, at once, from and to no pod at all.
    private mutating func scale(by scaled: StoredObject, at now: Moment) {
        let target = scaled.spec["scaleTargetRef"]
        let apiVersion = target?["apiVersion"]?.string ?? "apps/v1"
        guard let name = target?["name"]?.string,
            let kind = ResourceKind.named(target?["kind"]?.string ?? "Deployment", apiVersion: apiVersion)
        else { return }
        let key = ObjectKey(kind, namespace: scaled.key.namespace, name: name)
        let minimum = scaled.spec["minReplicaCount"]?.integer ?? 0
        let maximum = scaled.spec["maxReplicaCount"]?.integer ?? 100
        let wanted = load.podsWanted(for: key, rate: traffic.rate(of: key)) ?? minimum
        let desired = min(max(wanted, minimum), max(maximum, minimum))
        let found = store[key] != nil
        if let workload = store[key], workload.replicas != desired {
            store.update(key, manager: "keda-operator", subresource: "scale", at: now) {
                $0["spec", "replicas"] = .integer(desired)
            }
        }
        let conditions = Conditions(scaled.status["conditions"]).setting(
            "Ready", found, found ? "ScaledObjectReady" : "ScaledObjectCheckFailed",
            found
                ? "ScaledObject is defined correctly and is ready for scaling"
                : "ScaledObject doesn't have correct scaleTargetRef specification", at: now)
        // KEDA's conditions have no times.
        let elements = conditions.elements.map { condition in
            var condition = condition
            for name in ["lastTransitionTime", "lastUpdateTime"] { condition[name] = nil }
            return condition
        }
        store.update(scaled.key, manager: "keda-operator", subresource: "status", at: now) {
            $0["status", "conditions"] = .array(elements)
        }
    }

    private mutating func scale(_ key: ObjectKey, by autoscaler: StoredObject, at now: Moment) {
        guard let target = store[key] else {
            let message =
                "the HPA controller was unable to get the target's current scale: "
                + "\(key.kind.qualifiedPlural) \"\(key.name)\" not found"
            report(autoscaler, current: 0, desired: 0, scaling: (false, "FailedGetScale", message), at: now)
            return
        }
        let current = target.replicas
        let minimum = autoscaler.spec["minReplicas"]?.integer ?? 1
        let maximum = autoscaler.spec["maxReplicas"]?.integer ?? minimum
        var desired = current
        // A target that somebody has scaled to nothing switches its autoscaler off.
        if current > 0 {
            let wanted = load.podsWanted(for: key, rate: traffic.rate(of: key)) ?? minimum
            desired = min(max(wanted, minimum), max(maximum, minimum))
        }
        if desired != current {
            store.update(key, manager: Self.controllerManager, subresource: "scale", at: now) {
                $0["spec", "replicas"] = .integer(desired)
            }
        }
        let message =
            "the HPA was able to successfully calculate a replica count from cpu resource utilization "
            + "(percentage of request)"
        let scaling =
            current > 0
            ? (true, "ValidMetricFound", message)
            : (false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
        report(autoscaler, current: pods(of: target).count, desired: desired, scaling: scaling, at: now)
    }

    private func pods(of workload: StoredObject) -> [Pod] {
        let selector = workload.spec["selector", "matchLabels"]?.strings ?? [:]
        return pods(in: workload.key.namespace, matching: selector).filter { $0.terminating == nil }
    }

    private mutating func report(
        _ autoscaler: StoredObject, current: Int, desired: Int, scaling: (Bool, String, String), at now: Moment
    ) {
        var conditions = Conditions(autoscaler.status["conditions"])
        let found = scaling.1 != "FailedGetScale"
        conditions = conditions.setting(
            "AbleToScale", found, found ? "SucceededGetScale" : "FailedGetScale",
            found ? "the HPA controller was able to get the target's current scale" : scaling.2, at: now)
        if found { conditions = conditions.setting("ScalingActive", scaling.0, scaling.1, scaling.2, at: now) }
        let elements = conditions.elements.map { condition in
            var condition = condition
            condition["lastUpdateTime"] = nil
            return condition
        }
        var status: Value = ["currentReplicas": .integer(current), "desiredReplicas": .integer(desired)]
        status["currentMetrics"] = [
            ["type": "Resource", "resource": ["name": "cpu", "current": ["averageUtilization": 50]]]
        ]
        status["conditions"] = .array(elements)
        store.update(autoscaler.key, manager: Self.controllerManager, subresource: "status", at: now) {
            $0["status"] = status
        }
    }
}
