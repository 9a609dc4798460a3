internal import Manifests
internal import Rollouts
internal import YAML

/// Services where no route splits the traffic: one that serves selects both sides, and two tell metrics apart.
extension Setup {
    /// The Services that select one side each, as the Rollout names them; nil where nothing has to tell metrics apart.
    typealias Pair = (stable: String, canary: String)

    mutating func addTellingServices(of subject: SetupSubject) throws(SetupRefusal) -> Pair? {
        guard case .counts(let serving?) = subject.traffic else { return nil }
        let label = subject.label
        var pair: Pair?
        if request.isJudged {
            let present = telling(subject, besides: serving)
            let stable = present?.writtenName ?? "\(serving.writtenName)-stable"
            let canary = "\(present?.writtenName ?? serving.writtenName)-canary"
            if present == nil {
                try addTelling(stable, like: serving, label.stable, subject)
            }
            try addTelling(canary, like: present ?? serving, label.canary, subject)
            pair = (serving.liveName(of: stable), serving.liveName(of: canary))
            notes.append(
                "Service/\(stable) and Service/\(canary) serve nobody: metrics tell the sides apart by them, so what scrapes"
                    + " \(serving.title) (a ServiceMonitor, an annotation) has to scrape them, too.")
        }
        try openToBoth(serving, subject)
        return pair
    }

    /// The Service that selects stable alone already.
    private func telling(_ subject: SetupSubject, besides serving: ManifestObject) -> ManifestObject? {
        index.objects(of: "Service", in: environment).first { service in
            let selector = service.serviceSelector
            return [subject.namespace, ""].contains(service.reference.namespace)
                && service.reference.name != serving.reference.name
                && selector[subject.label.key] == subject.label.stable && Labels.select(selector, subject.podLabels)
        }
    }

    private mutating func addTelling(
        _ name: String, like service: ManifestObject, _ value: String, _ subject: SetupSubject
    ) throws(SetupRefusal) {
        let document = try CanaryDocument.service(
            like: service, name: name, for: (subject.label.key, value), insteadOf: subject.label.stable,
            isHeadless: true)
        try add(document, beside: service, written: name, subject)
    }

    /// Takes the label that tells the sides apart out of the selector of the Service that serves.
    private mutating func openToBoth(_ service: ManifestObject, _ subject: SetupSubject) throws(SetupRefusal) {
        let key = subject.label.key
        let selector = service.serviceSelector
        guard selector[key] != nil else { return }
        guard selector.count > 1 else {
            throw SetupRefusal(
                "\(service.place(of: "spec.selector")): \(service.title) selects by \(key) alone, which tells the sides apart",
                steps: [
                    "add another label of the pods to its selector, one that the canary's have too; then run this again"
                ])
        }
        notes.append("\(service.title) no longer selects on \(key), so that both sides serve.")
        let path = ("spec.selector" as FieldPath).appending(.field(key))
        guard owns(service.file) else {
            throw SetupRefusal(
                "\(service.place(of: "spec.selector")): \(service.title) selects on \(key), and not in \(environment.name) alone",
                steps: [
                    "take \(key) out of the selector there, or write a Service of \(environment.name)'s own that selects both sides:"
                        + " an environment that splits its traffic by a route needs the label", "run this again",
                ])
        }
        let document = service.document
        try changes.edit(service.file) { (editor) throws(YAMLError) in try editor.remove(path, in: document) }
    }
}
