internal import Manifests
internal import Rollouts
internal import YAML

/// What a person should know about the application beside the change.
extension Setup {
    /// What travels with a release only where the Rollout says so.
    func hints(about subject: SetupSubject) -> [String] {
        var hints: [String] = []
        let names = Self.references(subject.workload.template)
        if !names.isEmpty {
            hints.append(
                "Both sides read \(names.joined(separator: ", ")): a change of it reaches stable at once. To deliver it with a"
                    + " release, make a copy for the canary and name both in spec.pairs.")
        }
        hints += claims(of: subject) + strangers(to: subject)
        if CanaryDocument.text(of: subject.workload).contains(CanaryDocument.marker) {
            hints.append(
                "An image automation writes the image in \(subject.workload.file), past every rollout: move its marker to the image"
                    + " in the Rollout.")
        }
        if let scaler = subject.autoscaler?.object, scaler.kind == "ScaledObject" {
            hints.append(
                "\(scaler.listed): the canary's triggers ask what stable's ask; where a query counts one side alone, such as by the"
                    + " Service or the workload in it, write the canary's into its own.")
        }
        return hints
    }

    /// What a StatefulSet's canary has for itself.
    private func claims(of subject: SetupSubject) -> [String] {
        guard subject.kind == "StatefulSet" else { return [] }
        let canary = canaryNames(of: subject).workload
        let workload = subject.workload
        var hints: [String] = []
        let names = (workload.node(at: "spec.volumeClaimTemplates")?.items ?? []).compactMap {
            $0["metadata"]?["name"]?.resolved.text
        }
        if !names.isEmpty {
            hints.append(
                "The canary's pods get claims of their own (\(names.map { "\($0)-\(canary)-0" }.joined(separator: ", ")) and so on),"
                    + " which are empty at first and stay when it rests, unless persistentVolumeClaimRetentionPolicy says"
                    + " otherwise: a member that has to join stable's data finds it by the application's own means.")
        }
        if let name = workload.node(at: "spec.serviceName")?.resolved.text {
            if let governing = governingService(of: subject) {
                if governing.serviceSelector[subject.label.key] == nil {
                    hints.append(
                        "\(governing.listed) selects the canary's pods, too: add \(subject.label.key): \(subject.label.stable) to its"
                            + " selector where peers find each other by it.")
                }
            } else {
                hints.append(
                    "Service/\(name), which gives the pods their names, is not among the manifests: the canary's get theirs by it,"
                        + " too.")
            }
        }
        if workload.node(at: "spec.updateStrategy.rollingUpdate.partition")?.int ?? 0 > 0 {
            hints.append(
                "\(workload.place(of: "spec.updateStrategy")): below its partition the pods of \(workload.title) would keep the old"
                    + " release, and promote would wait for them in vain: take it out.")
        }
        return hints
    }

    /// Objects that go by a label that the canary's pods have with another value.
    private func strangers(to subject: SetupSubject) -> [String] {
        let label = subject.label
        let paths: [(kind: String, path: FieldPath)] = [
            ("NetworkPolicy", "spec.podSelector.matchLabels"), ("PodMonitor", "spec.selector.matchLabels"),
            ("AuthorizationPolicy", "spec.selector.matchLabels"),
            ("CiliumNetworkPolicy", "spec.endpointSelector.matchLabels"),
        ]
        return paths.flatMap { kind, path in
            index.objects(of: kind, in: environment).filter { object in
                let selector = Labels.read(object.node(at: path))
                return [subject.namespace, ""].contains(object.reference.namespace)
                    && selector[label.key] == label.stable
                    && Labels.select(selector, subject.podLabels)
            }.map { object in
                "\(object.listed) selects \(label.key): \(label.stable), so it leaves out the canary's pods: give them one of their own,"
                    + " or take the label out of its selector."
            }
        }
    }

    /// The ConfigMaps that a pod template names, as `ConfigMap/name`.
    private static func references(_ template: YAMLNode?) -> [String] {
        var found: Set<String> = []
        func look(_ node: YAMLNode, depth: Int) {
            guard depth < 20 else { return }
            for entry in node.entries {
                if ["configMapRef", "configMapKeyRef", "configMap"].contains(entry.name ?? ""),
                    let name = entry.value["name"]?.resolved.text
                {
                    found.insert("ConfigMap/\(name)")
                }
                look(entry.value, depth: depth + 1)
            }
            for item in node.items { look(item, depth: depth + 1) }
        }
        if let template { look(template, depth: 0) }
        return found.sorted()
    }
}
