internal import Rollouts
package import YAML

/// What has to be written into a route whose weights stand in its texts.
package struct TextGap: Sendable {
    /// Items of the route that the canary gets, too, from the last to the first: each list's place for it.
    package let copies: [(path: FieldPath, item: YAMLTree)]
    package let texts: [Text]
    package var isEmpty: Bool { copies.isEmpty && texts.isEmpty }

    package struct Text: Sendable {
        package let path: FieldPath
        package let text: String
    }
}

extension TrafficProvider {
    /// The canary beside stable in the texts of `route`, and wherever the route has to name both; nil where it does not lead
    /// to the Service `stable` in this way.
    package func textGap(in route: YAMLTree, stable: String, canary: String, namespace: String) -> TextGap? {
        guard spec.backends.text != nil else { return nil }
        let pair = BackendPair(stable: stable, canary: canary, namespace: namespace)
        return spec.backends.keyed == true ? keyed(in: route, pair) : listed(in: route, pair)
    }

    private func listed(in route: YAMLTree, _ pair: BackendPair) -> TextGap? {
        let gaps = gaps(in: route, stable: pair.stable, canary: pair.canary, namespace: pair.namespace)
        guard !gaps.isEmpty, var open = try? opening(route, of: pair) else { return nil }
        var texts: [FieldPath] = []
        for gap in gaps where !gap.hasCanary {
            guard let text = gap.text, let backend = canaryBackend(of: gap, stable: pair.stable, canary: pair.canary),
                let changed = open.setting(gap.list, to: .sequence(filled(gap, in: open, with: backend)))
            else { continue }
            open = changed
            if !texts.contains(text) { texts.append(text) }
        }
        return TextGap(
            copies: [],
            texts: texts.compactMap { path in open.value(at: path).map { .init(path: path, text: $0.json) } })
    }

    /// The weights of a path's Services by their names.
    private func keyed(in route: YAMLTree, _ pair: BackendPair) -> TextGap? {
        guard let references = spec.references, references.to == .services, let path = spec.backends.text?.paths.first,
            spec.backends.path?.paths == [.root], let name = Self.path(references.name)
        else { return nil }
        let places = references.items.paths.flatMap { route.values(at: $0) }
        let own = places.filter { $0.tree.value(at: name)?.text == pair.stable }
        guard !own.isEmpty else { return nil }
        let alike = references.alike.flatMap(Self.path)
        let missing = own.filter { place in
            !places.contains { other in
                other.path.parent == place.path.parent && other.tree.value(at: name)?.text == pair.canary
                    && alike.map { other.tree.value(at: $0) == place.tree.value(at: $0) } ?? true
            }
        }
        let copies = missing.reversed().compactMap { place -> (path: FieldPath, item: YAMLTree)? in
            guard let list = place.path.parent, case .field(let number)? = place.path.last, let number = Int(number),
                let item = place.tree.setting(name, to: .string(pair.canary))
            else { return nil }
            return (list.appending(number + 1), item)
        }
        let weights = route.value(at: path)?.string.flatMap { try? JSON(parsing: $0) }
        var members = (weights.map { YAMLTree($0) } ?? .mapping([])).members
        let former = members.count
        for (name, weight) in [(pair.stable, 100), (pair.canary, spec.weight.minimum)]
        where !members.contains(where: { $0.key == name }) {
            members.append(.init(name, .int(weight)))
        }
        let text = TextGap.Text(path: path, text: YAMLTree.mapping(members).json)
        return TextGap(copies: Array(copies), texts: members.count == former ? [] : [text])
    }
}

extension YAMLTree {
    /// The value as JSON (RFC 8259), on one line.
    fileprivate var json: String {
        switch content {
        case .scalar(.string(let text)): JSON.string(text).text
        case .scalar(let scalar): scalar.text ?? "null"
        case .sequence(let items): "[" + items.map(\.json).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{" + members.map { JSON.string($0.key).text + ": " + $0.value.json }.joined(separator: ", ") + "}"
        }
    }
}
