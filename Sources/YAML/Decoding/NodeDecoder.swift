/// The decoder of one node.
final class NodeDecoder: Decoder {
    let node: YAMLNode
    let path: FieldPath
    let session: DecodingSession
    let isExpanded: Bool
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    /// The keys that the type asked for; nil once it asked for all that there are.
    private(set) var requested: Set<String>? = []
    private var wasMapping = false
    private lazy var names: [String: YAMLNode] = entriesByName()
    private var order: [String] = []
    /// Decoders of nested containers, whose keys are reported with this one's.
    private var nested: [NodeDecoder] = []

    init(
        node: YAMLNode, path: FieldPath, session: DecodingSession, codingPath: [any CodingKey] = [],
        isExpanded: Bool = false
    ) {
        self.node = node.resolved
        self.path = path
        self.session = session
        self.codingPath = codingPath
        self.isExpanded = isExpanded || node.isAlias
    }

    /// Decodes `type` and reports the keys that it did not ask for.
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if isExpanded { try session.countExpansion(node, path) }
        do {
            let value = try T(from: self)
            reportUnknownKeys()
            return value
        } catch let error as YAMLError {
            throw error
        } catch let error as DecodingError {
            // The standard library's words about an unknown case name a type of this program.
            if case .dataCorrupted = error, let text = node.text, let cases = T.self as? any CaseIterable.Type {
                throw self.unknown(text, among: Self.spellings(of: cases))
            }
            throw translated(error)
        }
    }

    private static func spellings<C: CaseIterable>(of type: C.Type) -> [String] {
        type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }

    // MARK: Containers

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard node.isMapping else { throw mismatch("a mapping") }
        wasMapping = true
        return KeyedDecodingContainer(KeyedContainer<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard node.isSequence else { throw mismatch("a list") }
        return ItemContainer(decoder: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { ScalarContainer(decoder: self) }

    // MARK: Keys

    /// The value of `key`, which counts as asked for.
    func value(_ key: String) -> YAMLNode? {
        requested?.insert(key)
        return names[key]
    }

    /// All keys in the order of the file, which count as asked for.
    func allNames() -> [String] {
        requested = nil
        _ = names
        return order
    }

    private func entriesByName() -> [String: YAMLNode] {
        var found: [String: YAMLNode] = [:]
        var pending = [node]
        var budget = 1000
        while let mapping = pending.popLast(), budget > 0 {
            budget -= 1
            for entry in mapping.entries where !entry.isMerge {
                guard let name = entry.key.resolved.text, found[name] == nil else { continue }
                found[name] = entry.value
                order.append(name)
            }
            pending += mapping.mergedMappings.reversed()
        }
        return found
    }

    /// The child at `key`, with what an error about it needs.
    func child(_ node: YAMLNode, _ key: any CodingKey) -> NodeDecoder {
        let step = key.intValue.map { FieldPath.Step.field(String($0)) } ?? .field(key.stringValue)
        return NodeDecoder(
            node: node, path: path.appending(step), session: session, codingPath: codingPath + [key],
            isExpanded: isExpanded)
    }

    /// Counts a decoder of a nested container to this one.
    func adopt(_ child: NodeDecoder) -> NodeDecoder {
        nested.append(child)
        return child
    }

    private func reportUnknownKeys() {
        nested.forEach { $0.reportUnknownKeys() }
        guard wasMapping, let requested else { return }
        for entry in node.entries where !entry.isMerge {
            guard let name = entry.key.resolved.text, !requested.contains(name) else { continue }
            session.problems.append(unknown(name, entry.key, among: requested.subtracting(names.keys), all: requested))
        }
    }

    private func unknown(
        _ name: String, _ key: YAMLNode, among free: Set<String>, all: Set<String>
    ) -> YAMLError {
        let hint: String
        if let near = Spelling.nearest(to: name, among: free) ?? Spelling.nearest(to: name, among: all) {
            hint = "did you mean \"\(near)\"?"
        } else {
            hint = all.isEmpty ? "nothing is expected here" : "known here: \(all.sorted().joined(separator: ", "))"
        }
        return YAMLError(
            file: session.file, position: key.position, path: path.appending(name),
            message: "\(path.appending(name)): unknown key \"\(name)\"", hint: hint)
    }
}

/// The errors of a node.
extension NodeDecoder {
    func error(_ message: String, hint: String? = nil) -> YAMLError {
        YAMLError(
            file: session.file, position: node.position, path: path,
            message: path.isRoot ? message : "\(path): \(message)",
            hint: hint)
    }

    /// A text that is none of those that mean something here.
    func unknown(_ text: String, among known: [String]) -> YAMLError {
        let near = Spelling.nearest(to: text, among: known).map { "did you mean \"\($0)\"?" }
        return error("\"\(text)\" is not known here", hint: near ?? "known: \(known.joined(separator: ", "))")
    }

    func mismatch(_ expected: String, hint: String? = nil) -> YAMLError {
        error("expected \(expected), found \(node.summary)", hint: hint)
    }

    /// A key that is required; a key of the mapping that looks like it is the likely reason.
    func missing(_ key: String) -> YAMLError {
        let present = node.entries.compactMap { $0.key.text }.filter { requested?.contains($0) == false }
        if let near = Spelling.nearest(to: key, among: present),
            let entry = node.entries.first(where: { $0.name == near })
        {
            return YAMLError(
                file: session.file, position: entry.key.position, path: path.appending(near),
                message: "\(path.appending(near)): unknown key \"\(near)\"", hint: "did you mean \"\(key)\"?")
        }
        return error("the key \"\(key)\" is missing", hint: "add \"\(key)\" here")
    }

    /// Errors that types throw in the words of the standard library.
    private func translated(_ error: DecodingError) -> YAMLError {
        switch error {
        case .keyNotFound(let key, _): missing(key.stringValue)
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.error(context.debugDescription)
        @unknown default: self.error("\(error)")
        }
    }
}
