/// A value that somebody wants in a file: what an edit or the writer puts there.
///
/// A tree made from a node keeps the node at every level, so that where the tree is inserted, comments and style come
/// along; equality looks at the values alone.
package struct YAMLTree: Sendable {
    /// The kinds of value.
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLTree])
        case mapping([Member])
    }

    /// A key and its value; mappings keep their order.
    package struct Member: Sendable {
        package var key: String
        package var value: YAMLTree

        package init(_ key: String, _ value: YAMLTree) {
            self.key = key
            self.value = value
        }
    }

    package var content: Content
    /// Where the value was copied from.
    package var source: YAMLFragment?
    /// Whether the writer puts it on one line: `{a: 1}`.
    package var isFlow = false

    package init(_ content: Content, source: YAMLFragment? = nil) {
        self.content = content
        self.source = source
    }

    package static func string(_ text: String) -> YAMLTree { YAMLTree(.scalar(.string(text))) }
    package static func int(_ number: Int) -> YAMLTree { YAMLTree(.scalar(.int(number))) }
    package static func bool(_ flag: Bool) -> YAMLTree { YAMLTree(.scalar(.bool(flag))) }
    package static func float(_ number: Double) -> YAMLTree { YAMLTree(.scalar(.float(number))) }
    package static func scalar(_ scalar: YAMLScalar) -> YAMLTree { YAMLTree(.scalar(scalar)) }
    package static var null: YAMLTree { YAMLTree(.scalar(.null)) }
    package static func sequence(_ items: [YAMLTree]) -> YAMLTree { YAMLTree(.sequence(items)) }
    package static func mapping(_ members: [Member]) -> YAMLTree { YAMLTree(.mapping(members)) }

    /// The same value, written on one line.
    package var flow: YAMLTree {
        var copy = self
        copy.isFlow = true
        return copy
    }
}

/// A node and the bytes of the file that it stands in.
package struct YAMLFragment: Sendable {
    package let node: YAMLNode
    package let file: String
    let bytes: [UInt8]
    /// Whether it is to be written where its aliases mean what they mean where it stands.
    private(set) var keepsAliases = false

    package init(_ node: YAMLNode, of stream: YAMLStream) {
        self.node = node
        file = stream.file
        bytes = stream.bytes
    }

    private init(_ node: YAMLNode, like other: YAMLFragment) {
        self.node = node
        file = other.file
        bytes = other.bytes
        keepsAliases = other.keepsAliases
    }

    func with(_ node: YAMLNode) -> YAMLFragment { YAMLFragment(node, like: self) }

    /// The same text, aliases included.
    var keepingAliases: YAMLFragment {
        var copy = self
        copy.keepsAliases = true
        return copy
    }
}

extension YAMLTree {
    /// The value of `node`, aliases and merge keys resolved.
    ///
    /// - Throws: where aliases would expand to more than `limit` nodes, or where a key is not a text.
    package init(_ node: YAMLNode, of stream: YAMLStream, limit: Int = 200_000) throws(YAMLError) {
        try self.init(YAMLFragment(node, of: stream), limit: limit)
    }

    init(_ fragment: YAMLFragment, limit: Int = 200_000) throws(YAMLError) {
        var budget = limit
        do throws(Expansion) {
            try self.init(fragment, budget: &budget)
        } catch {
            switch error {
            case .tooLarge:
                throw YAMLError(
                    file: fragment.file, position: fragment.node.position,
                    message: "aliases expand to more than \(limit) values",
                    hint: "write the values out, or use fewer aliases of aliases")
            case .foreignKey(let position):
                throw YAMLError(file: fragment.file, position: position, message: "a key must be a text")
            }
        }
    }

    private enum Expansion: Error {
        case tooLarge
        case foreignKey(YAMLPosition)
    }

    private init(_ fragment: YAMLFragment, budget: inout Int) throws(Expansion) {
        budget -= 1
        guard budget > 0 else { throw .tooLarge }
        let node = fragment.node.resolved
        source = fragment.with(node)
        switch node.content {
        case .scalar: content = .scalar(node.typed ?? .null)
        case .alias: content = .scalar(.null)
        case .sequence(let items, _):
            var trees: [YAMLTree] = []
            for item in items { trees.append(try YAMLTree(fragment.with(item), budget: &budget)) }
            content = .sequence(trees)
        case .mapping:
            var members: [Member] = []
            try Self.collect(fragment.with(node), into: &members, budget: &budget)
            content = .mapping(members)
        }
    }

    private static func collect(
        _ fragment: YAMLFragment, into members: inout [Member], budget: inout Int
    ) throws(Expansion) {
        var names = Set(members.map(\.key))
        for entry in fragment.node.entries where !entry.isMerge {
            guard let name = entry.key.resolved.text else { throw .foreignKey(entry.key.position) }
            guard names.insert(name).inserted else { continue }
            members.append(Member(name, try YAMLTree(fragment.with(entry.value), budget: &budget)))
        }
        for merged in fragment.node.mergedMappings {
            budget -= 1
            guard budget > 0 else { throw .tooLarge }
            try collect(fragment.with(merged), into: &members, budget: &budget)
        }
    }
}

extension YAMLTree: Equatable {
    /// Equality of values: the order of a mapping's keys and the source do not count.
    package static func == (left: YAMLTree, right: YAMLTree) -> Bool {
        switch (left.content, right.content) {
        case (.scalar(let own), .scalar(let other)): return own.isIdentical(to: other)
        case (.sequence(let own), .sequence(let others)): return own == others
        case (.mapping(let own), .mapping(let others)):
            guard own.count == others.count else { return false }
            if zip(own, others).allSatisfy({ $0.key == $1.key }) {
                return zip(own, others).allSatisfy { $0.value == $1.value }
            }
            let values = Dictionary(others.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            return own.allSatisfy { member in values[member.key].map { $0 == member.value } ?? false }
        default: return false
        }
    }
}

extension YAMLTree {
    package var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    package var string: String? { scalar?.string }
    package var int: Int? { scalar?.int }
    package var bool: Bool? { scalar?.bool }
    package var items: [YAMLTree] { if case .sequence(let items) = content { items } else { [] } }
    package var members: [Member] { if case .mapping(let members) = content { members } else { [] } }

    /// The value of `key`; setting one that is missing appends it, setting nil removes it.
    ///
    /// Setting into anything but a mapping makes it one.
    package subscript(key: String) -> YAMLTree? {
        get { members.first { $0.key == key }?.value }
        set {
            var members = members
            if let index = members.firstIndex(where: { $0.key == key }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(key, newValue))
            } else {
                return
            }
            content = .mapping(members)
        }
    }

    /// The item at `index`; setting one outside the list does nothing.
    package subscript(index: Int) -> YAMLTree? {
        get { items.indices.contains(index) ? items[index] : nil }
        set {
            guard let newValue, items.indices.contains(index) else { return }
            var items = items
            items[index] = newValue
            content = .sequence(items)
        }
    }
}

extension YAMLTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: YAMLTree...) { self = .sequence(elements) }
    package init(dictionaryLiteral elements: (String, YAMLTree)...) {
        self = .mapping(elements.map { Member($0.0, $0.1) })
    }
}
