internal import Rollouts
internal import YAML

/// One list of backends that has the pair in it.
struct BackendList: Hashable, Sendable {
    /// One backend.
    struct Item: Hashable, Sendable {
        let path: FieldPath
        let role: Role
        /// Nil where none is written.
        let weight: Int?
    }

    enum Role: Hashable, Sendable { case stable, canary, other }

    let path: FieldPath
    let items: [Item]
    let unwritten: Int
    /// What the pair has in all where only the canary's share is written; stable has the rest.
    var total: Int?

    private func weight(of role: Role) -> Int {
        if let total, role == .stable { return total - weight(of: .canary) }
        return items.first { $0.role == role }.map { $0.weight ?? unwritten } ?? 0
    }

    var weights: BackendWeights {
        BackendWeights(
            stable: weight(of: .stable), canary: weight(of: .canary),
            others: items.filter { $0.role == .other }.map { $0.weight ?? unwritten })
    }

    /// The weight that each item has after `weights`, by its path.
    func assigning(_ weights: BackendWeights) -> [(item: Item, weight: Int)] {
        var others = weights.others[...]
        return items.map { item in
            switch item.role {
            case .stable: (item, weights.stable)
            case .canary: (item, weights.canary)
            case .other: (item, others.popFirst() ?? item.weight ?? unwritten)
            }
        }
    }
}

/// The Services of a pair, as backends name them.
struct ServicePair: Hashable, Sendable {
    let stable: String
    let canary: String
    let namespace: String
}

/// Why a route cannot split the pair's traffic, and where.
struct RouteProblem: Error, Equatable {
    let path: FieldPath
    let message: String
    let hint: String
}

extension TrafficProvider {
    /// Every list of `route` that has one of the pair; lists without either are left alone.
    ///
    /// - Throws: where a list has one without the other, or one of them several times, or a weight that is none.
    func lists(in route: YAMLTree, of pair: ServicePair) throws(RouteProblem) -> [BackendList] {
        if let marks = spec.alone { return [try canaryAlone(in: route, of: pair, marks)] }
        guard let weightPath = FieldPath(parsing: spec.weight.path) else { return [] }
        var lists: [BackendList] = []
        for (path, backends) in self.backends(in: route) {
            var items: [BackendList.Item] = []
            for backend in backends {
                let place = backend.path + weightPath
                let weight = try weight(of: backend.tree, at: weightPath, place)
                items.append(.init(path: place, role: role(of: backend.tree, pair), weight: weight))
            }
            let stable = items.count { $0.role == .stable }
            let canary = items.count { $0.role == .canary }
            if stable == 0, canary == 0 { continue }
            try check(stable, pair.stable, at: path)
            try check(canary, pair.canary, at: path)
            lists.append(BackendList(path: path, items: items, unwritten: spec.weight.default))
        }
        return lists
    }

    /// One backend and where it is.
    struct Backend {
        let path: FieldPath
        let tree: YAMLTree
    }

    /// The lists of backends, each with the path that names it in messages.
    func backends(in route: YAMLTree) -> [(path: FieldPath, backends: [Backend])] {
        if let items = spec.backends.items {
            let found = items.paths.flatMap { route.values(at: $0) }.map { Backend(path: $0.0, tree: $0.1) }
            return [("spec", found)]
        }
        return (spec.backends.path?.paths ?? []).flatMap { route.values(at: $0) }.map { path, list in
            let backends = list.items.enumerated().map { index, backend in
                Backend(path: itemPath(backend, index, among: list.items, in: path), tree: backend)
            }
            return (path, backends)
        }
    }

    /// The canary's share in a route of its own, whose backends are all the canary's Service.
    private func canaryAlone(
        in route: YAMLTree, of pair: ServicePair, _ marks: [Mark]
    ) throws(RouteProblem) -> BackendList {
        for mark in marks {
            guard let path = FieldPath(parsing: mark.path), route.value(at: path)?.text != mark.value else { continue }
            throw RouteProblem(
                path: path, message: "\(path) is not \(mark.value), so this is no canary's route",
                hint: "name the route that is the canary's alone as traffic.route, and give it \(path): \(mark.value)")
        }
        let backends = self.backends(in: route).flatMap(\.backends)
        if let other = backends.first(where: { role(of: $0.tree, pair) != .canary }) {
            throw RouteProblem(
                path: other.path, message: "\(other.path) is not \(pair.canary)",
                hint: "every backend of the canary's route has to be the canary's Service")
        }
        guard let path = FieldPath(parsing: spec.weight.path), let total = spec.weight.total, !backends.isEmpty else {
            throw RouteProblem(
                path: .root, message: "the route has no backend \(pair.canary)", hint: "list the canary's Service")
        }
        guard let written = try weight(of: route, at: path, path) else {
            throw RouteProblem(
                path: path, message: "there is no \(path)", hint: "add it with the value 0, in quotes where it is text")
        }
        return BackendList(
            path: path, items: [.init(path: path, role: .canary, weight: written)], unwritten: spec.weight.default,
            total: total)
    }

    private func check(_ count: Int, _ service: String, at path: FieldPath) throws(RouteProblem) {
        guard count != 1 else { return }
        throw RouteProblem(
            path: path,
            message: count == 0 ? "\(path) has no backend \(service)" : "\(path) has \(count) backends \(service)",
            hint: count == 0
                ? "list both Services of the pair, the canary's with weight 0" : "one backend for each Service")
    }

    private func weight(
        of backend: YAMLTree, at path: FieldPath, _ place: FieldPath
    ) throws(RouteProblem) -> Int? {
        guard let value = backend.value(at: path), value.scalar != .null else { return nil }
        let number = spec.weight.text == true ? value.string.flatMap { Int($0) } : value.int
        guard let weight = number, (spec.weight.minimum...spec.weight.maximum).contains(weight) else {
            throw RouteProblem(
                path: place, message: "\(place) is no weight: \(value.text ?? "a collection")",
                hint: "a whole number from \(spec.weight.minimum) to \(spec.weight.maximum)"
                    + (spec.weight.text == true ? ", in quotes" : ""))
        }
        return weight
    }

    func role(of backend: YAMLTree, _ pair: ServicePair) -> BackendList.Role {
        let backends = spec.backends
        if let field = backends.kind, let kind = text(field, of: backend),
            !(backends.kinds ?? ["Service"]).contains(kind)
        {
            return .other
        }
        if let field = backends.namespace, let namespace = text(field, of: backend), namespace != pair.namespace {
            return .other
        }
        guard let name = namePath(of: backend).flatMap({ backend.value(at: $0)?.text }) else { return .other }
        if matches(name, pair.canary, pair.namespace) { return .canary }
        return matches(name, pair.stable, pair.namespace) ? .stable : .other
    }

    /// Where an item names its Service.
    func namePath(of backend: YAMLTree) -> FieldPath? {
        spec.backends.name.paths.first { backend.value(at: $0)?.text != nil }
    }

    private func text(_ path: String, of backend: YAMLTree) -> String? {
        FieldPath(parsing: path).flatMap { backend.value(at: $0)?.text }
    }

    /// Whether a backend's name means the Service: by its short name, or by its host name in the cluster.
    private func matches(_ name: String, _ service: String, _ namespace: String) -> Bool {
        if name == service { return true }
        guard spec.backends.form == .host else { return false }
        let host = "\(service).\(namespace)"
        return name == host || name.hasPrefix("\(host).svc")
    }

    /// By name where that is unique in the list, so that the address survives a change of order; else by number.
    private func itemPath(
        _ backend: YAMLTree, _ index: Int, among items: [YAMLTree], in path: FieldPath
    ) -> FieldPath {
        guard let key = spec.backends.name.texts.first, !key.contains("."), let name = backend[key]?.string,
            items.count(where: { $0[key]?.text == name }) == 1
        else { return path.appending(index) }
        return path.appending(.match(key: key, value: name))
    }

    /// The canary's share over all lists.
    ///
    /// - Throws: where it is no whole percent, or where two lists differ.
    func share(_ lists: [BackendList]) throws(RouteProblem) -> Weight? {
        var shares: [Weight] = []
        for list in lists {
            let weights = list.weights
            guard let share = weights.share else {
                throw RouteProblem(
                    path: list.path,
                    message: "the weights at \(list.path) give the canary \(weights.canary) of"
                        + " \(weights.stable + weights.canary), which is no whole percent",
                    hint: "set the canary's weight to 0")
            }
            if let total = spec.weight.total, weights.stable + weights.canary + weights.others.reduce(0, +) != total,
                list.items.count > 1
            {
                throw RouteProblem(
                    path: list.path, message: "the weights at \(list.path) have to add up to \(total)",
                    hint: "set the canary's weight to 0 and the stable one's to the rest")
            }
            if let first = shares.first, first != share {
                throw RouteProblem(
                    path: list.path, message: "\(list.path) gives the canary \(share), another rule \(first)",
                    hint: "give the canary the same share in every rule that has the pair")
            }
            shares.append(share)
        }
        return shares.first
    }
}
