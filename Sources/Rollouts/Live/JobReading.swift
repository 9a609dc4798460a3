package import Analysis

/// How far a Job has come, and for what it runs.
package struct JobReading: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        case suspended
        case running
        case complete
        /// With the Job's own words.
        case failed(String)
        /// Its pods have no image to run, which says nothing about the release.
        case withoutImage(String)
    }

    package var phase: Phase
    /// The key that its pods carry; nil where nobody has started it.
    package var run: String?
    package var finished: Timestamp?

    package init(_ phase: Phase, run: String?, finished: Timestamp? = nil) {
        self.phase = phase
        self.run = run
        self.finished = finished
    }

    /// The annotation of the pod template that says what the Job runs for.
    ///
    /// A Job's template cannot be changed, so that another key makes another Job.
    package static let runAnnotation = "headgate.dev/run"

    /// - Parameter pods: those with the Job's name; those of a Job of the same name before it do not count.
    package init(_ job: JSON, pods: [JSON]) {
        run = job["spec"]?["template"]?["metadata"]?["annotations"]?[Self.runAnnotation]?.string
        let ended = Condition.all(in: job["status"]).first { $0.isTrue == true && Self.ends.contains($0.type) }
        if let ended {
            finished = job["status"]?["completionTime"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? ended.transition
            phase = ended.type == "Complete" ? .complete : .failed(Self.words(ended))
        } else if job["spec"]?["suspend"]?.bool == true {
            phase = .suspended
        } else {
            let uid = job["metadata"]?["uid"]?.string
            let own = pods.filter { pod in
                (pod["metadata"]?["ownerReferences"]?.array ?? []).contains { $0["uid"]?.string == uid }
            }
            let problem = own.lazy.compactMap { PodProblem($0) }.first { $0.kind == .cannotPull }
            phase = problem.map { .withoutImage("\($0.pod): \($0.reason)") } ?? .running
        }
    }

    /// Whether only the pods say more than the Job does.
    package var isOpen: Bool { phase == .running }

    /// The conditions after which nothing of a Job changes; `FailureTarget` and `SuccessCriteriaMet` come before them.
    private static let ends: Set<String> = ["Complete", "Failed"]

    private static func words(_ condition: Condition) -> String {
        [condition.reason, condition.message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
