extension Cluster {
    /// Jobs, simplified: one pod, which does its work in the starting time of its image; with `crashLoop` it fails then,
    /// and with any other failure it never ends.
    mutating func reconcileJobs(at now: Moment) {
        for job in store.all(.job) {
            let conditions = Conditions(job.status["conditions"])
            guard conditions["Complete"] == nil, conditions["Failed"] == nil else { continue }
            guard job.spec["suspend"] != true else {
                for pod in pods(of: job.key) { terminate(pod.key, at: now) }
                report(job, ["conditions": conditions.setting("Suspended", true, "JobSuspended", "", at: now).value])
                continue
            }
            guard let started = job.status["startTime"]?.string.flatMap(Moment.init(reading:)) else {
                scalePods(of: job, to: 1, labels: ["job-name": job.key.name], at: now)
                report(job, ["startTime": .string(now.description), "active": 1])
                continue
            }
            end(job, after: now - started)
        }
    }

    private mutating func end(_ job: StoredObject, after time: Duration) {
        let behaviour = behaviours[job.spec["template", "spec", "containers"]?.array?.first?["image"]?.string ?? ""]
        guard time.inSeconds >= behaviour.start.inSeconds, [nil, .crashLoop].contains(behaviour.failure) else { return }
        for pod in pods(of: job.key) { terminate(pod.key, at: now) }
        let hasFailed = behaviour.failure != nil
        let conditions = Conditions(nil).setting(
            hasFailed ? "Failed" : "Complete", true, hasFailed ? "BackoffLimitExceeded" : "CompletionsReached",
            hasFailed ? "Job has reached the specified backoff limit" : "Reached expected number of succeeded pods",
            at: now)
        var status: Value = [
            "startTime": job.status["startTime"] ?? .empty, hasFailed ? "failed" : "succeeded": 1,
            "conditions": conditions.value,
        ]
        if !hasFailed { status["completionTime"] = .string(now.description) }
        report(job, status)
    }

    private mutating func report(_ job: StoredObject, _ status: Value) {
        store.update(job.key, manager: Self.controllerManager, subresource: "status", at: now) { $0["status"] = status }
    }

    /// Deletes a Job whose pods a manifest would change, where it says so to the engine.
    ///
    /// - Returns: the API server's words where nothing says so.
    mutating func makeWay(for manifest: Value, key: ObjectKey) -> String? {
        guard key.kind == .job, let present = store[key] else { return nil }
        var wanted = present.content
        wanted["spec", "template"] = manifest["spec", "template"]
        wanted = Defaults.fill(wanted, kind: .job)
        guard wanted["spec", "template"] != present.spec["template"] else { return nil }
        guard manifest["metadata", "annotations", "kustomize.toolkit.fluxcd.io/force"] == "Enabled" else {
            return "Job.batch \"\(key.name)\" is invalid: spec.template: field is immutable"
        }
        for pod in pods(of: key) { terminate(pod.key, at: now) }
        store.delete(key)
        return nil
    }
}
