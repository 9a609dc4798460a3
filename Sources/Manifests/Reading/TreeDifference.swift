internal import Rollouts
internal import YAML

/// Where two values differ: the paths of the smallest parts that are not equal.
struct TreeDifference {
    struct Part: Hashable {
        let path: FieldPath
        let former: YAMLTree?
        let present: YAMLTree?

        static func == (left: Self, right: Self) -> Bool {
            left.path == right.path && left.former == right.former && left.present == right.present
        }

        /// Names both values without showing them.
        var digest: Digest {
            Digest(of: "\(path) \(former?.canonical ?? "") > \(present?.canonical ?? "")")
        }

        func hash(into hasher: inout Hasher) { hasher.combine(path) }
    }

    /// How scalars are compared.
    let same: (FieldPath, YAMLScalar, YAMLScalar) -> Bool
    /// Whether entries and named items that only the present value has count.
    let countsAdditions: Bool

    init(
        countsAdditions: Bool = true, same: @escaping (FieldPath, YAMLScalar, YAMLScalar) -> Bool = { $1 == $2 }
    ) {
        self.countsAdditions = countsAdditions
        self.same = same
    }

    func parts(_ former: YAMLTree?, _ present: YAMLTree?, at path: FieldPath = .root) -> [Part] {
        guard let former, let present else {
            if former == nil, present == nil || !countsAdditions { return [] }
            // An empty value that the API server leaves out is no difference where only losses count.
            if !countsAdditions, former?.isOmitted == true { return [] }
            return [Part(path: path, former: former, present: present)]
        }
        switch (former.content, present.content) {
        case (.scalar(let own), .scalar(let other)):
            return same(path, own, other) ? [] : [Part(path: path, former: former, present: present)]
        case (.mapping(let own), .mapping(let others)):
            let known = Set(own.map(\.key))
            return own.flatMap { parts($0.value, present[$0.key], at: path.appending(.field($0.key))) }
                + others.filter { !known.contains($0.key) }.flatMap {
                    parts(nil, $0.value, at: path.appending(.field($0.key)))
                }
        case (.sequence(let own), .sequence(let others)):
            return items(own, others, at: path)
        default:
            return [Part(path: path, former: former, present: present)]
        }
    }

    /// Items are told apart by their names where all have one, else by their number.
    private func items(_ own: [YAMLTree], _ others: [YAMLTree], at path: FieldPath) -> [Part] {
        guard let names = Self.names(own), let otherNames = Self.names(others) else {
            return (0..<max(own.count, others.count)).flatMap { index in
                parts(
                    own.indices.contains(index) ? own[index] : nil,
                    others.indices.contains(index) ? others[index] : nil, at: path.appending(index))
            }
        }
        let added = otherNames.filter { !names.contains($0) }
        return (names + added).flatMap { name in
            parts(
                names.firstIndex(of: name).map { own[$0] }, otherNames.firstIndex(of: name).map { others[$0] },
                at: path.appending(.match(key: "name", value: name)))
        }
    }

    private static func names(_ items: [YAMLTree]) -> [String]? {
        let names = items.compactMap { $0["name"]?.string }
        return names.count == items.count && Set(names).count == names.count ? names : nil
    }
}

extension YAMLTree {
    /// Whether the API server may leave the value out of what it stores: nothing, `false` or 0.
    fileprivate var isOmitted: Bool { isEmpty || scalar == .bool(false) || scalar == .int(0) }

    /// Whether there is nothing in it: null, an empty text, list or mapping, or a mapping of such.
    var isEmpty: Bool {
        switch content {
        case .scalar(let scalar): scalar == .null || scalar == .string("")
        case .sequence(let items): items.isEmpty
        case .mapping(let members): members.allSatisfy(\.value.isEmpty)
        }
    }

    /// One text per value, whatever the order of its keys: what digests are taken of.
    var canonical: String {
        switch content {
        case .scalar(.null): "null"
        case .scalar(.string(let text)): JSONText.quote(text)
        case .scalar(let scalar): scalar.text ?? "null"
        case .sequence(let items): "[" + items.map(\.canonical).joined(separator: ",") + "]"
        case .mapping(let members):
            "{"
                + members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(JSONText.quote($0.key)):\($0.value.canonical)" }.joined(separator: ",") + "}"
        }
    }
}
