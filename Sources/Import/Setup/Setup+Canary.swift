internal import Manifests
internal import Rollouts
internal import YAML

/// The canary's own manifests, in new files beside stable's.
extension Setup {
    mutating func addCanary(of subject: SetupSubject) throws(SetupRefusal) {
        let names = canaryNames(of: subject)
        let governing = governingService(of: subject)
        let workload = try CanaryDocument.workload(
            of: subject, name: names.workload, governing: governing.map { "\($0.writtenName)-canary" })
        try add(workload, beside: subject.workload, written: names.workload, subject)
        if let service = subject.way?.service { try addService(like: service, for: subject) }
        if let governing, governing.reference != subject.way?.service.reference {
            try addService(like: governing, for: subject)
        }
        if let scaler = subject.autoscaler {
            let name = "\(scaler.object.writtenName)-canary"
            let document = try CanaryDocument.autoscaler(scaler, of: subject, name: name, target: names.workload)
            try add(document, beside: scaler.object, written: name, subject)
        }
        for budget in budgets(of: subject) {
            let name = "\(budget.writtenName)-canary"
            try add(try CanaryDocument.budget(budget, of: subject, name: name), beside: budget, written: name, subject)
        }
    }

    /// The PodDisruptionBudgets that count stable's pods alone.
    private func budgets(of subject: SetupSubject) -> [ManifestObject] {
        index.objects(of: "PodDisruptionBudget", in: environment).filter { budget in
            let selector = Labels.read(budget.node(at: "spec.selector.matchLabels"))
            return [subject.namespace, ""].contains(budget.reference.namespace)
                && budget.node(at: "spec.selector.matchExpressions") == nil
                && selector[subject.label.key] == subject.label.stable && Labels.select(selector, subject.podLabels)
        }
    }

    private mutating func addService(like service: ManifestObject, for subject: SetupSubject) throws(SetupRefusal) {
        let name = "\(service.writtenName)-canary"
        let label = subject.label
        let document = try CanaryDocument.service(
            like: service, name: name, for: (label.key, label.canary), insteadOf: label.stable)
        try add(document, beside: service, written: name, subject)
    }

    /// What the canary's workload is called in its file.
    func canaryNames(of subject: SetupSubject) -> (workload: String, service: String?) {
        ("\(subject.workload.writtenName)-canary", subject.way.map { "\($0.service.writtenName)-canary" })
    }

    /// The Service by which the pods of a StatefulSet have their names.
    func governingService(of subject: SetupSubject) -> ManifestObject? {
        guard subject.kind == "StatefulSet", let name = subject.workload.node(at: "spec.serviceName")?.resolved.text
        else { return nil }
        return index.objects(of: "Service", in: environment).first { service in
            [service.writtenName, service.reference.name].contains(name)
                && [subject.namespace, ""].contains(service.reference.namespace)
        }?.placed(in: subject.namespace)
    }

    mutating func add(
        _ document: CanaryDocument, beside object: ManifestObject, written name: String, _ subject: SetupSubject
    ) throws(SetupRefusal) {
        let live = object.liveName(of: name)
        let exists = index.objects(of: object.kind, in: environment).contains {
            $0.group == object.group && $0.reference.name == live
                && [subject.namespace, ""].contains($0.reference.namespace)
        }
        if exists { return }
        if !owns(object.file) { return try addToOverlay(document, of: object, subject) }
        let file = try canaryFile(beside: object.file)
        changes.append([document.text], to: file, like: object.file)
        guard let layer = object.layers.first else { return }
        try list(file, in: layer, after: object.file)
    }

    /// `deployment.yaml` → `deployment-canary.yaml`; the documents of one file stay together.
    private func canaryFile(beside file: String) throws(SetupRefusal) -> String {
        let stem = file.name.hasSuffix(".yml") ? file.name.dropLast(4) : file.name.dropLast(5)
        let path = (file.folder.isEmpty ? "" : file.folder + "/") + "\(stem)-canary.yaml"
        guard changes.original.entries[path] == nil else {
            throw SetupRefusal(
                "\(path) exists, and holds no canary of this application",
                steps: ["name it in a kustomization, rename it, or remove it"])
        }
        return path
    }

    /// Names a new file among a kustomization's resources, after `sibling` where that is there.
    mutating func list(_ file: String, in layer: Kustomization, after sibling: String?) throws(SetupRefusal) {
        guard let path = Self.relative(file, to: layer.folder) else { return }
        try changes.edit(layer.file) { (editor) throws(YAMLError) in
            let items = editor.stream.documents[0].root["resources"]?.items ?? []
            if items.contains(where: { $0.resolved.text == path }) { return }
            let position = items.firstIndex { item in
                item.resolved.text.flatMap { layer.folder.resolving($0) } == sibling
            }
            if items.isEmpty {
                try editor.insert("resources", .sequence([.string(path)]))
            } else {
                try editor.insert("resources.-", .string(path), at: position.map { $0 + 1 })
            }
        }
    }

    /// `file` as a kustomization in `folder` names it; nil where it lies outside.
    private static func relative(_ file: String, to folder: String) -> String? {
        guard file.isBelow(folder) else { return nil }
        return folder.isEmpty ? file : String(file.dropFirst(folder.count + 1))
    }
}
