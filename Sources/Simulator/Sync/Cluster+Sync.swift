extension Cluster {
    package static let engine = "kustomize-controller"

    /// Makes the engine's object for an environment, as a platform team would have applied it.
    package mutating func register(_ environment: Environment, at now: Moment) {
        let manifest: Value = [
            "spec": [
                "interval": "1m0s", "path": .string("./" + environment.path), "prune": true,
                "suspend": .bool(environment.isSuspended),
                "sourceRef": ["kind": "GitRepository", "name": "flux-system"],
            ]
        ]
        store.apply(manifest, key: environment.key, manager: "flux", at: now)
    }

    /// Reconciles an environment with a revision of the repository (`main@sha1:…`): builds, applies, prunes, reports.
    ///
    /// Like the real engine: the attempted revision is written before the build, the applied one only after everything.
    package mutating func reconcile(_ environment: inout Environment, with tree: SourceTree, revision: String) {
        guard !environment.isSuspended else { return }
        do throws(SyncFailure) {
            let manifests: [Manifest]
            do throws(BuildFailure) {
                manifests = try EnvironmentBuild.build(environment.path, of: tree)
            } catch {
                throw SyncFailure(reason: "BuildFailed", message: error.message)
            }
            try apply(manifests, of: &environment)
            environment.appliedRevision = revision
            report(environment, attempted: revision, reason: "ReconciliationSucceeded", "Applied revision: \(revision)")
        } catch {
            report(environment, attempted: revision, reason: error.reason, error.message)
        }
    }

    private struct SyncFailure: Error {
        let reason: String
        let message: String
    }

    private mutating func apply(_ manifests: [Manifest], of environment: inout Environment) throws(SyncFailure) {
        if let failure = environment.failure { throw SyncFailure(reason: "ReconciliationFailed", message: failure) }
        var applied: Set<ObjectKey> = []
        let ordered = manifests.filter { $0.kind == "Namespace" } + manifests.filter { $0.kind != "Namespace" }
        let keys = try ordered.map { manifest throws(SyncFailure) in try key(of: manifest) }
        for (index, (manifest, key)) in zip(ordered, keys).enumerated() {
            if let partial = environment.partial, index >= partial {
                environment.inventory.formUnion(applied)
                throw SyncFailure(
                    reason: "ReconciliationFailed", message: "\(key) apply failed: context deadline exceeded")
            }
            if let refusal = makeWay(for: manifest.content, key: key) {
                environment.inventory.formUnion(applied)
                throw SyncFailure(reason: "ReconciliationFailed", message: "\(key) dry-run failed: \(refusal)")
            }
            store.apply(manifest.content, key: key, manager: Self.engine, at: now)
            applied.insert(key)
        }
        for key in environment.inventory.subtracting(applied).sorted() { store.delete(key) }
        environment.inventory = applied
    }

    private func key(of manifest: Manifest) throws(SyncFailure) -> ObjectKey {
        guard let kind = ResourceKind.named(manifest.kind, apiVersion: manifest.apiVersion) else {
            let message =
                "\(manifest.kind)/\(manifest.namespace)/\(manifest.name) dry-run failed: no matches for kind "
                + "\"\(manifest.kind)\" in version \"\(manifest.apiVersion)\""
            throw SyncFailure(reason: "ReconciliationFailed", message: message)
        }
        let namespace = manifest.namespace.isEmpty ? "default" : manifest.namespace
        return ObjectKey(kind, namespace: namespace, name: manifest.name)
    }

    /// Writes the Kustomization's status; the condition's time moves with its status, reason or message.
    private mutating func report(_ environment: Environment, attempted: String, reason: String, _ message: String) {
        let isReady = reason == "ReconciliationSucceeded"
        let now = now
        let entries = environment.inventory.sorted().map { key -> Value in
            let id = "\(key.namespace)_\(key.name)_\(key.kind.group)_\(key.kind.name)"
            return ["id": .string(id), "v": .string(key.kind.version)]
        }
        store.update(environment.key, manager: Self.engine, subresource: "status", at: now) { content in
            let generation = content["metadata", "generation"] ?? 1
            var condition: Value = [
                "type": "Ready", "status": isReady ? "True" : "False", "reason": .string(reason),
                "message": .string(message), "observedGeneration": generation,
            ]
            var before = content["status", "conditions"]?.array?.first
            let time = before?["lastTransitionTime"]
            before?["lastTransitionTime"] = nil
            condition["lastTransitionTime"] = before == condition ? time : .string(now.description)
            content["status", "conditions"] = [condition]
            content["status", "inventory", "entries"] = .array(entries)
            content["status", "lastAttemptedRevision"] = .string(attempted)
            content["status", "lastAppliedRevision"] = environment.appliedRevision.map(Value.string)
            content["status", "observedGeneration"] = generation
        }
    }
}
