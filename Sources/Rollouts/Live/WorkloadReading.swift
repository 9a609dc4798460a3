/// How far the controller of a Deployment, StatefulSet, DaemonSet or Knative Service has come with its pods.
package struct WorkloadReading: Hashable, Sendable {
    package let desired: Int
    /// Pods of the newest template.
    package let updated: Int
    package let ready: Int
    package let available: Int
    /// All pods, those of older templates included.
    package let total: Int
    package let generation: Int
    package let observedGeneration: Int
    package let conditions: [Condition]
    package let selector: LabelSelector?
    private let isKnative: Bool

    /// Nil for other kinds and for what is no object.
    package init?(_ object: JSON) {
        guard let kind = object["kind"]?.string, let generation = object["metadata"]?["generation"]?.int else {
            return nil
        }
        let spec = object["spec"]
        let status = object["status"]
        // Absent counts mean none: the API leaves zeros out.
        func count(_ name: String) -> Int { status?[name]?.int ?? 0 }
        conditions = Condition.all(in: status)
        switch kind {
        case "Service":
            guard object["apiVersion"]?.string?.hasPrefix("serving.knative.dev/") == true else { return nil }
            // It counts no pods and may have none: a ready revision stands for one.
            let newest = status?["latestCreatedRevisionName"]?.string
            let serving = status?["latestReadyRevisionName"]?.string
            let isNewest = newest != nil && newest == serving
            let isReady = conditions.first { $0.type == "Ready" }?.isTrue == true
            desired = 1
            total = 1
            updated = isNewest ? 1 : 0
            available = isNewest ? (isReady ? 1 : 0) : serving == nil ? 0 : 1
            ready = available
        case "Deployment":
            desired = spec?["replicas"]?.int ?? 1
            updated = count("updatedReplicas")
            ready = count("readyReplicas")
            available = count("availableReplicas")
            total = count("replicas")
        case "StatefulSet":
            desired = spec?["replicas"]?.int ?? 1
            // A settled StatefulSet may leave out the count, but then names one revision as current and updated.
            let isSettled =
                status?["updateRevision"]?.string != nil
                && status?["updateRevision"] == status?["currentRevision"]
            updated = status?["updatedReplicas"]?.int ?? (isSettled ? count("replicas") : 0)
            ready = count("readyReplicas")
            // Servers before 1.22 do not count availability.
            available = status?["availableReplicas"]?.int ?? 0
            total = count("replicas")
        case "DaemonSet":
            desired = count("desiredNumberScheduled")
            updated = count("updatedNumberScheduled")
            ready = count("numberReady")
            available = count("numberAvailable")
            total = count("currentNumberScheduled")
        default:
            return nil
        }
        self.generation = generation
        observedGeneration = count("observedGeneration")
        isKnative = kind == "Service"
        selector = LabelSelector(spec?["selector"])
    }

    /// Whether the counts speak about the present specification.
    package var isObserved: Bool { observedGeneration >= generation }

    /// Why a Knative Service serves no newer revision, where it says so; others speak by their pods.
    package var failure: String? {
        guard isKnative, isObserved, let ready = conditions.first(where: { $0.type == "Ready" }), ready.isTrue == false
        else { return nil }
        return "\(ready.reason): \(ready.message)"
    }

    /// Whether every wanted pod is of the newest template and available, and no older one is left.
    package var isRolledOut: Bool {
        isObserved && updated >= desired && available >= desired && total <= max(desired, updated)
    }

    /// The controller's words where `progressDeadlineSeconds` have passed without progress.
    package var progressDeadlineExceeded: String? {
        conditions.first { $0.type == "Progressing" && $0.isTrue == false && $0.reason == "ProgressDeadlineExceeded" }?
            .message
    }
}
