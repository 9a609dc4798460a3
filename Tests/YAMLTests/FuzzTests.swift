import Support
import Testing
import YAML

/// Files that nobody would write: random ones with bytes turned, taken out, doubled and put in.
///
/// What must hold of them is little: nothing traps or hangs, and an edit either throws and changes nothing, or changes
/// its value alone and can be undone to the byte.
@Suite("Damaged files")
struct FuzzTests {
    /// Any document, through the decoder's containers.
    private struct Anything: Decodable {
        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        let tree: YAMLTree

        init(from decoder: any Decoder) throws {
            let node = try #require(decoder.yamlSource?.node)
            if node.isMapping {
                let container = try decoder.container(keyedBy: Key.self)
                tree = .mapping(
                    try container.allKeys.map {
                        YAMLTree.Member($0.stringValue, try container.decode(Anything.self, forKey: $0).tree)
                    })
            } else if node.isSequence {
                var container = try decoder.unkeyedContainer()
                var items: [YAMLTree] = []
                while !container.isAtEnd { items.append(try container.decode(Anything.self).tree) }
                tree = .sequence(items)
            } else {
                let container = try decoder.singleValueContainer()
                switch node.typed {
                case .bool: tree = .bool(try container.decode(Bool.self))
                case .int: tree = .int(try container.decode(Int.self))
                case .float: tree = .float(try container.decode(Double.self))
                case .string: tree = .string(try container.decode(String.self))
                case .null, nil: tree = container.decodeNil() ? .null : .string("not null")
                }
            }
        }
    }

    private static let pieces: [[UInt8]] =
        [
            ": ", "- ", "? ", "&a ", "*a", "<<: *a", "!!str ", "!!binary ", "|", ">-", "|2+", "\"", "'", "{", "}", "[",
            "]",
            ",", "#", " #", "---\n", "...\n", "%YAML 1.1\n", "\t", "\r\n", "\r", "\n", "\n\n  ", "\u{85}", "\u{2028}",
            "\u{FEFF}", "ü", "\u{0}", "~", "null", "on", "0o7", "1e3", ".inf", "=",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]

    /// A random file in which some values have become aliases of one before them, or are lent its entries.
    private static func shared(_ random: inout SplitMix64) -> String {
        let text = RandomFile.text(seed: random.next())
        let newline = text.contains("\r\n") ? "\r\n" : "\n"
        var lines = text.split(separator: newline, omittingEmptySubsequences: false).map(String.init)
        let keys = lines.indices.filter { lines[$0].hasSuffix(":") || lines[$0].contains(": {") }
        guard let first = keys.randomElement(using: &random) else { return text }
        if lines[first].hasSuffix(":") {
            lines[first] += " &m"
        } else {
            lines[first].replace(": {", with: ": &m {", maxReplacements: 1)
        }
        for index in lines.indices.dropFirst(first + 1) where Int.random(in: 0..<3, using: &random) == 0 {
            guard let colon = lines[index].firstRange(of: ": ") else { continue }
            let start = lines[index][..<colon.lowerBound]
            let indent = String(repeating: " ", count: start.prefix { $0 == " " || $0 == "-" }.count)
            lines[index] =
                Bool.random(using: &random)
                ? start + ": *m" : start + ":" + newline + indent + "  <<: *m" + newline + indent + "  own: 1"
        }
        return lines.joined(separator: newline)
    }

    private static func damaged(_ random: inout SplitMix64) -> [UInt8] {
        if random.oneIn(2) { return Array(shared(&random).utf8) }
        var bytes = Array(RandomFile.text(seed: random.next()).utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
            }
        }
        return bytes
    }

    private static let values: [YAMLScalar] = ["new", 7, true, nil, "on", "a: #b", "two\nlines\n", "\u{85}\"\\"]
    private static let trees: [YAMLTree] = ["x", 1, ["k": [1, "on"]], [["a": 1, "b": []], "y"], YAMLTree.null]

    private enum Edit: CaseIterable { case set, insert, remove, replace }

    /// What was read, and how many of each edit were made.
    private struct Tally {
        var read = 0
        var decoded = 0
        var made: [Edit: Int] = [:]
        var unshared = 0
    }

    @Test(arguments: 0..<4)
    func `nothing traps, and an edit changes its value alone or nothing`(block: Int) throws {
        var random = SplitMix64(seed: UInt64(8000 + block))
        var tally = Tally()
        for _ in 0..<Soak.count(250, soaking: 220_000) {
            let bytes = Self.damaged(&random)
            guard let stream = try? YAMLStream(parsing: bytes, file: "damaged.yaml") else { continue }
            tally.read += 1
            for document in stream.documents {
                if let decoded = try? YAMLDecoder().decode(Anything.self, from: document) {
                    tally.decoded += 1
                    try #require(try decoded.tree == YAMLTree(document.root, of: stream), "\(bytes)")
                }
                let places = PropertyTests.places(document.root)
                try Self.holdPositions(places.map(\.node), bytes)
                guard let place = places.randomElement(using: &random),
                    let edit = Edit.allCases.randomElement(using: &random)
                else { continue }
                try Self.hold(edit, at: place.path, of: document, in: stream, &random, &tally)
            }
        }
        // A generator that only makes rubbish would prove nothing.
        #expect(
            tally.read > 20 && Edit.allCases.allSatisfy { tally.made[$0, default: 0] > 3 } && tally.unshared > 0,
            "\(tally)")
        if Soak.isOn { print("fuzzed:", tally) }
    }

    /// Makes a random edit and holds its result to the value that the document has to have then.
    private static func hold(
        _ edit: Edit, at path: FieldPath, of document: YAMLDocument, in stream: YAMLStream,
        _ random: inout SplitMix64, _ tally: inout Tally
    ) throws {
        let unshares = Bool.random(using: &random)
        var editor = YAMLEditor(stream, unshares: unshares)
        let scalar = values.randomElement(using: &random) ?? nil
        let tree = trees.randomElement(using: &random) ?? .null
        let index = document.index
        var path = path
        if edit == .insert {
            let node = try? document.place(at: path).node
            path = node?.isSequence == true ? path.appending(node?.items.count ?? 0) : path.appending("brand-new")
        }
        let formerly = try? YAMLTree(document.root, of: stream, limit: 5000)
        do {
            switch edit {
            case .set: try editor.set(path, to: scalar, in: index)
            case .insert: try editor.insert(path, tree, in: index)
            case .remove: try editor.remove(path, in: index)
            case .replace: try editor.replace(path, with: tree, in: index)
            }
        } catch {
            try #require(editor.bytes == stream.bytes, "\(edit) \(path) in \(stream.bytes)")
            return
        }
        tally.made[edit, default: 0] += 1
        if document.root.isShared(on: path) { tally.unshared += 1 }
        let context: Comment = "\(edit) \(path) in \(stream.bytes)"
        let result = editor.stream
        try #require(result.documents.count == stream.documents.count, context)
        for (own, other) in zip(result.documents, stream.documents) where other.index != index {
            try #require(own.root == other.root, context)
        }
        // Where a merge key lends an entry, a removed one leaves the lent one; and what it lends is no value of its own.
        if edit == .remove, stream.text.contains("<<") { return }
        if path.steps.contains(.field("<<")) { return }
        let wanted: YAMLTree? =
            switch edit {
            case .set: .scalar(scalar)
            case .insert, .replace: tree
            case .remove: nil
            }
        guard let formerly else { return }
        let expected = formerly.putting(wanted, at: path.steps[...])
        try #require(try YAMLTree(result.documents[index].root, of: result) == expected, context)
        try undo(edit, at: path, in: document, of: stream, &editor, context)
    }

    /// An edit that is taken back leaves the bytes as they were.
    private static func undo(
        _ edit: Edit, at path: FieldPath, in document: YAMLDocument, of stream: YAMLStream, _ editor: inout YAMLEditor,
        _ context: Comment
    ) throws {
        let node = try? document.place(at: path).node
        if document.root.isShared(on: path) { return }
        switch edit {
        case .set:
            guard let node, !node.isAlias, let former = node.typed, node.tag == nil else { return }
            #expect(throws: Never.self, context) { try editor.set(path, to: former, in: document.index) }
            try #require(editor.bytes == stream.bytes, context)
        case .insert:
            let parent = try document.place(at: path.parent ?? .root).node
            guard parent.entries.count + parent.items.count > 0, (try? editor.remove(path, in: document.index)) != nil
            else { return }
            try #require(editor.bytes == stream.bytes, context)
        case .remove, .replace: return
        }
    }

    /// Holds the place of every node to a count of lines and characters by hand.
    private static func holdPositions(_ nodes: [YAMLNode], _ bytes: [UInt8]) throws {
        let origin = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for node in nodes {
            var (line, column) = (1, 1)
            for offset in origin..<max(origin, node.contentStart) {
                let isLineEnd =
                    bytes[offset] == 0x0A || bytes[offset] == 0x0D && bytes.dropFirst(offset + 1).first != 0x0A
                if isLineEnd { (line, column) = (line + 1, 1) } else if bytes[offset] & 0xC0 != 0x80 { column += 1 }
            }
            try #require(node.position == YAMLPosition(line: line, column: column), "\(node.range) in \(bytes)")
        }
    }
}

extension YAMLNode {
    /// Whether the way leads through an alias or a merge key.
    fileprivate func isShared(on path: FieldPath) -> Bool {
        var node = self
        for step in path.steps {
            if node.isAlias { return true }
            guard case .field(let name) = step else { return false }
            let own = node.entries.first { $0.name == name }?.value ?? Int(name).flatMap { node[$0] }
            guard let own else { return node[name] != nil }
            node = own
        }
        return node.isAlias
    }
}

extension YAMLTree {
    /// The tree with `value` at the end of the steps; nil takes out what is there.
    fileprivate func putting(_ value: YAMLTree?, at steps: ArraySlice<FieldPath.Step>) -> YAMLTree {
        guard case .field(let name)? = steps.first else { return value ?? .null }
        let rest = steps.dropFirst()
        var copy = self
        if case .sequence(var items) = content, let index = Int(name) {
            if items.indices.contains(index) {
                if rest.isEmpty, value == nil {
                    items.remove(at: index)
                } else {
                    items[index] = items[index].putting(value, at: rest)
                }
            } else if let value {
                items.append(value)
            }
            copy.content = .sequence(items)
            return copy
        }
        copy[name] = rest.isEmpty ? value : (self[name] ?? .null).putting(value, at: rest)
        return copy
    }
}
