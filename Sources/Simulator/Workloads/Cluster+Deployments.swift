extension Cluster {
    mutating func reconcileDeployments(at now: Moment) {
        for deployment in store.all(.deployment) {
            let hash = templateHash(of: deployment)
            let current = replicaSet(of: deployment, hash: hash, at: now)
            let others = store.all(.replicaSet).filter {
                $0.owner(.deployment) == deployment.key && $0.key != current.key
            }
            if deployment.spec["strategy", "type"] == "Recreate" {
                recreate(deployment, current: current, others: others, at: now)
            } else {
                roll(deployment, current: current, others: others, at: now)
            }
            forgetOldRevisions(of: deployment, others: others)
            report(deployment, current: current.key, at: now)
        }
    }

    /// The ReplicaSet of the present template; a new one, or one that is used again, gets the next revision.
    private mutating func replicaSet(of deployment: StoredObject, hash: String, at now: Moment) -> StoredObject {
        let key = ObjectKey(
            .replicaSet, namespace: deployment.key.namespace, name: "\(deployment.key.name)-\(hash)")
        let revisions = store.all(.replicaSet).filter { $0.owner(.deployment) == deployment.key }
        let newest = revisions.max { $0.revision < $1.revision }
        if let existing = store[key], existing.key == newest?.key { return existing }
        let revision = (newest?.revision ?? 0) + 1
        if store[key] != nil {
            store.update(key, manager: Self.controllerManager, at: now) {
                $0["metadata", "annotations", "deployment.kubernetes.io/revision"] = .string(String(revision))
            }
        } else {
            var content = content(ofReplicaSetFor: deployment, hash: hash, revision: revision)
            content["spec", "replicas"] = .integer(firstCount(deployment, beside: revisions))
            store.create(content, key: key, manager: Self.controllerManager, at: now)
        }
        begin(deployment, replicaSet: key.name, revision: revision, at: now)
        return store[key] ?? StoredObject(key: key, content: .empty)
    }

    /// How many pods a new ReplicaSet begins with: what the surge leaves, or nothing while old pods are to go first.
    private func firstCount(_ deployment: StoredObject, beside others: [StoredObject]) -> Int {
        let rolling = RollingUpdate(deployment.spec)
        let total = others.reduce(0) { $0 + $1.replicas }
        if deployment.spec["strategy", "type"] == "Recreate" { return total == 0 ? rolling.desired : 0 }
        return max(0, min(rolling.desired + rolling.surge - total, rolling.desired))
    }

    private func content(ofReplicaSetFor deployment: StoredObject, hash: String, revision: Int) -> Value {
        var template = deployment.spec["template"] ?? .empty
        var labels = template["metadata", "labels"]?.fields ?? Fields()
        labels["pod-template-hash"] = .string(hash)
        template["metadata", "labels"] = .object(labels.sorted())
        var selector = deployment.spec["selector", "matchLabels"]?.fields ?? Fields()
        selector["pod-template-hash"] = .string(hash)
        let rolling = RollingUpdate(deployment.spec)
        var content: Value = [
            "metadata": [
                "labels": .object(labels.sorted()),
                "annotations": [
                    "deployment.kubernetes.io/desired-replicas": .string(String(rolling.desired)),
                    "deployment.kubernetes.io/max-replicas": .string(String(rolling.desired + rolling.surge)),
                    "deployment.kubernetes.io/revision": .string(String(revision)),
                ],
                "ownerReferences": [deployment.ownerReference],
            ],
            "spec": [
                "selector": ["matchLabels": .object(selector.sorted())],
                "template": template,
            ],
        ]
        content["spec", "minReadySeconds"] = deployment.spec["minReadySeconds"]
        return content
    }

    private mutating func scale(_ replicaSet: StoredObject, to count: Int, at now: Moment) {
        guard replicaSet.spec["replicas"]?.integer != count else { return }
        store.update(replicaSet.key, manager: Self.controllerManager, at: now) {
            $0["spec", "replicas"] = .integer(count)
        }
    }

    private mutating func recreate(
        _ deployment: StoredObject, current: StoredObject, others: [StoredObject], at now: Moment
    ) {
        for other in others { scale(other, to: 0, at: now) }
        guard others.allSatisfy({ pods(of: $0.key).isEmpty }) else { return }
        scale(current, to: RollingUpdate(deployment.spec).desired, at: now)
    }

    /// One step of a rolling update, in the order of the real controller: grow the new, then shrink what was never healthy,
    /// then what there is too much of.
    private mutating func roll(
        _ deployment: StoredObject, current: StoredObject, others: [StoredObject], at now: Moment
    ) {
        let rolling = RollingUpdate(deployment.spec)
        let old = others.filter { $0.replicas > 0 }
        let total = old.reduce(current.replicas) { $0 + $1.replicas }
        let room = min(rolling.desired + rolling.surge - total, rolling.desired - current.replicas)
        let grown = current.replicas > rolling.desired ? rolling.desired : current.replicas + max(0, room)
        scale(current, to: grown, at: now)

        let currentAvailable = available(current, at: now)
        let floor = rolling.desired - rolling.unavailable
        let waiting = max(0, grown - currentAvailable)
        var removable = total - current.replicas + grown - floor - waiting
        var surplus = currentAvailable - floor + old.reduce(0) { $0 + available($1, at: now) }
        for set in old.sorted(by: { $0.revision < $1.revision }) where removable > 0 {
            let healthy = available(set, at: now)
            let unhealthy = min(removable, max(0, set.replicas - healthy))
            let spare = min(max(0, surplus), healthy, removable - unhealthy)
            surplus -= spare
            removable -= unhealthy + spare
            scale(set, to: set.replicas - unhealthy - spare, at: now)
        }
    }

    private func available(_ replicaSet: StoredObject, at now: Moment) -> Int {
        pods(of: replicaSet.key).count { $0.isAvailable(at: now, minimum: replicaSet.minimumReady) }
    }

    private mutating func forgetOldRevisions(of deployment: StoredObject, others: [StoredObject]) {
        let limit = deployment.spec["revisionHistoryLimit"]?.integer ?? 10
        let idle = others.filter { $0.replicas == 0 && pods(of: $0.key).isEmpty }.sorted { $0.revision < $1.revision }
        for replicaSet in idle.dropLast(max(0, limit)) { store.delete(replicaSet.key) }
    }

    mutating func reconcileReplicaSets(at now: Moment) {
        for replicaSet in store.all(.replicaSet) {
            scalePods(of: replicaSet, to: replicaSet.replicas, labels: [:], at: now)
            let all = pods(of: replicaSet.key)
            let counts = PodCounts(all, at: now, minimum: replicaSet.minimumReady)
            var status: Value = ["replicas": .integer(counts.living)]
            if counts.living > 0 { status["fullyLabeledReplicas"] = .integer(counts.living) }
            if counts.ready > 0 { status["readyReplicas"] = .integer(counts.ready) }
            if counts.available > 0 { status["availableReplicas"] = .integer(counts.available) }
            status["terminatingReplicas"] = .integer(counts.terminating)
            status["observedGeneration"] = .integer(replicaSet.generation)
            store.update(replicaSet.key, manager: Self.controllerManager, subresource: "status", at: now) {
                $0["status"] = status
            }
        }
    }
}
