package import Rollouts
package import YAML

/// Values that a JSON 6902 patch decides, by themselves or within a list that it replaces.
extension Patch {
    /// The value for `path`, and where in the patch it stands.
    func value(writing path: FieldPath, of object: ManifestObject) -> (path: FieldPath, node: YAMLNode)? {
        if let operation = operation(writing: path, of: object), let value = operation.value {
            return (FieldPath([.field(String(operation.index)), .field("value")]), value)
        }
        guard case .operations(let operations) = body else { return nil }
        for operation in operations.reversed() where ["add", "replace"].contains(operation.action) {
            let names = Self.names(operation.pointer)
            guard let value = operation.value, names.count < path.steps.count,
                zip(names, path.steps).allSatisfy({ .field($0) == $1 }),
                let node = Self.descend(value, path.steps.dropFirst(names.count))
            else { continue }
            let place = FieldPath([.field(String(operation.index)), .field("value")])
            return (place + FieldPath(Array(path.steps.dropFirst(names.count))), node)
        }
        return nil
    }

    private static func descend(_ node: YAMLNode, _ steps: ArraySlice<FieldPath.Step>) -> YAMLNode? {
        guard let step = steps.first else { return node }
        let next: YAMLNode? =
            switch step {
            case .field(let name): node.isSequence ? Int(name).flatMap { node[$0] } : node[name]
            case .match(let key, let value): node.items.first { $0[key]?.resolved.text == value }
            case .any: nil
            }
        return next.flatMap { descend($0, steps.dropFirst()) }
    }
}

extension ManifestObject {
    /// About the field at `path` where an overlay's patch writes it, else where the document does.
    func placedDiagnostic(at path: FieldPath, _ message: String, hint: String? = nil) -> Diagnostic {
        for patch in layers.reversed().flatMap({ $0.patches.reversed() }) where patch.fits(self) {
            guard let node = patch.value(writing: path, of: self)?.node else { continue }
            guard let text = patch.text else { return Diagnostic(patch.stream.file, node, message, hint: hint) }
            return Diagnostic(
                file: patch.stream.file, line: text.line + node.position.line, message: message, hint: hint)
        }
        return diagnostic(at: path, message, hint: hint)
    }

    /// The tree with the lists in it that overlays replace as a whole, by a JSON 6902 patch.
    package func patchingLists(in tree: YAMLTree) -> YAMLTree {
        var tree = tree
        for layer in layers {
            for patch in layer.patches where patch.fits(self) {
                guard case .operations(let operations) = patch.body else { continue }
                for operation in operations where operation.value?.isSequence == true {
                    guard let node = operation.value, let list = try? YAMLTree(node, of: patch.stream) else { continue }
                    let path = FieldPath(Patch.names(operation.pointer).map(FieldPath.Step.field))
                    // A member that is added takes the place of one that is there (RFC 6902, 4.1).
                    let isThere = tree.value(at: path) != nil
                    let parent = path.parent.flatMap { tree.value(at: $0) }
                    let isNew = operation.action == "add" && parent?.members.isEmpty == false
                    if operation.action == "replace" && isThere || isNew { tree = tree.setting(path, to: list) ?? tree }
                }
            }
        }
        return tree
    }
}

extension ManifestIndex {
    /// Where in Git a field of `object` is decided, and what it is there.
    ///
    /// - Throws: where it is decided in a way that cannot be written.
    package func field(
        _ binding: BindingName, at path: FieldPath, of object: ManifestObject, format: BoundField.Format,
        unwritten: String? = nil, in environment: Environment
    ) throws(Diagnostic) -> BoundField {
        try Placement(index: self, environment: environment)
            .field(binding, at: path, of: object, format: format, unwritten: unwritten)
    }
}
