internal import Manifests
internal import YAML

/// What to do where stable's selectors would also select the canary's pods.
///
/// A Deployment's selector cannot be changed (apps/v1), and a Service that selects on a label before all pods have it has
/// no endpoints for a while: so the order of the steps matters.
struct OverlapAdvice {
    let workload: ManifestObject
    let service: ManifestObject

    private static let key = "track"

    static func text(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    var refusal: SetupRefusal {
        let own = workload.matchLabels
        let selector = service.serviceSelector
        let causes = [
            "\(workload.place(of: "spec.selector")): \(workload.title) selects \(Self.text(own))",
            "\(service.place(of: "spec.selector")): \(service.title) selects \(Self.text(selector))",
        ]
        let message = "nothing would tell the pods of \(workload.title) from its canary's"
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
        return SetupRefusal(
            message, causes: causes, steps: steps(own, selector), alternative: alternative(own, selector))
    }

    private func steps(_ own: [String: String], _ selector: [String: String]) -> [String] {
        let telling = selector.first { own[$0.key] == nil && workload.podLabels[$0.key] == $0.value }
        let label = telling.map { "\($0.key): \($0.value)" } ?? "\(Self.key): stable"
        let name = workload.writtenName
        var steps: [String] = []
        steps.append(
            "add a second Deployment beside \(workload.title), say \(name)-stable: the same, with the label `\(label)` both in"
                + " spec.selector.matchLabels and in spec.template.metadata.labels (a Deployment's selector cannot be changed,"
                + " so \(workload.title) itself cannot get it); merge, and wait until its pods are ready: they share the traffic"
        )
        if telling == nil {
            steps.append(
                "add the label `\(label)` to spec.selector of \(service.title) (\(service.place(of: "spec.selector"))) —"
                    + " not before those pods are ready, or it would select none")
        }
        steps.append("remove \(workload.title), and point its autoscaler, if it has one, at \(name)-stable")
        steps.append("run this again with --name \(name) --workload Deployment/\(name)-stable")
        return steps
    }

    /// A value of the canary's own for the label that both select on, which needs no new Deployment.
    private func alternative(_ own: [String: String], _ selector: [String: String]) -> String? {
        let shared = own.filter { selector[$0.key] == $0.value }
        guard let identity = shared.min(by: { $0.key < $1.key }) else { return nil }
        return
            "at once, where nothing else (network policies, budgets, monitors) goes by \(identity.key): give the canary a value"
            + " of its own for it, with --label \(identity.key)=\(identity.value)-canary"
    }
}
