extension Cluster {
    static let controllerManager = "kube-controller-manager"

    func pods(of owner: ObjectKey) -> [Pod] {
        pods.values.filter { $0.owner == owner }.sorted { ($0.created, $0.key) < ($1.created, $1.key) }
    }

    /// The pods in a namespace with all the labels of a selector; an empty selector selects nothing.
    func pods(in namespace: String, matching selector: [String: String]) -> [Pod] {
        guard !selector.isEmpty else { return [] }
        return pods.values.filter { pod in
            guard pod.key.namespace == namespace else { return false }
            let labels = store[pod.key]?.labels ?? [:]
            return selector.allSatisfy { labels[$0.key] == $0.value }
        }.sorted { $0.key < $1.key }
    }

    mutating func advancePods(to now: Moment) {
        for key in pods.keys.sorted() {
            guard var pod = pods[key] else { continue }
            if let terminating = pod.terminating, now - terminating >= pace.termination {
                remove(key)
                continue
            }
            let restarts = pod.restarts
            let hasChanged = pod.advance(to: now, behaviour: behaviours[pod.image])
            if pod.restarts != restarts { traffic.forgetCounters(of: key) }
            pods[key] = pod
            if hasChanged { report(pod, at: now) }
        }
    }

    func report(_ pod: Pod, to store: inout ObjectStore, at now: Moment) {
        if pod.isScheduled, store[pod.key]?.spec["nodeName"] == nil {
            store.update(pod.key, manager: "kube-scheduler", at: now) { $0["spec", "nodeName"] = .string(pod.node) }
        }
        let status = pod.status(qosClass: "BestEffort")
        store.update(pod.key, manager: "kubelet", subresource: "status", at: now) { $0["status"] = status }
    }

    mutating func report(_ pod: Pod, at now: Moment) {
        report(pod, to: &store, at: now)
    }

    /// Creates a pod of a workload from its pod template.
    mutating func createPod(
        named name: String, generateName: String?, owner: StoredObject, labels extra: [String: String], at now: Moment
    ) {
        let key = ObjectKey(.pod, namespace: owner.key.namespace, name: name)
        let template = owner.spec["template"] ?? .empty
        var content: Value = .empty
        if let generateName { content["metadata", "generateName"] = .string(generateName) }
        var labels = template["metadata", "labels"]?.fields ?? Fields()
        for (name, value) in extra.sorted(by: { $0.key < $1.key }) { labels[name] = .string(value) }
        content["metadata", "labels"] = .object(labels.sorted())
        content["metadata", "annotations"] = template["metadata", "annotations"]
        content["metadata", "ownerReferences"] = [owner.ownerReference]
        content["spec"] = template["spec"]
        content["status"] = ["phase": "Pending", "qosClass": "BestEffort"]
        guard store.create(content, key: key, manager: Self.controllerManager, at: now) != nil else { return }
        let containers = (template["spec", "containers"]?.array ?? []).map { container in
            (name: container["name"]?.string ?? "", image: container["image"]?.string ?? "")
        }
        let number = Int(random.next() % 250) + 2
        pods[key] = Pod(
            key: key, owner: owner.key, containers: containers, created: now, jitter: random.fraction(),
            address: "10.1.\(number % 8).\(number)", node: "node-\(number % 3 + 1)")
    }

    /// Begins a pod's end: it serves no more, and disappears after the time that terminating takes.
    mutating func terminate(_ key: ObjectKey, at now: Moment) {
        guard pods[key]?.terminating == nil else { return }
        pods[key]?.terminating = now
        store.update(key, manager: Self.controllerManager, at: now) { content in
            content["metadata", "deletionTimestamp"] = .string((now + .seconds(30)).description)
            content["metadata", "deletionGracePeriodSeconds"] = 30
        }
    }

    /// Restarts the containers of a pod in place: its counters begin again at zero.
    package mutating func restart(_ key: ObjectKey) {
        guard pods[key] != nil else { return }
        pods[key]?.restart(at: now)
        traffic.forgetCounters(of: key)
        if let pod = pods[key] { report(pod, at: now) }
    }

    /// Creates or ends pods so that an owner has as many as it wants; unready and young pods go first.
    mutating func scalePods(of owner: StoredObject, to count: Int, labels: [String: String], at now: Moment) {
        let living = pods(of: owner.key).filter { $0.terminating == nil }
        if living.count < count {
            for _ in living.count..<count {
                let prefix = owner.key.name + "-"
                createPod(
                    named: prefix + random.nameSuffix(), generateName: prefix, owner: owner, labels: labels, at: now)
            }
        }
        let surplus = living.sorted { left, right in
            left.isReady != right.isReady ? !left.isReady : left.created > right.created
        }
        for pod in surplus.prefix(max(0, living.count - count)) {
            terminate(pod.key, at: now)
        }
    }

    /// Ends what belongs to an owner that is gone.
    mutating func collectGarbage(at now: Moment) {
        for replicaSet in store.all(.replicaSet) {
            guard let owner = replicaSet.owner(.deployment) else { continue }
            if store[owner] == nil { store.delete(replicaSet.key) }
        }
        for pod in pods.values.sorted(by: { $0.key < $1.key }) {
            if store[pod.key] == nil {
                remove(pod.key)
            } else if store[pod.owner] == nil {
                terminate(pod.key, at: now)
            }
        }
    }

    private mutating func remove(_ key: ObjectKey) {
        store.delete(key)
        pods[key] = nil
        traffic.forgetCounters(of: key)
    }
}

extension StoredObject {
    /// The reference that an object that this one controls carries.
    var ownerReference: Value {
        [
            "apiVersion": .string(key.kind.apiVersion), "kind": .string(key.kind.name), "name": .string(key.name),
            "uid": .string(uid), "controller": true, "blockOwnerDeletion": true,
        ]
    }

    /// The key of the controlling object of a kind.
    func owner(_ kind: ResourceKind) -> ObjectKey? {
        let references = content["metadata", "ownerReferences"]?.array ?? []
        let name = references.first { $0["kind"]?.string == kind.name }?["name"]?.string
        return name.map { ObjectKey(kind, namespace: key.namespace, name: $0) }
    }
}
