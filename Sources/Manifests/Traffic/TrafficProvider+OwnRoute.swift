package import YAML

/// What a copy of stable's route needs to become the canary's alone.
package struct OwnRoute: Sendable {
    /// The fields with the Service's name, and what they become.
    package let names: [(path: FieldPath, name: String)]
    /// Items that lead to somebody else, from the last to the first.
    package let strangers: [FieldPath]
    /// What has to stand in it, the weight at rest included.
    package let marks: [(path: FieldPath, value: YAMLTree)]
}

extension TrafficProvider {
    /// Whether the route is one for this provider: its kind, and of an Ingress its class.
    ///
    /// - Parameter anyClass: where a person has named the provider.
    package func provides(_ route: ManifestObject, anyClass: Bool = false) -> Bool { fits(route, anyClass: anyClass) }

    /// Whether the canary has a route of its own beside stable's.
    package var keepsRoutesApart: Bool { spec.alone != nil }

    /// How stable's route is copied for the canary; nil where it does not name the Service `stable`, or is a canary's itself.
    package func ownRoute(in route: YAMLTree, stable: String, canary: String, namespace: String) -> OwnRoute? {
        guard let marks = spec.alone, let weight = weightPath, !isMarked(route, marks) else { return nil }
        let pair = BackendPair(stable: stable, canary: canary, namespace: namespace)
        var names: [(path: FieldPath, name: String)] = []
        var strangers: [[FieldPath]] = []
        for pattern in spec.backends.items?.paths ?? [] {
            for (path, tree) in route.values(at: pattern) {
                let backend = Backend(path: path, tree: tree)
                guard role(of: backend, pair) == .stable, let field = namePath(of: backend),
                    let written = tree.value(at: field)?.string
                else {
                    strangers.append(Self.holders(of: path, pattern))
                    continue
                }
                names.append((path + field, Self.renamed(written, from: stable, to: canary)))
            }
        }
        guard !names.isEmpty else { return nil }
        let rest: YAMLTree =
            spec.weight.text == true ? .string(String(spec.weight.minimum)) : .int(spec.weight.minimum)
        return OwnRoute(
            names: names, strangers: outermost(strangers, kept: names.map(\.path)).sorted(by: Self.isLater),
            marks: marks.compactMap { mark in Self.path(mark.path).map { ($0, .string(mark.value)) } }
                + [(weight, rest)])
    }

    private func isMarked(_ route: YAMLTree, _ marks: [Mark]) -> Bool {
        !marks.isEmpty
            && marks.allSatisfy { mark in
                Self.path(mark.path).flatMap { route.value(at: $0)?.text } == mark.value
            }
    }

    /// The items that hold the value at `path`, from the innermost to the outermost; the value itself where no list does.
    private static func holders(of path: FieldPath, _ pattern: FieldPath) -> [FieldPath] {
        let depths = pattern.steps.indices.filter { pattern.steps[$0] == .any }
        return depths.isEmpty ? [path] : depths.reversed().map { FieldPath(Array(path.steps[...$0])) }
    }

    /// For each stranger the outermost item in which nothing is kept.
    private func outermost(_ strangers: [[FieldPath]], kept: [FieldPath]) -> Set<FieldPath> {
        Set(
            strangers.compactMap { holders in
                holders.last { holder in !kept.contains { $0.steps.starts(with: holder.steps) } }
            })
    }

    /// Whether one path comes after another in a document, so that it is taken out first.
    private static func isLater(_ one: FieldPath, _ other: FieldPath) -> Bool {
        for (own, its) in zip(one.steps, other.steps) where own != its {
            guard case .field(let own) = own, case .field(let its) = its else { continue }
            if let own = Int(own), let its = Int(its) { return own > its }
            return own > its
        }
        return one.steps.count > other.steps.count
    }
}
