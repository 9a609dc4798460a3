/// What stands at a field path of a document.
package enum YAMLLookup: Sendable {
    case found(YAMLPlace)
    case missing(YAMLAbsence)
    /// A selector that fits several items, or `*`: the places that it fits.
    case ambiguous([YAMLPlace])
}

/// A node and the way to it.
package struct YAMLPlace: Sendable {
    package let node: YAMLNode
    /// The path that leads to exactly this node.
    package let path: FieldPath
    /// The number of the child at each level: of the entry in a mapping, of the item in a list.
    let indices: [Int]
    /// The alias or merge key that the way leads through; such a value is written elsewhere, and shared.
    package let sharedThrough: YAMLPosition?
}

/// How far the way to a missing value led.
package struct YAMLAbsence: Sendable {
    /// The last place on the way that exists.
    package let reached: YAMLPlace
    /// The steps from there, of which the first leads nowhere.
    package let rest: [FieldPath.Step]
    /// The keys or selectors that the last place does have.
    package let candidates: [String]
}

extension YAMLDocument {
    /// Follows `path` from the root.
    package func node(at path: FieldPath) -> YAMLLookup {
        var places = [YAMLPlace(node: root, path: .root, indices: [], sharedThrough: nil)]
        for (depth, step) in path.steps.enumerated() {
            let next = places.flatMap { $0.children(step) }
            if next.isEmpty {
                let absence = YAMLAbsence(
                    reached: places[0], rest: Array(path.steps[depth...]), candidates: places[0].candidates(for: step))
                return .missing(absence)
            }
            places = Array(next.prefix(10_000))
        }
        return places.count == 1 && !path.steps.contains(.any) ? .found(places[0]) : .ambiguous(places)
    }

    /// The node at `path`, or what is missing or unclear about it as an error.
    package func place(at path: FieldPath) throws(YAMLError) -> YAMLPlace {
        switch node(at: path) {
        case .found(let place): return place
        case .missing(let absence): throw error(absence, for: path)
        case .ambiguous(let places):
            let lines = places.map { String($0.node.position.line) }.joined(separator: ", ")
            let isAny = path.steps.contains(.any)
            throw error(
                at: places[0].node, path: path,
                isAny ? "\(path) names many values where one is needed" : "\(path) fits several values: lines \(lines)",
                hint: isAny ? "name one item, by its number or as [name=…]" : "select by a key whose values differ")
        }
    }

    private func error(_ absence: YAMLAbsence, for path: FieldPath) -> YAMLError {
        let wanted = absence.rest.first.map { FieldPath([$0]).description } ?? ""
        let place = absence.reached.path.isRoot ? "the document" : "\(absence.reached.path)"
        let node = absence.reached.node.resolved
        if !node.isMapping && !node.isSequence {
            return error(at: node, path: path, "\(path) is missing: \(place) is \(node.summary)")
        }
        let hint: String?
        if let near = Spelling.nearest(to: wanted, among: absence.candidates) {
            hint = "did you mean \(near)?"
        } else if absence.candidates.isEmpty {
            hint = "\(place) is empty"
        } else {
            let shown = absence.candidates.prefix(8).joined(separator: ", ")
            hint = "there is \(shown)" + (absence.candidates.count > 8 ? ", …" : "")
        }
        return error(at: absence.reached.node, path: path, "\(path) is missing: \(place) has no \(wanted)", hint: hint)
    }
}

extension YAMLPlace {
    /// The children that `step` leads to.
    func children(_ step: FieldPath.Step) -> [YAMLPlace] {
        let shared = sharedThrough ?? (node.isAlias ? node.position : nil)
        let target = node.resolved
        switch target.content {
        case .mapping:
            return mappingChildren(step, shared)
        case .sequence(let items, _):
            return items.enumerated().filter { Self.fits(step, $0.offset, $0.element) }.map { index, item in
                let own: FieldPath.Step = if case .any = step { .field(String(index)) } else { step }
                return YAMLPlace(
                    node: item, path: path.appending(own), indices: indices + [index], sharedThrough: shared)
            }
        case .scalar, .alias:
            return []
        }
    }

    private func mappingChildren(_ step: FieldPath.Step, _ shared: YAMLPosition?) -> [YAMLPlace] {
        switch step {
        case .field(let name):
            if let own = node.ownEntry(named: name) { return [child(own.entry, own.number, name, shared)] }
            guard let merged = node.entry(named: name), let merge = node.entries.first(where: \.isMerge) else {
                return []
            }
            return [child(merged, 0, name, shared ?? merge.key.position)]
        case .any:
            return node.entries.enumerated().compactMap { index, entry in
                entry.name.map { child(entry, index, $0, shared) }
            }
        case .match:
            return []
        }
    }

    private func child(_ entry: YAMLEntry, _ index: Int, _ name: String, _ shared: YAMLPosition?) -> YAMLPlace {
        YAMLPlace(
            node: entry.value, path: path.appending(name), indices: indices + [index], sharedThrough: shared)
    }

    private static func fits(_ step: FieldPath.Step, _ index: Int, _ item: YAMLNode) -> Bool {
        switch step {
        case .any: true
        case .field(let name): name == String(index)
        case .match("", let value): item.resolved.text == value
        case .match(let key, let value): item[key]?.resolved.text == value
        }
    }

    /// What could stand in the place of `step`.
    func candidates(for step: FieldPath.Step) -> [String] {
        switch node.resolved.content {
        case .mapping(let entries, _):
            return entries.compactMap(\.name)
        case .sequence(let items, _):
            guard case .match(let key, _) = step, !key.isEmpty else { return items.indices.map(String.init) }
            return items.compactMap { $0[key]?.resolved.text }.map { "[\(key)=\($0)]" }
        case .scalar, .alias:
            return []
        }
    }
}
