import Testing
import YAML

/// One scalar of a file set to another value, and what has to be read there.
struct ScalarInTurn: CustomStringConvertible {
    let description: String
    let edited: String
    /// The number of the scalar among all of the file, keys included.
    let number: Int
    let tag: String
    let text: String

    private static let values: [YAMLScalar] = [
        "on", 7, "1.10", "0o7", true, "~", "=", "a: b", nil, "# x", "ü 説明 🚀", .float(1.5), "", "one\n\n two\n", "- x",
        .string("\u{85}\u{2028}\"\\\t"), "bmV3", "new", "one\ntwo", "{{x}}",
    ]

    /// Edits every scalar that is a value in turn, each in the file as it was.
    ///
    /// Holds the edited file to the original node by node, and the undoing to its bytes; where a value is shared or a tag
    /// is in the way, holds the edit to its refusal.
    static func edits(of file: String, seed: UInt64) throws -> [ScalarInTurn] {
        let stream = try YAMLStream(parsing: file, file: "\(seed).yaml")
        let before = WrittenNode.all(of: stream)
        var edits: [ScalarInTurn] = []
        var number = -1
        for (index, written) in before.enumerated() where written.text != nil {
            number += 1
            guard let path = written.path, let former = written.node.typed else { continue }
            var (isRefused, isSet) = (false, false)
            for offset in values.indices where !isSet {
                let value = values[(number * 7 + Int(seed) + offset) % values.count]
                if former == value { continue }
                var editor = YAMLEditor(stream)
                guard !written.isShared, fits(value, written.node.tag) else {
                    if isRefused { continue }
                    isRefused = true
                    #expect(throws: YAMLError.self, "\(seed) \(path) to \(value)") {
                        try editor.set(path, to: value, in: written.document)
                    }
                    #expect(editor.text == file)
                    continue
                }
                isSet = true
                try editor.set(path, to: value, in: written.document)
                let edit = ScalarInTurn(
                    description: "\(seed) \(path) to \(value)", edited: editor.text, number: number,
                    tag: written.node.tag.flatMap { $0 == "!" ? nil : $0 } ?? WrittenNode.tag(of: value),
                    text: text(of: value, written.node.tag))
                let after = WrittenNode.all(of: editor.stream)
                try #require(after.count == before.count, "\(edit)")
                for place in before.indices where place != index {
                    try #require(after[place].isAlike(before[place]), "\(edit): \(after[place])")
                }
                #expect(after[index].tag == edit.tag && after[index].text == edit.text, "\(edit): \(after[index])")
                #expect(after[index].node.anchor == written.node.anchor)
                try editor.set(path, to: former, in: written.document)
                #expect(editor.text == file, "\(edit)")
                edits.append(edit)
            }
        }
        return edits
    }

    /// Whether a value may stand behind a tag.
    private static func fits(_ value: YAMLScalar, _ tag: String?) -> Bool {
        switch tag {
        case nil: true
        case CoreTag.integer: value.int != nil
        case CoreTag.float: value.double != nil
        case CoreTag.boolean: value.bool != nil
        case CoreTag.null: value == nil
        case "tag:yaml.org,2002:binary": value == "bmV3" || value == ""
        default: value.string != nil
        }
    }

    private static func text(of value: YAMLScalar, _ tag: String?) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .int(let number): tag == CoreTag.float ? "\(number).0" : "\(number)"
        case .float(let number): "\(number)"
        case .string(let text): text
        }
    }
}

/// A node as it is written, aliases not followed.
struct WrittenNode: CustomStringConvertible {
    let node: YAMLNode
    let document: Int
    /// Where the value is; nil for keys.
    let path: FieldPath?
    /// Whether aliases refer to the node or to one around it.
    let isShared: Bool

    var description: String { "\(tag) \(text ?? node.summary)" }

    /// The text of a scalar that is no alias.
    var text: String? { node.text }

    /// The explicit tag, or that of the type.
    var tag: String {
        if let tag = node.tag, tag != "!" { return tag }
        switch node.content {
        case .alias(let name, _): return "*" + name
        case .mapping: return CoreTag.mapping
        case .sequence: return CoreTag.sequence
        case .scalar: return node.typed.map(Self.tag) ?? ""
        }
    }

    static func tag(of scalar: YAMLScalar) -> String {
        switch scalar {
        case .null: CoreTag.null
        case .bool: CoreTag.boolean
        case .int: CoreTag.integer
        case .float: CoreTag.float
        case .string: CoreTag.string
        }
    }

    func isAlike(_ other: WrittenNode) -> Bool {
        tag == other.tag && text == other.text && node.anchor == other.node.anchor && document == other.document
            && path == other.path
    }

    /// Every node of all documents in the order of the file.
    static func all(of stream: YAMLStream) -> [WrittenNode] {
        stream.documents.flatMap { document in
            var found: [WrittenNode] = []
            collect(document.root, .root, document, Set(aliases(document.root)), false, &found)
            return found
        }
    }

    private static func collect(
        _ node: YAMLNode, _ path: FieldPath, _ document: YAMLDocument, _ aliased: Set<String>, _ isShared: Bool,
        _ found: inout [WrittenNode]
    ) {
        let isShared = isShared || node.anchor.map(aliased.contains) == true
        found.append(WrittenNode(node: node, document: document.index, path: path, isShared: isShared))
        switch node.content {
        case .scalar, .alias: return
        case .mapping(let entries, _):
            for entry in entries {
                found.append(WrittenNode(node: entry.key, document: document.index, path: nil, isShared: isShared))
                let path = path.appending(.field(entry.name ?? ""))
                collect(entry.value, path, document, aliased, isShared, &found)
            }
        case .sequence(let items, _):
            for (index, item) in items.enumerated() {
                collect(item, path.appending(index), document, aliased, isShared, &found)
            }
        }
    }

    private static func aliases(_ node: YAMLNode) -> [String] {
        switch node.content {
        case .scalar: []
        case .alias(let name, _): [name]
        case .mapping(let entries, _): entries.flatMap { aliases($0.value) }
        case .sequence(let items, _): items.flatMap(aliases)
        }
    }
}
