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
    /// The text of the route that the list stands in; nil for a list of the route itself.
    var text: FieldPath?
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
    func lists(in route: YAMLTree, of pair: BackendPair) throws(RouteProblem) -> [BackendList] {
        try checkFixed(in: route)
        if let marks = spec.alone { return [try canaryAlone(in: route, of: pair, marks)] }
        let route = try opening(route, of: pair)
        var lists: [BackendList] = []
        for found in backends(in: route) {
            let roles = found.backends.map { role(of: $0, pair) }
            let stable = roles.count { $0 == .stable }
            let canary = roles.count { $0 == .canary }
            if stable == 0, canary == 0 { continue }
            var items: [BackendList.Item] = []
            for (backend, role) in zip(found.backends, roles) {
                let (path, weight) = try weight(of: backend)
                items.append(.init(path: path, role: role, weight: weight))
            }
            try check(stable, .stable, of: pair, at: found.path)
            try check(canary, .canary, of: pair, at: found.path)
            lists.append(
                BackendList(path: found.path, items: items, unwritten: spec.weight.default ?? 0, text: found.text))
        }
        try checkReferences(of: lists, in: route, to: pair)
        return lists
    }

    /// One backend and where it is.
    struct Backend {
        let path: FieldPath
        let tree: YAMLTree
        /// Its key, where the list is a mapping.
        var key: String?
    }

    /// One list, with the path that names it in messages.
    struct Found {
        let path: FieldPath
        let text: FieldPath?
        let backends: [Backend]
    }

    /// The lists of backends, where the texts of `route` are opened.
    func backends(in route: YAMLTree) -> [Found] {
        if let items = spec.backends.items {
            let found = items.paths.flatMap { route.values(at: $0) }.map { Backend(path: $0.0, tree: $0.1) }
            return [Found(path: "spec", text: nil, backends: found)]
        }
        let starts: [FieldPath?] = spec.backends.text == nil ? [nil] : textPaths(in: route)
        return starts.flatMap { text in
            (spec.backends.path?.paths ?? []).flatMap { route.values(at: (text ?? .root) + $0) }.map { path, list in
                Found(path: path, text: text, backends: backends(of: list, at: path))
            }
        }
    }

    private func backends(of list: YAMLTree, at path: FieldPath) -> [Backend] {
        if spec.backends.keyed == true {
            return list.members.map { Backend(path: path.appending(.field($0.key)), tree: $0.value, key: $0.key) }
        }
        return list.items.enumerated().map { index, backend in
            Backend(path: itemPath(backend, index, among: list.items, in: path), tree: backend)
        }
    }

    private func checkFixed(in route: YAMLTree) throws(RouteProblem) {
        for mark in spec.fixed ?? [] {
            guard let path = Self.path(mark.path), let value = route.value(at: path), value.scalar != .null,
                value.text != mark.value
            else { continue }
            throw RouteProblem(
                path: path, message: "\(path) is \(value.text ?? "a collection"): the weights mean something else then",
                hint: "take it out, or set it to \(mark.value)")
        }
    }

    /// The canary's share in a route of its own, whose backends are all the canary's Service.
    private func canaryAlone(
        in route: YAMLTree, of pair: BackendPair, _ marks: [Mark]
    ) throws(RouteProblem) -> BackendList {
        for mark in marks {
            guard let path = Self.path(mark.path), route.value(at: path)?.text != mark.value else { continue }
            throw RouteProblem(
                path: path, message: "\(path) is not \(mark.value), so this is no canary's route",
                hint: "name the route that is the canary's alone as traffic.route, and give it \(path): \(mark.value)")
        }
        let backends = self.backends(in: route).flatMap(\.backends)
        if let other = backends.first(where: { role(of: $0, pair) != .canary }) {
            throw RouteProblem(
                path: namePath(of: other).map { other.path + $0 } ?? other.path,
                message: "\(other.path) is not \(pair.canary)",
                hint: "every backend of the canary's route has to be the canary's Service")
        }
        guard let path = spec.weight.path.paths.first, let total = spec.weight.total, !backends.isEmpty else {
            throw RouteProblem(
                path: .root, message: "the route has no backend \(pair.canary)", hint: "list the canary's Service")
        }
        guard let written = try number(route, at: path, path) else {
            throw RouteProblem(
                path: path, message: "there is no \(path)",
                hint: "add it with the value 0" + (spec.weight.text == true ? ", in quotes" : ""))
        }
        return BackendList(
            path: path, items: [.init(path: path, role: .canary, weight: written)],
            unwritten: spec.weight.default ?? 0, total: total)
    }

    private func check(_ count: Int, _ side: Side, of pair: BackendPair, at path: FieldPath) throws(RouteProblem) {
        guard count != 1 else { return }
        let title = pair.title(side)
        if count == 0 {
            throw RouteProblem(
                path: path, message: "\(path) has no backend \(title)",
                hint: "list \(both(of: pair)), the canary's with weight 0")
        }
        let more =
            spec.subsets == nil || pair.subsets != nil ? "" : "; subsets of one Service are named as traffic.subsets"
        throw RouteProblem(
            path: path, message: "\(path) has \(count) backends \(title)", hint: "one backend for each side" + more)
    }

    /// What a list has to have, in words.
    func both(of pair: BackendPair) -> String {
        if pair.subsets != nil { return "both subsets of the pair" }
        return spec.backends.of == .workloads ? "both sides of the pair" : "both Services of the pair"
    }

    /// The weight of one backend and its place; nil where none is written and none has to be.
    private func weight(of backend: Backend) throws(RouteProblem) -> (path: FieldPath, weight: Int?) {
        let paths = spec.weight.path.paths
        guard let path = paths.first(where: { backend.tree.value(at: $0) != nil }) ?? paths.first else {
            return (backend.path, nil)
        }
        let place = backend.path + path
        let weight = try number(backend.tree, at: path, place)
        if weight == nil, spec.weight.default == nil {
            throw RouteProblem(path: backend.path, message: "there is no \(place)", hint: "give every backend a weight")
        }
        return (place, weight)
    }

    private func number(_ tree: YAMLTree, at path: FieldPath, _ place: FieldPath) throws(RouteProblem) -> Int? {
        guard let value = tree.value(at: path), value.scalar != .null else { return nil }
        let number = spec.weight.text == true ? value.string.flatMap { Int($0) } : value.int
        guard let weight = number, (spec.weight.minimum...spec.weight.maximum).contains(weight) else {
            throw RouteProblem(
                path: place, message: "\(place) is no weight: \(value.text ?? "a collection")",
                hint: "a whole number from \(spec.weight.minimum) to \(spec.weight.maximum)"
                    + (spec.weight.text == true ? ", in quotes" : ""))
        }
        return weight
    }

    /// Where an item names its Service.
    func namePath(of backend: Backend) -> FieldPath? {
        (spec.backends.name?.paths ?? []).first { backend.tree.value(at: $0)?.text != nil }
    }

    /// By name where that is unique in the list, so that the address survives a change of order; else by number.
    private func itemPath(
        _ backend: YAMLTree, _ index: Int, among items: [YAMLTree], in path: FieldPath
    ) -> FieldPath {
        let keys = (spec.backends.name?.texts ?? []).filter { backend[$0]?.text != nil }
        guard let key = keys.first, !key.contains("."), let name = backend[key]?.string,
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
