internal import Rollouts
internal import YAML

/// Backends that stand in a text of the route, such as an annotation that holds JSON.
extension TrafficProvider {
    /// The texts of `route`, opened or not; a last key that ends in `*` stands for every key that begins so.
    func textPaths(in route: YAMLTree) -> [FieldPath] {
        (spec.backends.text?.paths ?? []).flatMap { path -> [FieldPath] in
            guard let prefix = Self.prefix(path), let parent = path.parent else {
                return route.value(at: path) == nil ? [] : [path]
            }
            let keys = (route.value(at: parent)?.members ?? []).map(\.key)
            return keys.filter { $0.hasPrefix(prefix) && $0.count > prefix.count }.map { parent.appending(.field($0)) }
        }
    }

    /// What the key of a text begins with; nil for a path to one text.
    private static func prefix(_ path: FieldPath) -> String? {
        guard case .field(let name)? = path.last, name.hasSuffix("*") else { return nil }
        return String(name.dropLast())
    }

    /// What `*` stands for in the key of the text at `path`.
    private func name(of text: FieldPath) -> String? {
        guard case .field(let key)? = text.last else { return nil }
        let prefixes = (spec.backends.text?.paths ?? []).compactMap(Self.prefix)
        return prefixes.first { key.hasPrefix($0) }.map { String(key.dropFirst($0.count)) }
    }

    /// The route with what its texts say in their place.
    ///
    /// - Throws: where a text that has a name of the pair in it cannot be read; others are left as they are.
    func opening(_ route: YAMLTree, of pair: BackendPair) throws(RouteProblem) -> YAMLTree {
        var route = route
        for path in textPaths(in: route) {
            guard let text = route.value(at: path)?.string else { continue }
            do throws(YAMLError) {
                let stream = try YAMLStream(parsing: text, file: "")
                let tree = try YAMLTree(stream.single.root, of: stream)
                if spec.backends.json == true, (try? JSON(parsing: text)) == nil {
                    throw stream.documents[0].error(at: stream.documents[0].root, "it is no JSON")
                }
                route = route.setting(path, to: tree) ?? route
            } catch {
                guard text.contains(pair.stable) || text.contains(pair.canary) else { continue }
                throw RouteProblem(
                    path: path, message: "\(path) cannot be read: \(error.message)",
                    hint: error.hint ?? "the text has to be JSON" + (spec.backends.json == true ? "" : ", or YAML"))
            }
        }
        return route
    }

    // MARK: References

    /// - Throws: where the route does not name what the weights are for, so that they would split nothing.
    func checkReferences(
        of lists: [BackendList], in route: YAMLTree, to pair: BackendPair
    ) throws(RouteProblem) {
        guard let references = spec.references, !lists.isEmpty else { return }
        let places = references.items.paths.flatMap { route.values(at: $0) }.compactMap { path, tree in
            Self.path(references.name).flatMap { tree.value(at: $0)?.text }.map {
                Reference(path: path, tree: tree, name: $0)
            }
        }
        switch references.to {
        case .texts: try checkTexts(lists, references, places.filter { $0.has(references.marks) })
        case .services: try checkServices(lists, references, places.filter { $0.has(references.marks) }, pair)
        }
    }

    private struct Reference {
        let path: FieldPath
        let tree: YAMLTree
        let name: String

        func has(_ marks: [Mark]?) -> Bool {
            (marks ?? []).allSatisfy { mark in
                TrafficProvider.path(mark.path).flatMap { tree.value(at: $0)?.text } == mark.value
            }
        }
    }

    private func checkTexts(
        _ lists: [BackendList], _ references: References, _ places: [Reference]
    ) throws(RouteProblem) {
        for list in lists {
            guard let text = list.text, let name = name(of: text), !places.contains(where: { $0.name == name }) else {
                continue
            }
            let marks = (references.marks ?? []).map { " and \($0.path) \($0.value)" }.joined()
            throw RouteProblem(
                path: text, message: "no path leads to \(name), so \(text) splits nothing",
                hint: "name it in a backend: \(references.name) \(name)\(marks)")
        }
    }

    private func checkServices(
        _ lists: [BackendList], _ references: References, _ places: [Reference], _ pair: BackendPair
    ) throws(RouteProblem) {
        let sides = pair.routed ?? .init(stable: pair.stable, canary: pair.canary)
        func isSide(_ place: Reference, _ name: String) -> Bool { matches(place.name, name, pair.namespace) }
        let own = places.filter { isSide($0, sides.stable) || isSide($0, sides.canary) }
        guard !own.isEmpty else {
            throw RouteProblem(
                path: lists[0].path,
                message: "no path leads to \(sides.stable) and \(sides.canary), so the weights split nothing",
                hint: "list both Services in the route")
        }
        for place in own {
            let other = isSide(place, sides.stable) ? sides.canary : sides.stable
            let beside = own.contains {
                $0.path.parent == place.path.parent && isSide($0, other) && alike($0, place, references.alike)
            }
            guard !beside else { continue }
            throw RouteProblem(
                path: place.path, message: "\(place.path) leads to \(place.name) without \(other) beside it",
                hint: "list both Services for the same path: the weights are their shares of it")
        }
    }

    private func alike(_ one: Reference, _ other: Reference, _ field: String?) -> Bool {
        guard let path = field.flatMap(Self.path) else { return true }
        return one.tree.value(at: path) == other.tree.value(at: path)
    }
}
