internal import Rollouts
internal import YAML

/// Finds where in Git the value of an object's field is decided.
///
/// From the outermost kustomization inwards, whatever replaces the value decides it: `images:` and `replicas:`, then patches
/// (kustomize applies them in the opposite order, so that an entry of `images:` has to have the patched name); where nothing
/// does, the document itself.
struct Placement {
    let index: ManifestIndex
    let environment: Environment

    /// The field of `object` at `path`.
    ///
    /// - Throws: where the value is decided in a way that cannot be written, such as an inline patch or a variable.
    func field(
        _ binding: BindingName, at path: FieldPath, of object: ManifestObject, format: BoundField.Format,
        unwritten: String?
    ) throws(Diagnostic) -> BoundField {
        let (spot, format, imageName) = try decided(at: path, of: object, format: format)
        return BoundField(
            binding: binding, place: spot.place(format), object: object.reference, livePath: path,
            text: try checked(spot.node, at: spot.node, spot.file), unwritten: unwritten, imageName: imageName)
    }

    /// The field of `object` at `path` that stands in the text at `text`, which is YAML or JSON itself.
    ///
    /// - Throws: also where the text cannot be read, or stands in a patch that is a text too.
    func field(
        _ binding: BindingName, at path: FieldPath, within text: FieldPath, of object: ManifestObject,
        format: BoundField.Format, unwritten: String?
    ) throws(Diagnostic) -> BoundField {
        let (outer, _, _) = try decided(at: text, of: object, format: .value)
        guard let node = outer.node, let string = node.string else {
            throw object.diagnostic(at: text, "\(text) has to be a text")
        }
        guard outer.inner == nil else {
            throw Diagnostic(
                outer.file, node, "\(text) of \(object.title) stands in a patch that is a text itself",
                hint: "move the patch into a file of its own")
        }
        let inner = FieldPath(Array(path.steps.dropFirst(text.steps.count)))
        let document: YAMLDocument
        do throws(YAMLError) {
            document = try YAMLStream(parsing: string, file: outer.file).single
        } catch {
            throw Diagnostic(outer.file, node, "\(text) cannot be read: \(error.message)", hint: error.hint)
        }
        let written: YAMLNode? = if case .found(let found) = document.node(at: inner) { found.node } else { nil }
        var line = outer.line
        if let written, node.isBlockText { line += written.position.line }
        return BoundField(
            binding: binding,
            place: .init(
                file: outer.file, document: outer.document, path: outer.path, inner: inner, format: format, line: line),
            object: object.reference, livePath: path, liveText: text,
            text: try checked(written, at: node, outer.file), unwritten: unwritten, imageName: nil)
    }

    /// The text that is applied at `path`; nil where there is none, or not one alone.
    func text(at path: FieldPath, of object: ManifestObject) throws(Diagnostic) -> String? {
        try decided(at: path, of: object, format: .value).0.node?.string
    }

    /// Where the value is decided, in which form, and the image's name where it stands elsewhere.
    private func decided(
        at path: FieldPath, of object: ManifestObject, format: BoundField.Format
    ) throws(Diagnostic) -> (Spot, BoundField.Format, String?) {
        let written = try written(at: path, of: object)
        let image = format == .image ? self.image(written?.resolved.text, at: path, of: object) : nil
        for (depth, layer) in object.layers.enumerated().reversed() {
            try refuseOpaque(layer, path, of: object)
            if let decider = image?.decider, decider.depth == depth {
                let (spot, format) = part(decider.entry, of: layer)
                return (spot, format, image?.name)
            }
            guard let (spot, format) = try override(in: layer, path, of: object, format) else { continue }
            try checkName(image, spot.node, at: path, of: object)
            return (spot, format, image?.name)
        }
        try checkName(image, written, at: path, of: object)
        let line = (written ?? object.node(at: path.parent ?? .root) ?? object.root).position.line
        let spot = Spot(file: object.file, document: object.document, path: path, node: written, line: line)
        return (spot, format, image?.name)
    }

    /// What the document itself says; nil where it says nothing.
    private func written(at path: FieldPath, of object: ManifestObject) throws(Diagnostic) -> YAMLNode? {
        switch object.stream.documents[object.document].node(at: path) {
        case .found(let place):
            if let shared = place.sharedThrough {
                throw object.diagnostic(
                    at: path, "\(path) is not written here but shared: line \(shared.line) refers to an anchor",
                    hint: "write the value out, so that it can be changed by itself")
            }
            return place.node.isNull ? nil : place.node
        case .missing: return nil
        case .ambiguous:
            throw object.diagnostic(at: path, "\(path) fits several values", hint: "give each a name of its own")
        }
    }

    /// A value and where it is written.
    struct Spot {
        let file: String
        let document: Int
        let path: FieldPath
        var inner: FieldPath?
        let node: YAMLNode?
        let line: Int

        func place(_ format: BoundField.Format) -> BoundField.Place {
            .init(file: file, document: document, path: path, inner: inner, format: format, line: line)
        }
    }

    private func override(
        in layer: Kustomization, _ path: FieldPath, of object: ManifestObject, _ format: BoundField.Format
    ) throws(Diagnostic) -> (Spot, BoundField.Format)? {
        if format == .number, path == "spec.replicas",
            let entry = layer.replicas.last(where: {
                $0.name == object.writtenName || $0.name == object.reference.name
            })
        {
            return (item(entry.index, "replicas", "count", entry.node, layer), .number)
        }
        guard let patch = layer.patches.last(where: { $0.fits(object) && $0.touches(path) }) else { return nil }
        return try (spot(in: patch, path, of: object, layer), format)
    }

    func item(_ index: Int, _ list: String, _ key: String, _ node: YAMLNode, _ layer: Kustomization) -> Spot {
        let path = FieldPath([.field(list), .field(String(index)), .field(key)])
        let value = node[key]
        return Spot(
            file: layer.file, document: 0, path: path, node: value, line: (value ?? node).position.line)
    }

    func spot(
        in patch: Patch, _ path: FieldPath, of object: ManifestObject, _ layer: Kustomization
    ) throws(Diagnostic) -> Spot {
        let file = patch.stream.file
        let found: (path: FieldPath, node: YAMLNode)?
        switch patch.body {
        case .merge:
            let document = patch.stream.documents[patch.document]
            if case .found(let place) = document.node(at: path) { found = (path, place.node) } else { found = nil }
        case .operations:
            found = patch.value(writing: path, of: object).map { ($0.path, $0.node) }
        }
        if let found, found.node.isScalar {
            guard let text = patch.text else {
                return Spot(
                    file: file, document: patch.document, path: found.path, node: found.node,
                    line: found.node.position.line)
            }
            if patch.stream.documents.count == 1 {
                return Spot(
                    file: file, document: 0, path: text.path, inner: found.path, node: found.node,
                    line: text.line + found.node.position.line)
            }
        }
        throw Diagnostic(
            file, patch.node, "the patch changes more than \(path) of \(object.title) alone",
            hint: "patch the value by itself, or write it where the object is")
    }

    private func refuseOpaque(
        _ layer: Kustomization, _ path: FieldPath, of object: ManifestObject
    ) throws(Diagnostic) {
        for (field, node) in layer.opaque.sorted(by: { $0.key < $1.key }) {
            if field == "replacements", !replacementsTouch(node, object) { continue }
            if field == "vars" { continue }
            throw Diagnostic(
                layer.file, node, "\(field) may change \(path) of \(object.title)",
                hint: "state the value with images:, replicas: or a patch instead, or move \(field) elsewhere")
        }
    }

    /// Replacements name their targets; those in files of their own, and those that select otherwise, may touch anything.
    private func replacementsTouch(_ node: YAMLNode, _ object: ManifestObject) -> Bool {
        node.items.contains { item in
            guard let targets = item["targets"]?.items, !targets.isEmpty else { return true }
            return targets.contains { target in
                let select = target["select"]
                if let kind = select?["kind"]?.resolved.text, kind != object.kind { return false }
                if let name = select?["name"]?.resolved.text, name != object.writtenName, name != object.reference.name
                {
                    return false
                }
                return true
            }
        }
    }

    /// The text, which must be no template: nobody can tell what it becomes.
    private func checked(_ node: YAMLNode?, at place: YAMLNode?, _ file: String) throws(Diagnostic) -> String? {
        guard let node else { return nil }
        let place = place ?? node
        guard let text = node.resolved.text else {
            throw Diagnostic(file, place, "a bound value has to be a text or a number, not \(node.summary)")
        }
        if text.contains("${") || text.contains("{{") || text.hasPrefix("$(") {
            throw Diagnostic(
                file, place, "\"\(text)\" is filled in when it is applied, so it cannot be written",
                hint: "write the value itself here")
        }
        return text
    }
}

extension YAMLNode {
    /// Whether its text stands on lines of its own below the key.
    fileprivate var isBlockText: Bool {
        if case .scalar(_, let style) = content { style == .literal || style == .folded } else { false }
    }
}
