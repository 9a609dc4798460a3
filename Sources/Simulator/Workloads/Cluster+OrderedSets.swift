extension Cluster {
    /// The labels of each node; nothing but a selector by them keeps a DaemonSet's pods away.
    private static let nodes: [[String: String]] = (1...3).map { number in
        ["kubernetes.io/os": "linux", "kubernetes.io/hostname": "node-\(number)"]
    }

    private func nodeCount(of set: StoredObject) -> Int {
        let selector = set.spec["template", "spec", "nodeSelector"]?.strings ?? [:]
        return Self.nodes.count { labels in selector.allSatisfy { labels[$0.key] == $0.value } }
    }

    /// StatefulSets, simplified: pods are made in order, each when the one before it is ready, and replaced from the last to the
    /// first, one at a time.
    mutating func reconcileStatefulSets(at now: Moment) {
        for set in store.all(.statefulSet) {
            let desired = set.spec["replicas"]?.integer ?? 1
            let hash = templateHash(of: set)
            let present = pods(of: set.key)
            let names = (0..<desired).map { "\(set.key.name)-\($0)" }
            for pod in present where !names.contains(pod.key.name) { terminate(pod.key, at: now) }
            let missing = names.first { name in !present.contains { $0.key.name == name } }
            if let missing, present.allSatisfy({ $0.isReady || set.spec["podManagementPolicy"] == "Parallel" }) {
                createPod(
                    named: missing, generateName: set.key.name + "-", owner: set,
                    labels: ["controller-revision-hash": hash, "statefulset.kubernetes.io/pod-name": missing], at: now)
            } else if missing == nil, let outdated = outdated(present, hash: hash).last,
                present.allSatisfy({ $0.isReady || $0.key == outdated.key })
            {
                terminate(outdated.key, at: now)
            }
            report(set, hash: hash, desired: desired, at: now)
        }
    }

    /// DaemonSets, simplified: one pod for each of three nodes that its selector fits, replaced one at a time.
    mutating func reconcileDaemonSets(at now: Moment) {
        for set in store.all(.daemonSet) {
            let hash = templateHash(of: set)
            let nodeCount = nodeCount(of: set)
            let old = outdated(pods(of: set.key), hash: hash)
            if pods(of: set.key).allSatisfy(\.isReady), let first = old.first { terminate(first.key, at: now) }
            scalePods(of: set, to: nodeCount, labels: ["controller-revision-hash": hash], at: now)
            let all = pods(of: set.key)
            let counts = PodCounts(all, at: now, minimum: set.minimumReady)
            let updated = counts.living - outdated(all, hash: hash).count { $0.terminating == nil }
            var status: Value = [
                "currentNumberScheduled": .integer(counts.living), "numberMisscheduled": 0,
                "desiredNumberScheduled": .integer(nodeCount), "numberReady": .integer(counts.ready),
                "observedGeneration": .integer(set.generation),
            ]
            for (name, count) in [
                ("updatedNumberScheduled", updated), ("numberAvailable", counts.available),
                ("numberUnavailable", nodeCount - counts.available),
            ] where count > 0 {
                status[name] = .integer(count)
            }
            store.update(set.key, manager: Self.controllerManager, subresource: "status", at: now) {
                $0["status"] = status
            }
        }
    }

    private func outdated(_ pods: [Pod], hash: String) -> [Pod] {
        pods.filter { store[$0.key]?.labels["controller-revision-hash"] != hash }.sorted { $0.key < $1.key }
    }

    private mutating func report(_ set: StoredObject, hash: String, desired: Int, at now: Moment) {
        let all = pods(of: set.key)
        let counts = PodCounts(all, at: now, minimum: set.minimumReady)
        let updated = counts.living - outdated(all, hash: hash).count { $0.terminating == nil }
        let revision = "\(set.key.name)-\(hash)"
        let isDone = updated == desired && counts.ready == desired
        let before = set.status["currentRevision"]?.string ?? revision
        var status: Value = [
            "observedGeneration": .integer(set.generation), "replicas": .integer(counts.living),
            "availableReplicas": .integer(counts.available), "collisionCount": 0,
            "currentRevision": .string(isDone ? revision : before), "updateRevision": .string(revision),
        ]
        if counts.ready > 0 { status["readyReplicas"] = .integer(counts.ready) }
        if updated > 0 { status["updatedReplicas"] = .integer(updated) }
        let current = isDone || before == revision ? updated : counts.living - updated
        if current > 0 { status["currentReplicas"] = .integer(current) }
        store.update(set.key, manager: Self.controllerManager, subresource: "status", at: now) { $0["status"] = status }
    }
}
