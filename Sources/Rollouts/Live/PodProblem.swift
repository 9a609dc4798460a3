/// Why a pod does not serve, in few words that fit a commit message.
package struct PodProblem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// No node takes the pod: capacity, quota, affinity.
        case unschedulable
        /// Not started yet, and nothing says that it will not.
        case starting
        case cannotPull
        /// Its configuration cannot work: a missing ConfigMap, an invalid command.
        case cannotStart
        case crashing
        case notReady
        case evicted
    }

    package let kind: Kind
    package let pod: String
    /// For example `app: ImagePullBackOff: Back-off pulling image "…"`.
    package let reason: String

    /// Whether waiting may help: the cluster is short of something, or the pod is young.
    package var isPending: Bool { kind == .unschedulable || kind == .starting || kind == .notReady }

    /// Nil for a pod that serves, has completed, or is being deleted.
    package init?(_ pod: JSON) {
        let status = pod["status"]
        let phase = status?["phase"]?.string
        guard pod["metadata"]?["deletionTimestamp"]?.string == nil, phase != "Succeeded" else { return nil }
        self.pod = pod["metadata"]?["name"]?.string ?? ""
        let conditions = Condition.all(in: status)
        let containers = ["initContainerStatuses", "containerStatuses"].flatMap { status?[$0]?.array ?? [] }
        if phase == "Failed" {
            kind = status?["reason"]?.string == "Evicted" ? .evicted : .crashing
            reason = Self.words(status?["reason"], status?["message"]) ?? Self.exit(containers) ?? "the pod failed"
        } else if let (kind, reason) = containers.lazy.compactMap(Self.problem).first {
            self.kind = kind
            self.reason = reason
        } else if let scheduled = conditions.first(where: { $0.type == "PodScheduled" }), scheduled.isTrue == false {
            kind = .unschedulable
            reason = Self.words(.string(scheduled.reason), .string(scheduled.message)) ?? "not scheduled"
        } else if conditions.first(where: { $0.type == "Ready" })?.isTrue != true {
            kind = phase == "Running" ? .notReady : .starting
            let ready = conditions.first { $0.type == "Ready" }
            reason = ready.flatMap { Self.words(.string($0.reason), .string($0.message)) } ?? "\(phase ?? "Pending")"
        } else {
            return nil
        }
    }

    private static let pulling: Set<String> = [
        "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable",
        "ImageInspectError", "SignatureValidationFailed",
    ]
    private static let starting: Set<String> = [
        "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError",
    ]

    /// What a container's state says, where it says something worse than "wait".
    private static func problem(_ container: JSON) -> (Kind, String)? {
        let name = container["name"]?.string ?? ""
        let waiting = container["state"]?["waiting"]
        let reason = waiting?["reason"]?.string ?? ""
        if pulling.contains(reason) {
            return (.cannotPull, "\(name): \(words(waiting?["reason"], waiting?["message"]) ?? "")")
        }
        if starting.contains(reason) {
            return (.cannotStart, "\(name): \(words(waiting?["reason"], waiting?["message"]) ?? "")")
        }
        let last = container["lastState"]?["terminated"] ?? container["state"]?["terminated"]
        if reason == "CrashLoopBackOff" {
            return (.crashing, "\(name): CrashLoopBackOff\(termination(last).map { ", \($0)" } ?? "")")
        }
        if let ended = container["state"]?["terminated"], ended["exitCode"]?.int != 0 {
            return (.crashing, "\(name): \(termination(ended) ?? "terminated")")
        }
        return nil
    }

    private static func exit(_ containers: [JSON]) -> String? {
        containers.lazy.compactMap(problem).first?.1
    }

    private static func termination(_ state: JSON?) -> String? {
        guard let state, let code = state["exitCode"]?.int else { return nil }
        let reason = state["reason"]?.string ?? ""
        return reason.isEmpty || reason == "Error" ? "exit code \(code)" : "\(reason) (exit code \(code))"
    }

    /// Reason and message, or the one there is, on one line of bounded length.
    private static func words(_ reason: JSON?, _ message: JSON?) -> String? {
        let parts = [reason?.string, message?.string].compactMap { $0 }.filter { !$0.isEmpty }
        guard !parts.isEmpty else { return nil }
        let line = parts.joined(separator: ": ").map { $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 ? " " : $0 }
        return line.count <= 300 ? String(line) : String(line.prefix(299)) + "…"
    }
}
