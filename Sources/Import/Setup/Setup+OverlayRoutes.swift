internal import Manifests
internal import Rollouts
internal import YAML

/// The route of a base: what an overlay changes of it for itself.
extension Setup {
    /// The overlay's own list of backends, in the place of the base's.
    mutating func patchBackends(of way: SetupWay, _ gaps: [BackendGap]) throws(SetupRefusal) {
        let route = way.route
        let overlay = try overlay(of: route)
        let (stable, canary) = (way.service.writtenName, way.canary)
        guard let tree = way.tree, let weight = way.provider.weightPath else { return }
        var operations: [YAMLTree] = []
        for gap in gaps {
            try requireUnpatched(route, at: gap.list, stable: stable, canary: canary)
            guard let backend = way.provider.canaryBackend(of: gap, stable: stable, canary: canary),
                let pointer = Self.pointer(gap.list, in: route.root)
            else { continue }
            let items = way.provider.filled(gap, in: tree, with: backend)
            operations.append(Self.operation(items.count > 1 ? "replace" : "add", pointer, .sequence(items)))
            if gap.path.parent != gap.list, !gap.hasOthers, gap.weight == nil,
                let place = Self.pointer(gap.path + weight, in: route.root)
            {
                operations.append(Self.operation("add", place, .int(100)))
            }
        }
        try write(
            operations, for: route, as: "\(route.writtenName)-backends.yaml", in: overlay,
            comment: "The backends of \(route.title) in this environment; Headgate sets the weights.")
    }

    private func requireUnpatched(
        _ route: ManifestObject, at list: FieldPath, stable: String, canary: String
    ) throws(SetupRefusal) {
        let names = list.steps.prefix(2).compactMap { step in if case .field(let name) = step { name } else { nil } }
        for layer in route.layers {
            guard
                let patch = OverlayPatch.entries(for: route, in: layer, changes.tree).first(where: { $0.touches(names) }
                )
            else { continue }
            throw SetupRefusal(
                "\(layer.file): entry \(patch.index + 1) of patches changes the \(names.last ?? "lists") of \(route.title)",
                steps: ["add \(canary) with weight 0 beside each backend \(stable) there; then run this again"])
        }
    }

    /// The overlay's own weights in the route's texts, and the lists that they are for.
    mutating func patchTexts(_ gap: TextGap, by way: SetupWay) throws(SetupRefusal) {
        let route = way.route
        let overlay = try overlay(of: route)
        guard var tree = way.tree else { return }
        for copy in gap.copies {
            guard let list = copy.path.parent, case .field(let number)? = copy.path.last else { continue }
            try requireUnpatched(route, at: list, stable: way.service.writtenName, canary: way.canary)
            var items = Self.items(at: list, in: tree) ?? []
            items.insert(copy.item, at: min(Int(number) ?? items.count, items.count))
            tree = Self.setting(list.steps[...], to: .sequence(items), in: tree)
        }
        let lists = Set(gap.copies.compactMap(\.path.parent)).sorted { $0.description < $1.description }
        var operations = lists.compactMap { list in
            Self.pointer(list, in: route.root).map {
                Self.operation("replace", $0, .sequence(Self.items(at: list, in: tree) ?? []))
            }
        }
        for text in gap.texts {
            guard route.node(at: text.path) != nil, let pointer = Self.pointer(text.path, in: route.root) else {
                throw SetupRefusal(
                    "\(route.place): \(route.title) has no \(text.path), and a patch cannot add what is looked for in the base",
                    steps: [
                        "write it into \(route.file) as '{\"\(way.service.writtenName)\": 100}', which changes nothing; then run this again"
                    ])
            }
            operations.append(Self.operation("replace", pointer, .string(text.text)))
        }
        try write(
            operations, for: route, as: "\(route.writtenName)-backends.yaml", in: overlay,
            comment: "The backends of \(route.title) in this environment; Headgate sets the weights.")
    }

    private static func items(at path: FieldPath, in tree: YAMLTree) -> [YAMLTree]? {
        var tree: YAMLTree? = tree
        for case .field(let name) in path.steps { tree = tree?[name] ?? Int(name).flatMap { tree?[$0] } }
        return tree?.items
    }

    private static func setting(
        _ steps: ArraySlice<FieldPath.Step>, to value: YAMLTree, in tree: YAMLTree
    ) -> YAMLTree {
        guard case .field(let name)? = steps.first else { return value }
        var tree = tree
        if let index = Int(name), let item = tree[index] {
            tree[index] = setting(steps.dropFirst(), to: value, in: item)
        } else if let member = tree[name] {
            tree[name] = setting(steps.dropFirst(), to: value, in: member)
        }
        return tree
    }

    /// Refuses patches of a route of which only a part is copied: they may go by numbers.
    func requireUnpatched(_ route: ManifestObject) throws(SetupRefusal) {
        let overlay = try overlay(of: route)
        guard
            let patch = OverlayPatch.entries(for: route, in: overlay, changes.tree).first(where: {
                $0.touches(["spec"])
            })
        else { return }
        throw SetupRefusal(
            "\(overlay.file): entry \(patch.index + 1) of patches changes \(route.title), which leads elsewhere, too",
            steps: [
                "write \(route.kind)/\(route.writtenName)-canary by hand, with what the patch makes of it; then run this again"
            ])
    }
}
