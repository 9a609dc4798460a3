internal import Manifests
internal import Rollouts
internal import YAML

/// The canary's own manifests, in new files beside stable's.
extension Setup {
    mutating func addCanary(of subject: SetupSubject) throws(SetupRefusal) {
        let names = try canaryNames(of: subject)
        let deployment = try CanaryDocument.deployment(of: subject, name: names.workload)
        try add(deployment, beside: subject.workload, written: names.workload, subject)
        let service = try CanaryDocument.service(of: subject, name: names.service)
        try add(service, beside: subject.service, written: names.service, subject)
        if let scaler = subject.autoscaler {
            let name = "\(try placedName(of: scaler))-canary"
            let document = try CanaryDocument.autoscaler(scaler, of: subject, name: name, target: names.workload)
            try add(document, beside: scaler, written: name, subject)
        }
    }

    /// What the canary's objects are called in their files.
    func canaryNames(of subject: SetupSubject) throws(SetupRefusal) -> (workload: String, service: String) {
        ("\(try placedName(of: subject.workload))-canary", "\(try placedName(of: subject.service))-canary")
    }

    private func placedName(of object: ManifestObject) throws(SetupRefusal) -> String { object.writtenName }

    private mutating func add(
        _ document: CanaryDocument, beside object: ManifestObject, written name: String, _ subject: SetupSubject
    ) throws(SetupRefusal) {
        let live = object.liveName(of: name)
        let exists = index.objects(of: object.kind, in: environment).contains {
            $0.reference.name == live && [subject.namespace, ""].contains($0.reference.namespace)
        }
        if exists { return }
        if !owns(object.file) { return try addToOverlay(document, of: object, subject) }
        let file = try canaryFile(beside: object.file)
        changes.append([document.text], to: file)
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
