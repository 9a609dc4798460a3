internal import Manifests
internal import Rollouts
internal import YAML

/// What to do where stable's selectors would also select the canary's pods.
///
/// A workload's selector cannot be changed (apps/v1), and a Service that selects on a label before all pods have it has
/// no endpoints for a while: so the order of the steps matters.
struct OverlapAdvice {
    let workload: ManifestObject
    /// The Service that is to select stable alone; nil where none has to.
    let service: ManifestObject?

    private static let key = "track"

    static func text(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    var refusal: SetupRefusal {
        let own = workload.matchLabels
        var causes = ["\(workload.place(of: "spec.selector")): \(workload.title) selects \(Self.text(own))"]
        if let service {
            let selector = service.serviceSelector
            causes.append(
                "\(service.place(of: "spec.selector")): \(service.title) selects \(Self.text(selector))")
            // A label of the workload's selector that the Service lacks: every pod has it already.
            if let label = TellingLabel(selector: own, service: own), selector[label.key] == nil {
                return SetupRefusal(
                    "\(service.title) would also select the canary's pods", causes: causes,
                    steps: [
                        "add the label `\(label.key): \(label.stable)` to spec.selector of \(service.title)"
                            + " (\(service.place(of: "spec.selector"))); every pod has it already, so this is safe at once",
                        "run this again",
                    ])
            }
        }
        return SetupRefusal(
            "nothing would tell the pods of \(workload.title) from its canary's", causes: causes, steps: steps(own),
            alternative: alternative(own))
    }

    private func steps(_ own: [String: String]) -> [String] {
        let selector = service?.serviceSelector ?? [:]
        let telling = selector.first { own[$0.key] == nil && workload.podLabels[$0.key] == $0.value }
        let label = telling.map { "\($0.key): \($0.value)" } ?? "\(Self.key): stable"
        let isDeployment = workload.kind == "Deployment"
        var steps = isDeployment ? [secondDeployment(label)] : relabelling(label, hasLabel: telling != nil)
        if telling == nil, let service {
            steps.append(
                "add the label `\(label)` to spec.selector of \(service.title) (\(service.place(of: "spec.selector"))) —"
                    + " not before those pods are ready, or it would select none")
        }
        let name = workload.writtenName
        if isDeployment {
            steps.append("remove \(workload.title), and point its autoscaler, if it has one, at \(name)-stable")
            steps.append("run this again with --name \(name) --workload Deployment/\(name)-stable")
        } else {
            steps.append("run this again")
        }
        return steps
    }

    private func secondDeployment(_ label: String) -> String {
        "add a second Deployment beside \(workload.title), say \(workload.writtenName)-stable: the same, with the label `\(label)` both in"
            + " spec.selector.matchLabels and in spec.template.metadata.labels (a Deployment's selector cannot be changed,"
            + " so \(workload.title) itself cannot get it); merge, and wait until its pods are ready: they share the traffic"
    }

    /// Pods of a StatefulSet hold claims, and those of a DaemonSet a node each: they are kept, and taken over.
    private func relabelling(_ label: String, hasLabel: Bool) -> [String] {
        let pods = "spec.template.metadata.labels of \(workload.title)"
        let command = "kubectl delete \(workload.kind.lowercased()) \(workload.reference.name) --cascade=orphan"
        return (hasLabel ? [] : ["add the label `\(label)` to \(pods), merge, and wait until all pods have it"]) + [
            "add it to spec.selector.matchLabels, and in the same minute run `\(command)`: a \(workload.kind)'s selector cannot be"
                + " changed, and the one that is applied then takes the pods over as they are"
        ]
    }

    /// A value of the canary's own for the label that both select on, which needs no new workload.
    private func alternative(_ own: [String: String]) -> String? {
        let shared = own.filter { label in service.map { $0.serviceSelector[label.key] == label.value } ?? true }
        guard let identity = shared.min(by: { $0.key < $1.key }) else { return nil }
        // Without a route one Service selects both sides, by whatever they have in common.
        if service == nil, workload.podLabels.count < 2 { return nil }
        return
            "at once, where nothing else (network policies, budgets, monitors) goes by \(identity.key): give the canary a value"
            + " of its own for it, with --label \(identity.key)=\(identity.value)-canary"
    }
}
