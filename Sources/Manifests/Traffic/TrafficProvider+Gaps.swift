package import YAML

/// A list of backends that has the stable Service, and where in it the canary's backend belongs.
package struct BackendGap: Sendable {
    package let list: FieldPath
    /// The place of the stable backend in the list.
    package let index: Int
    package let stable: YAMLTree
    /// Nil where none is written.
    package let weight: Int?
    /// Whether backends of somebody else take a share, too.
    package let hasOthers: Bool
    package let hasCanary: Bool
}

extension TrafficProvider {
    /// Every list of `route` that names the Service `stable`, whether the canary's is beside it or not yet.
    package func gaps(
        in route: YAMLTree, stable: String, canary: String, namespace: String
    ) -> [BackendGap] {
        // Backends in a text, in a mapping, or that are no Services are for people to add.
        guard let weight = spec.weight.path.paths.first, spec.backends.text == nil, spec.backends.keyed != true,
            spec.backends.of != .workloads
        else { return [] }
        let pair = BackendPair(stable: stable, canary: canary, namespace: namespace)
        let lists = (spec.backends.path?.paths ?? []).flatMap { route.values(at: $0) }
        return lists.compactMap { path, list in
            let roles = list.items.map { role(of: Backend(path: path, tree: $0), pair) }
            guard let index = roles.firstIndex(of: .stable) else { return nil }
            return BackendGap(
                list: path, index: index, stable: list.items[index], weight: list.items[index].value(at: weight)?.int,
                hasOthers: roles.contains(.other), hasCanary: roles.contains(.canary))
        }
    }

    /// The canary's backend beside the stable one: a copy with another name, and no traffic.
    package func canaryBackend(of gap: BackendGap, stable: String, canary: String) -> YAMLTree? {
        let backend = Backend(path: gap.list, tree: gap.stable)
        guard let name = namePath(of: backend), let weight = spec.weight.path.paths.first,
            let written = gap.stable.value(at: name)?.string
        else { return nil }
        // A host name keeps its domain.
        let full = canary + written.dropFirst(stable.count)
        return gap.stable.setting(name, to: .string(full))?.setting(weight, to: .int(spec.weight.minimum))
    }
}
