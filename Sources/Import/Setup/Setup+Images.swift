internal import Manifests
internal import Rollouts
internal import YAML

/// Images that both sides would share: `images:` replaces by the image's name, which is one for both.
extension Setup {
    mutating func splitImages(of subject: SetupSubject) throws(SetupRefusal) {
        if !owns(subject.workload.file) { return try patchStable(of: subject) }
        for (_, path) in BoundRollout.Workload.images(subject.workload.template) {
            let full = BoundRollout.Workload.templatePath + path
            guard let written = subject.workload.node(at: full)?.resolved.text else { continue }
            let name = ImageReference(written).name
            guard let (layer, effective) = try Self.replacement(of: written, in: subject.workload.layers) else {
                continue
            }
            try removeReplacement(of: name, in: layer, subject)
            let canary = canaryNames(of: subject).workload
            for object in [subject.workload.reference.name, subject.workload.liveName(of: canary)] {
                let object = try find(subject.kind, object, subject)
                try changes.edit(object.file) { (editor) throws(YAMLError) in
                    try editor.set(full, to: .string(effective), in: object.document)
                }
            }
        }
    }

    func find(_ kind: String, _ name: String, _ subject: SetupSubject) throws(SetupRefusal) -> ManifestObject {
        do throws(LookupFailure) {
            return try index.find(kind, namespace: subject.namespace, name: name, in: environment)
        } catch {
            throw SetupRefusal(error.message, steps: [error.hint])
        }
    }

    /// The kustomization that replaces an image, and what becomes of it; nil where none does.
    static func replacement(
        of image: String, in layers: [Kustomization]
    ) throws(SetupRefusal) -> (layer: Kustomization, image: String)? {
        let reference = ImageReference(image)
        let fitting = layers.compactMap { layer in
            layer.images.last { $0.name == reference.name }.map { (layer: layer, entry: $0) }
        }
        guard let found = fitting.first else { return nil }
        if fitting.count > 1 {
            throw SetupRefusal(
                "\(reference.name) is replaced by two kustomizations",
                causes: fitting.map { "\($0.layer.file): images" }, steps: ["keep one of the entries"])
        }
        let name = found.entry.newName ?? reference.name
        let suffix =
            if let digest = found.entry.digest { "@\(digest)" } else if let tag = found.entry.newTag { ":\(tag)" } else
            {
                String(image.dropFirst(reference.name.count))
            }
        return (found.layer, name + suffix)
    }

    /// Takes the entry of `images:` out, where no other workload needs it.
    mutating func removeReplacement(
        of name: String, in layer: Kustomization, _ subject: SetupSubject
    ) throws(SetupRefusal) {
        guard owns(layer.file) else { return }
        let pair = [
            subject.workload.reference.name, subject.workload.liveName(of: canaryNames(of: subject).workload),
        ]
        let kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"]
        let others = kinds.flatMap { index.objects(of: $0, in: environment) }.filter { object in
            !(object.kind == subject.kind && pair.contains(object.reference.name))
                && object.layers.contains { $0.file == layer.file } && Self.uses(name, object)
        }
        guard others.isEmpty else {
            throw SetupRefusal(
                "\(layer.file) replaces \(name) for several workloads at once, so the release of one would be that of all",
                causes: others.map(\.listed),
                steps: ["write the image into each workload and take the entry of images: out; then run this again"])
        }
        guard let entry = layer.images.last(where: { $0.name == name }) else { return }
        noteMarker(of: entry, in: layer)
        let isAll = layer.images.count == 1
        notes.append(
            "\(layer.file) no longer replaces the image \(name): its entry of images\(isAll ? ", and the list with it," : "") is taken out,"
                + " since both sides of the pair would share it. `kustomize edit set image` would add it again: state releases in the"
                + " Rollout instead.")
        try changes.edit(layer.file) { (editor) throws(YAMLError) in
            let items = editor.stream.documents[0].root["images"]?.items ?? []
            guard let index = items.indices.last(where: { items[$0]["name"]?.resolved.text == entry.name }) else {
                return
            }
            try editor.remove(items.count == 1 ? "images" : FieldPath([.field("images"), .field(String(index))]))
        }
    }

    /// An image automation that wrote the entry finds nothing more to write.
    private mutating func noteMarker(of entry: Kustomization.ImageOverride, in layer: Kustomization) {
        let items = layer.stream.documents.first?.root["images"]?.items ?? []
        guard items.indices.contains(entry.index) else { return }
        let lines = layer.stream.text.fileLines
        let own = items[entry.index].entries.map { $0.key.position.line }
        guard own.contains(where: { lines.indices.contains($0 - 1) && lines[$0 - 1].contains(CanaryDocument.marker) })
        else { return }
        notes.append(
            "An image automation writes the entry \(entry.name) of images in \(layer.file), which is taken out: move its marker to"
                + " the image in the Rollout, without :tag or :name at its end, and let the automation reach .headgate/rollouts."
        )
    }

    private static func uses(_ name: String, _ object: ManifestObject) -> Bool {
        let template = object.template ?? object.node(at: "spec.jobTemplate.spec.template")
        return BoundRollout.Workload.images(template).contains { _, path in
            var node = template
            for step in path.steps {
                switch step {
                case .field(let field): node = node?[field]
                case .match(let key, let value): node = node?.items.first { $0[key]?.resolved.text == value }
                case .any: node = nil
                }
            }
            return node?.resolved.text.map { ImageReference($0).name } == name
        }
    }
}
