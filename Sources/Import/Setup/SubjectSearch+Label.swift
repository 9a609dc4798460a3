internal import Manifests
internal import YAML

/// The label by which the pods of the two sides are told apart.
extension SubjectSearch {
    /// - Parameter service: the Service that is to select stable alone; nil where none has to.
    func label(_ workload: ManifestObject, _ service: ManifestObject?) throws(SetupRefusal) -> TellingLabel {
        if let expressions = workload.node(at: "spec.selector.matchExpressions"), !expressions.items.isEmpty {
            throw SetupRefusal(
                "\(workload.place(of: "spec.selector.matchExpressions")): \(workload.title) selects its pods by expressions,"
                    + " from which no selector for the canary follows",
                steps: ["make the pair by hand: selectors by matchLabels alone, one label of each side's own"])
        }
        if let text = request.label { return try stated(text, workload, service) }
        let own = workload.matchLabels
        if let label = TellingLabel(selector: own, service: service?.serviceSelector ?? own) { return label }
        throw OverlapAdvice(workload: workload, service: service).refusal
    }

    private func stated(
        _ text: String, _ workload: ManifestObject, _ service: ManifestObject?
    ) throws(SetupRefusal) -> TellingLabel {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw SetupRefusal("\"\(text)\" is no label", steps: ["write --label KEY=VALUE"])
        }
        let own = workload.matchLabels
        guard let stable = own[parts[0]], service.map({ $0.serviceSelector[parts[0]] == stable }) ?? true else {
            throw SetupRefusal(
                "\(parts[0]) cannot tell the pods apart: "
                    + (service.map { "\(workload.title) and \($0.title) do not both select on it" }
                        ?? "\(workload.title) does not select on it"),
                causes: ["\(workload.place(of: "spec.selector.matchLabels")): \(OverlapAdvice.text(own))"]
                    + (service.map { ["\($0.place(of: "spec.selector")): \(OverlapAdvice.text($0.serviceSelector))"] }
                        ?? []))
        }
        guard stable != parts[1] else {
            throw SetupRefusal(
                "\(text) is the label that the stable pods have", steps: ["give the canary another value"])
        }
        return TellingLabel(key: parts[0], stable: stable, canary: parts[1])
    }
}
