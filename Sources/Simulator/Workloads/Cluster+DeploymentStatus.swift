extension Cluster {
    /// A new pod template: progress begins again, with its deadline.
    mutating func begin(_ deployment: StoredObject, replicaSet: String, revision: Int, at now: Moment) {
        store.update(deployment.key, manager: Self.controllerManager, subresource: "status", at: now) { content in
            content["metadata", "annotations", "deployment.kubernetes.io/revision"] = .string(String(revision))
            let conditions = Conditions(content["status", "conditions"])
            let message = "Created new replica set \"\(replicaSet)\""
            content["status", "conditions"] =
                conditions.setting("Progressing", true, "NewReplicaSetCreated", message, at: now, refreshing: true)
                .value
        }
    }

    /// Writes the status of a Deployment, as the real controller computes it from its ReplicaSets' pods.
    mutating func report(_ deployment: StoredObject, current: ObjectKey, at now: Moment) {
        guard let deployment = store[deployment.key] else { return }
        let sets = store.all(.replicaSet).filter { $0.owner(.deployment) == deployment.key }
        let counts = PodCounts(sets.flatMap { pods(of: $0.key) }, at: now, minimum: deployment.minimumReady)
        let updated = pods(of: current).count { $0.terminating == nil }
        let rolling = RollingUpdate(deployment.spec)

        var conditions = Conditions(deployment.status["conditions"])
        conditions =
            counts.available >= rolling.desired - rolling.unavailable
            ? conditions.setting(
                "Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.", at: now)
            : conditions.setting(
                "Available", false, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.",
                at: now)
        let progress = Progress(
            desired: rolling.desired, updated: updated, counts: counts, before: deployment.status,
            deadline: .seconds(deployment.spec["progressDeadlineSeconds"]?.integer ?? 600))
        conditions = progress.apply(to: conditions, replicaSet: current.name, at: now)

        var status: Value = ["observedGeneration": .integer(deployment.generation)]
        let unavailable = max(0, counts.living - counts.available)
        for (name, count) in [
            ("replicas", counts.living), ("updatedReplicas", updated), ("readyReplicas", counts.ready),
            ("availableReplicas", counts.available), ("unavailableReplicas", unavailable),
        ] where count > 0 {
            status[name] = .integer(count)
        }
        status["terminatingReplicas"] = .integer(counts.terminating)
        status["conditions"] = conditions.value
        store.update(deployment.key, manager: Self.controllerManager, subresource: "status", at: now) {
            $0["status"] = status
        }
    }
}

/// The Progressing condition: complete, on its way, or past its deadline.
private struct Progress {
    let desired: Int
    let updated: Int
    let counts: PodCounts
    let before: Value
    let deadline: Duration

    private var isComplete: Bool { updated == desired && counts.living == desired && counts.available == desired }

    private var hasProgressed: Bool {
        let old = { (name: String) in before[name]?.integer ?? 0 }
        return updated > old("updatedReplicas")
            || counts.living - updated < old("replicas") - old("updatedReplicas")
            || counts.ready > old("readyReplicas") || counts.available > old("availableReplicas")
    }

    func apply(to conditions: Conditions, replicaSet: String, at now: Moment) -> Conditions {
        let current = conditions["Progressing"]
        let isSettled = current?["reason"] == "NewReplicaSetAvailable" && counts.living == updated
        if isSettled { return conditions }
        if isComplete {
            let message = "ReplicaSet \"\(replicaSet)\" has successfully progressed."
            return conditions.setting("Progressing", true, "NewReplicaSetAvailable", message, at: now)
        }
        if hasProgressed {
            let message = "ReplicaSet \"\(replicaSet)\" is progressing."
            return conditions.setting("Progressing", true, "ReplicaSetUpdated", message, at: now, refreshing: true)
        }
        guard let since = conditions.updated["Progressing"], now - since > deadline else { return conditions }
        let message = "ReplicaSet \"\(replicaSet)\" has timed out progressing."
        return conditions.setting("Progressing", false, "ProgressDeadlineExceeded", message, at: now)
    }
}
