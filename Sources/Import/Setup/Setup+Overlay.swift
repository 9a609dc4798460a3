internal import Manifests
internal import Rollouts
internal import YAML

/// Where the manifests are a base that others may apply too: everything is written into the overlay.
extension Setup {
    // MARK: The canary's documents

    mutating func addToOverlay(
        _ document: CanaryDocument, of object: ManifestObject, _ subject: SetupSubject
    ) throws(SetupRefusal) {
        let overlay = try overlay(of: object)
        try requirePlain(object, below: overlay)
        var document = document
        let outer = object.layers.drop { $0.file != overlay.file }
        if !outer.contains(where: { $0.namespace != nil }) {
            try document.edit { (editor) throws(YAMLError) in
                let path: FieldPath = "metadata.namespace"
                if editor.has(path) {
                    try editor.set(path, to: .string(subject.namespace))
                } else {
                    try editor.insert(path, .string(subject.namespace), at: 1)
                }
            }
        }
        for (_, path) in BoundRollout.Workload.images(object.template) {
            let full = BoundRollout.Workload.templatePath + path
            let image = try field(.release(.stable, "image"), at: full, of: object, .image).value
            guard let image else { continue }
            try document.edit { (editor) throws(YAMLError) in try editor.set(full, to: .string(image)) }
        }
        let folder = overlay.folder.isEmpty ? "" : overlay.folder + "/"
        let file = "\(folder)\(subject.workload.writtenName)-canary.yaml"
        guard changes.original.entries[file] == nil else {
            throw SetupRefusal(
                "\(file) exists, and holds no canary of this application",
                steps: ["rename it, or name it in \(overlay.file)"])
        }
        changes.append([document.text], to: file, like: object.file)
        try list(file, in: overlay, after: nil)
        try copyPatches(of: object, in: overlay)
    }

    /// The innermost kustomization around the object that this environment alone applies.
    func overlay(of object: ManifestObject) throws(SetupRefusal) -> Kustomization {
        if let layer = object.layers.first(where: { owns($0.file) }) { return layer }
        let sharers = index.sharers(of: object.file, besides: environment)
        throw SetupRefusal(
            "\(object.file) is not \(environment.name)'s alone, and no kustomization of its own lies between",
            causes: sharers.isEmpty ? [] : ["\(sharers.joined(separator: " and ")) applies it too"],
            steps: [
                "give \(environment.name) a folder with a kustomization that names \(object.file.folder) among its resources"
            ])
    }

    private static let harmless: Set<String> = [
        "apiVersion", "kind", "metadata", "resources", "bases", "components", "namespace", "configMapGenerator",
        "secretGenerator", "generatorOptions", "images", "replicas", "patches",
    ]

    /// Refuses what a base does to its documents and would not do to the canary's, which stands outside of it.
    private func requirePlain(_ object: ManifestObject, below overlay: Kustomization) throws(SetupRefusal) {
        let inner = object.layers.prefix { $0.file != overlay.file }
        for layer in object.layers where !layer.namePrefix.isEmpty || !layer.nameSuffix.isEmpty {
            throw SetupRefusal(
                "\(layer.file) changes names, which routes do not follow",
                steps: Self.byHand(subjectOf: object, layer.file))
        }
        for layer in inner {
            for entry in layer.stream.documents.first?.root.entries ?? [] {
                guard let key = entry.name, !Self.harmless.contains(key) else { continue }
                throw SetupRefusal(
                    "\(layer.file):\(entry.key.position.line): \(key) changes \(object.title), and would not change a canary in"
                        + " \(overlay.folder)", steps: Self.byHand(subjectOf: object, layer.file))
            }
            if let patch = OverlayPatch.entries(for: object, in: layer, changes.tree).first(where: { !$0.isValueAlone })
            {
                throw SetupRefusal(
                    "\(layer.file): entry \(patch.index + 1) of patches changes \(object.title), and would not change a canary in"
                        + " \(overlay.folder)", steps: Self.byHand(subjectOf: object, layer.file))
            }
        }
    }

    private static func byHand(subjectOf object: ManifestObject, _ file: String) -> [String] {
        [
            "write the canary into the base, beside \(object.title) in \(object.file): without pods and with weight 0 it changes"
                + " no environment",
            "run this again: it adds to the overlay what is left",
        ]
    }

    /// The overlay's patches for stable, for the canary too: both get the same changes.
    private mutating func copyPatches(of object: ManifestObject, in overlay: Kustomization) throws(SetupRefusal) {
        if let list = overlay.stream.documents.first?.root["patchesStrategicMerge"], !list.items.isEmpty {
            throw SetupRefusal(
                "\(overlay.file): patchesStrategicMerge names its objects in the patches, so that they cannot be used twice",
                steps: ["write them as entries of patches (kustomize edit fix does it); then run this again"])
        }
        let patches = OverlayPatch.entries(for: object, in: overlay, changes.original).filter {
            $0.isNamed && !$0.isValueAlone
        }
        guard !patches.isEmpty else { return }
        if object.kind == "Service" {
            guard patches.contains(where: { $0.touches(["spec", "selector"]) || $0.touches(["spec", "ports"]) }) else {
                return
            }
            throw SetupRefusal(
                "\(overlay.file) patches the selector or the ports of \(object.title)",
                steps: [
                    "write the canary's Service by hand, with what the patch makes of \(object.title); then run this again"
                ])
        }
        for patch in patches {
            guard patch.bodies.count == 1 else {
                throw SetupRefusal(
                    "\(overlay.file): entry \(patch.index + 1) of patches has several documents",
                    steps: ["give each a file of its own; then run this again"])
            }
            try addPatch(patch.entry(for: object.kind, "\(object.writtenName)-canary"), to: overlay)
        }
    }

    private mutating func addPatch(_ entry: YAMLTree, to overlay: Kustomization) throws(SetupRefusal) {
        try changes.edit(overlay.file) { (editor) throws(YAMLError) in
            if editor.stream.documents[0].root["patches"]?.items.isEmpty == false {
                try editor.insert("patches.-", entry)
            } else {
                try editor.removeIfPresent("patches")
                try editor.insert("patches", .sequence([entry]))
            }
        }
    }

    // MARK: Values that each side needs for itself

    /// Gives every value that a release changes a place of its own in the overlay.
    mutating func patchStable(of subject: SetupSubject) throws(SetupRefusal) {
        let overlay = try overlay(of: subject.workload)
        let canary = subject.workload.liveName(of: canaryNames(of: subject).workload)
        for (_, path) in BoundRollout.Workload.images(subject.workload.template) {
            let written = subject.workload.node(at: BoundRollout.Workload.templatePath + path)?.resolved.text
            guard let written, let found = try Self.replacement(of: written, in: subject.workload.layers) else {
                continue
            }
            // Replaced by name for both sides: from now on by a patch for stable, while the canary states its own.
            try pin(subject.workload, [(path, found.image)], in: overlay, subject)
            try removeReplacement(of: ImageReference(written).name, in: found.layer, subject)
        }
        for side in [subject.workload.reference.name, canary] {
            let object = try find(subject.kind, side, subject)
            try pinImages(of: object, beside: subject, overlay)
            if subject.autoscaler == nil, subject.kind != "DaemonSet" { try pinReplicas(of: object, subject, overlay) }
        }
        if let scaler = subject.autoscaler { try pinFloor(of: scaler, subject) }
    }

    func field(
        _ binding: BindingName, at path: FieldPath, of object: ManifestObject, _ format: BoundField.Format,
        unwritten: Int = 1
    ) throws(SetupRefusal) -> BoundField {
        do throws(Diagnostic) {
            return try index.field(
                binding, at: path, of: object, format: format, unwritten: String(unwritten), in: environment)
        } catch {
            throw SetupRefusal(error)
        }
    }

    private mutating func pinImages(
        of object: ManifestObject, beside subject: SetupSubject, _ overlay: Kustomization
    ) throws(SetupRefusal) {
        let stable = try find(subject.kind, subject.workload.reference.name, subject)
        let isStable = object.reference.name == stable.reference.name
        var values: [(FieldPath, String)] = []
        for (_, path) in BoundRollout.Workload.images(object.template) {
            let full = BoundRollout.Workload.templatePath + path
            let own = try field(.release(.stable, "image"), at: full, of: object, .image)
            let other = try field(.release(.stable, "image"), at: full, of: stable, .image)
            let isShared = !isStable && own.place == other.place
            if let value = own.value, isShared || !owns(own.place.file) { values.append((path, value)) }
        }
        try pin(object, values, in: overlay, subject)
    }

    /// Counts belong to `replicas:`, which wins over patches.
    private mutating func pinReplicas(
        of object: ManifestObject, _ subject: SetupSubject, _ overlay: Kustomization
    ) throws(SetupRefusal) {
        let isStable = object.reference.name == subject.workload.reference.name
        let own = try field(.stableReplicas, at: "spec.replicas", of: object, .number)
        if owns(own.place.file), isStable || own.place.file == object.file { return }
        let entry: YAMLTree = [
            "name": .string(object.writtenName), "count": .int(isStable ? own.value.flatMap { Int($0) } ?? 1 : 0),
        ]
        try changes.edit(overlay.file) { (editor) throws(YAMLError) in
            if editor.stream.documents[0].root["replicas"]?.items.isEmpty == false {
                try editor.insert("replicas.-", entry)
            } else {
                try editor.removeIfPresent("replicas")
                try editor.insert("replicas", .sequence([entry]))
            }
        }
    }

    private mutating func pinFloor(of scaler: Autoscaler, _ subject: SetupSubject) throws(SetupRefusal) {
        let path = scaler.floorPath
        let own = try field(.stableFloor, at: path, of: scaler.object, .number, unwritten: scaler.lowest)
        guard !owns(own.place.file), let parent = path.parent.flatMap({ Self.pointer($0, in: scaler.object.root) }),
            case .field(let name)? = path.last
        else { return }
        let operation = Self.operation(
            scaler.object.node(at: path) == nil ? "add" : "replace", "\(parent)/\(name)",
            .int(own.value.flatMap { Int($0) } ?? scaler.lowest))
        try write(
            [operation], for: scaler.object, as: "\(scaler.object.writtenName)-autoscaler.yaml",
            in: try overlay(of: scaler.object),
            comment:
                "The floor of \(scaler.object.title) in this environment; Headgate raises it while a release is on its way."
        )
    }

    private mutating func pin(
        _ object: ManifestObject, _ values: [(path: FieldPath, image: String)], in overlay: Kustomization,
        _ subject: SetupSubject
    ) throws(SetupRefusal) {
        guard !values.isEmpty else { return }
        let operations = values.compactMap { path, image -> YAMLTree? in
            let full = BoundRollout.Workload.templatePath + path
            return Self.pointer(full, in: object.root).map { Self.operation("replace", $0, .string(image)) }
        }
        try write(
            operations, for: object, as: "\(object.writtenName)-image.yaml", in: overlay,
            comment: "Set by Headgate; state a release instead of editing it.")
    }

    static func operation(_ action: String, _ pointer: String, _ value: YAMLTree) -> YAMLTree {
        ["op": .string(action), "path": .string(pointer), "value": value]
    }

    /// A JSON pointer (RFC 6901) with numbers for the items that `path` selects.
    static func pointer(_ path: FieldPath, in root: YAMLNode) -> String? {
        var node: YAMLNode? = root
        var names: [String] = []
        for step in path.steps {
            switch step {
            case .field(let name):
                names.append(name)
                node = node?.isSequence == true ? Int(name).flatMap { node?[$0] } : node?[name]
            case .match(let key, let value):
                guard let index = node?.items.firstIndex(where: { $0[key]?.resolved.text == value }) else { return nil }
                names.append(String(index))
                node = node?[index]
            case .any: return nil
            }
        }
        return names.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    /// Writes a JSON 6902 patch into a file of its own.
    mutating func write(
        _ operations: [YAMLTree], for object: ManifestObject, as name: String, in overlay: Kustomization,
        comment: String
    ) throws(SetupRefusal) {
        let path = overlay.folder.isEmpty ? name : "\(overlay.folder)/\(name)"
        let body = YAMLWriter.text(.sequence(operations))
        if let text = changes.files[path].map({ String(decoding: $0, as: UTF8.self) }) {
            changes.write(text + body, at: path)
            return
        }
        guard changes.original.entries[path] == nil else {
            throw SetupRefusal("\(path) exists already", steps: ["rename it; then run this again"])
        }
        changes.write("# \(comment)\n" + body, at: path)
        let target: YAMLTree = ["kind": .string(object.kind), "name": .string(object.writtenName)]
        try addPatch(["path": .string(name), "target": target.flow], to: overlay)
    }
}
