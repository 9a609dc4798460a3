internal import Rollouts
internal import YAML

/// What a change of a repository does to one rollout's manifests, whoever makes it.
extension BoundRollout {
    /// Every place in which the bound manifests differ from those of `former`, the bound values first.
    ///
    /// Objects are told apart by what they are called in the cluster, so that a file may move.
    package func changes(since former: BoundRollout) -> [ManifestChange] {
        var found = values(since: former)
        for part in parts {
            guard let old = former.parts.first(where: { $0.object.reference == part.object.reference }) else {
                continue
            }
            for change in documents(part, since: old) + layers(part, since: old)
            where !found.contains(where: { $0.isSame(as: change) }) { found.append(change) }
        }
        return found
    }

    // MARK: Bound values

    private func values(since former: BoundRollout) -> [ManifestChange] {
        fields.compactMap { field in
            let old = former.fields.first { $0.binding == field.binding && $0.livePath == field.livePath }
            guard let old, old.value != field.value else { return nil }
            return ManifestChange(
                reach: field.binding.reach, object: "\(field.object)", field: field.place.address,
                file: field.place.file, line: field.place.line, former: old.value, present: field.value,
                isHidden: ObjectReference.secretKinds.contains(field.object.kind))
        }
    }

    // MARK: Documents

    /// An object that the rollout is bound to, and where it holds what its side's pods run or read.
    private struct Part {
        let object: ManifestObject
        let side: Side?
        let content: [FieldPath]

        func reach(of path: FieldPath) -> ManifestChange.Reach {
            guard let side, content.contains(where: { path.steps.starts(with: $0.steps) }) else { return .other }
            return side == .stable ? .stable : .canary
        }
    }

    /// Every object that the rollout is bound to.
    var objects: [ManifestObject] { parts.map(\.object) }

    private var parts: [Part] {
        var parts = Side.allCases.map { side in
            Part(object: workload(side).object, side: side, content: [Workload.templatePath])
        }
        for companion in companions {
            parts += Side.allCases.map { side in
                Part(object: companion.object(on: side), side: side, content: companion.content)
            }
        }
        let others = [
            route?.object, services?.stable, services?.canary, stable.autoscaler?.object, canary.autoscaler?.object,
        ]
        for case let object? in others where !parts.contains(where: { $0.object.reference == object.reference }) {
            parts.append(Part(object: object, side: nil, content: []))
        }
        return parts
    }

    private func documents(_ part: Part, since former: Part) -> [ManifestChange] {
        let (object, old) = (part.object, former.object)
        guard !object.isRendered, !old.isRendered, object.generator == nil, old.generator == nil,
            let present = try? YAMLTree(object.root, of: object.stream),
            let past = try? YAMLTree(old.root, of: old.stream)
        else { return generated(part, since: former) }
        return TreeDifference().parts(past, present).map { difference in
            change(
                difference, in: part, at: difference.path, file: object.file,
                line: object.diagnostic(at: difference.path, "").line)
        }
    }

    /// What a kustomization makes has no document of its own.
    private func generated(_ part: Part, since former: Part) -> [ManifestChange] {
        guard let generator = part.object.generator, let old = former.object.generator, let side = part.side else {
            return []
        }
        return TreeDifference().parts(old.content, generator.content).map { difference in
            ManifestChange(
                reach: side == .stable ? .stable : .canary, object: part.object.title, field: "\(difference.path)",
                file: part.object.file, line: generator.node.position.line, former: difference.former?.short,
                present: difference.present?.short,
                isHidden: ObjectReference.secretKinds.contains(part.object.kind))
        }
    }

    private func change(
        _ difference: TreeDifference.Part, in part: Part, at path: FieldPath, file: String, line: Int
    ) -> ManifestChange {
        ManifestChange(
            reach: part.reach(of: path), object: part.object.title, field: "\(path)", file: file, line: line,
            former: difference.former?.short, present: difference.present?.short,
            isHidden: ObjectReference.secretKinds.contains(part.object.kind))
    }

    // MARK: Patches

    /// What lies over the object: a patch that has changed, has come or has gone.
    private func layers(_ part: Part, since former: Part) -> [ManifestChange] {
        func patches(_ object: ManifestObject) -> [(key: String, layer: Kustomization, patch: Patch)] {
            object.layers.flatMap { layer in
                layer.patches.filter { $0.fits(object) }.map { patch in
                    let place = patch.text.map { " \($0.path)" } ?? ""
                    return ("\(patch.stream.file)#\(patch.document)\(place)", layer, patch)
                }
            }
        }
        let (present, past) = (patches(part.object), patches(former.object))
        var found: [ManifestChange] = []
        for (key, _, patch) in present {
            let old = past.first { $0.key == key }?.patch
            for difference in TreeDifference().parts(old?.tree, patch.tree) {
                found.append(
                    change(
                        difference, in: part, at: patch.target(of: difference.path), file: patch.stream.file,
                        line: patch.line(of: difference.path)))
            }
        }
        for (key, layer, patch) in past where !present.contains(where: { $0.key == key }) {
            for difference in TreeDifference().parts(patch.tree, nil) {
                found.append(
                    change(difference, in: part, at: patch.target(of: difference.path), file: layer.file, line: 1))
            }
        }
        return found
    }
}

extension Patch {
    fileprivate var tree: YAMLTree? { try? YAMLTree(node, of: stream) }

    /// The field of the object that a part of the patch is for: a JSON 6902 operation says it by its pointer.
    fileprivate func target(of path: FieldPath) -> FieldPath {
        guard case .operations(let operations) = body, let first = path.steps.first,
            let operation = operations.first(where: { FieldPath([first]) == FieldPath.root.appending($0.index) })
        else { return path }
        return FieldPath(operation.pointer.split(separator: "/").map { .field(String($0)) })
    }

    /// From 1; of the nearest node that exists.
    fileprivate func line(of path: FieldPath) -> Int {
        if let text { return text.line }
        guard stream.documents.indices.contains(document) else { return 1 }
        return Diagnostic(stream.documents[document], at: path, "").line
    }
}

extension ManifestChange {
    /// Whether both speak of one place: a bound value is a part of its document, too.
    fileprivate func isSame(as other: Self) -> Bool {
        file == other.file && line == other.line && object == other.object
            && (field == other.field || field.hasSuffix(":\(other.field)")
                || (former == other.former && present == other.present))
    }
}
