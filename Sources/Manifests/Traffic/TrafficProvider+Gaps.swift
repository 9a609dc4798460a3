package import YAML

/// A list of backends that has the stable Service, and where the canary's backend belongs.
package struct BackendGap: Sendable {
    /// The list that the canary's backend goes into; it may not be there yet.
    package let list: FieldPath
    /// Its place there.
    package let position: Int
    /// The stable backend.
    package let path: FieldPath
    package let stable: YAMLTree
    /// Nil where none is written.
    package let weight: Int?
    /// Whether backends of somebody else take a share, too.
    package let hasOthers: Bool
    package let hasCanary: Bool
    /// The text of the route that the list stands in; nil for a list of the route itself.
    package let text: FieldPath?
    /// The subset of the Service's pods that the stable backend means.
    package let subset: String?
}

extension TrafficProvider {
    /// Where a backend's weight is, from the backend.
    package var weightPath: FieldPath? { spec.weight.path.paths.first }

    /// Every list of `route` that names the Service `stable`, whether the canary's is beside it or not yet.
    package func gaps(
        in route: YAMLTree, stable: String, canary: String, namespace: String
    ) -> [BackendGap] {
        let pair = BackendPair(stable: stable, canary: canary, namespace: namespace)
        // Mappings are filled together with what they are for, and what names no Services is for people to add.
        guard weightPath != nil, spec.alone == nil, spec.backends.keyed != true, spec.backends.of != .workloads,
            let route = try? opening(route, of: pair)
        else { return [] }
        return backends(in: route).compactMap { gap(in: $0, of: pair) }
    }

    private func gap(in found: Found, of pair: BackendPair) -> BackendGap? {
        let roles = found.backends.map { role(of: $0, pair) }
        guard let index = roles.firstIndex(of: .stable) else { return nil }
        let backend = found.backends[index]
        // What the API keeps apart has one list beside the single backends.
        guard let list = spec.backends.items == nil ? found.path : openList else { return nil }
        let isInside = spec.backends.items == nil || backend.path.parent == list
        let number = isInside ? found.backends[..<index].count { $0.path.parent == backend.path.parent } + 1 : 0
        return BackendGap(
            list: list, position: number, path: isInside ? list.appending(number - 1) : backend.path,
            stable: backend.tree, weight: weightPath(of: backend.tree).flatMap { backend.tree.value(at: $0)?.int },
            hasOthers: roles.contains(.other), hasCanary: roles.contains(.canary), text: found.text,
            subset: spec.backends.subset.flatMap(Self.path).flatMap { backend.tree.value(at: $0)?.text })
    }

    /// The list among the places of single backends.
    private var openList: FieldPath? {
        spec.backends.items?.paths.last { $0.last == .any && $0.steps.count { $0 == .any } == 1 }?.parent
    }

    /// The spelling of the weight's field that a backend has, or else that of the name beside it.
    func weightPath(of backend: YAMLTree) -> FieldPath? {
        let paths = spec.weight.path.paths
        if let written = paths.first(where: { backend.value(at: $0) != nil }) { return written }
        let names = spec.backends.name?.paths ?? []
        let number = names.firstIndex { backend.value(at: $0)?.text != nil }
        return number.flatMap { names.count == paths.count ? paths[$0] : nil } ?? paths.first
    }

    /// The canary's backend beside the stable one: a copy with another name, and no traffic.
    package func canaryBackend(of gap: BackendGap, stable: String, canary: String) -> YAMLTree? {
        let backend = Backend(path: gap.path, tree: gap.stable)
        guard let weight = weightPath(of: gap.stable), let name = namePath(of: backend),
            let written = gap.stable.value(at: name)?.string
        else { return nil }
        return gap.stable.setting(name, to: .string(Self.renamed(written, from: stable, to: canary)))?
            .setting(weight, to: .int(spec.weight.minimum))
    }

    /// A host name or an address keeps what is around the Service's name.
    static func renamed(_ text: String, from stable: String, to canary: String) -> String {
        guard let place = text.ranges(of: stable).first else { return canary }
        return text[..<place.lowerBound] + canary + text[place.upperBound...]
    }

    /// The whole list with the canary's backend in it, and a weight for each.
    package func filled(_ gap: BackendGap, in route: YAMLTree, with canary: YAMLTree) -> [YAMLTree] {
        var items = route.value(at: gap.list)?.items ?? []
        for index in items.indices {
            guard let weight = weightPath(of: items[index]), items[index].value(at: weight) == nil else { continue }
            let isStable = gap.list.appending(index) == gap.path
            let own = isStable && !gap.hasOthers ? 100 : spec.weight.default ?? 0
            items[index] = items[index].setting(weight, to: .int(own)) ?? items[index]
        }
        items.insert(canary, at: min(gap.position, items.count))
        return items
    }
}
