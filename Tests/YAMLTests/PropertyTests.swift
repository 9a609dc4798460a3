import Testing
import YAML

@Suite("Random files")
struct PropertyTests {
    static let seeds = Array(UInt64(1)...24)
    private static let values: [YAMLScalar] = ["new", 42, "on", "ü: #", "line\nbreak\n", nil, true, "0123"]

    /// The paths of all values below `node`, with the nodes.
    static func places(_ node: YAMLNode, _ path: FieldPath = .root) -> [(path: FieldPath, node: YAMLNode)] {
        var found = [(path, node)]
        for entry in node.entries { found += places(entry.value, path.appending(.field(entry.name ?? ""))) }
        for (index, item) in node.items.enumerated() { found += places(item, path.appending(index)) }
        return found
    }

    @Test(arguments: seeds) func `every scalar can be replaced alone, and undoing restores the bytes`(_ seed: UInt64)
        throws
    {
        let text = RandomFile.text(seed: seed)
        let stream = try YAMLStream(parsing: text, file: "\(seed).yaml")
        for document in stream.documents {
            for (path, node) in Self.places(document.root) where node.isScalar {
                for value in Self.values {
                    var editor = YAMLEditor(stream)
                    try editor.set(path, to: value, in: document.index)
                    try #require(editor.stream.documents[document.index].place(at: path).node.typed == value)
                    var fresh = YAMLEditor(editor.stream)
                    try editor.set(path, to: node.typed ?? nil, in: document.index)
                    try #require(editor.text == text, "\(path) to \(value)")
                    try fresh.replace(path, withNode: node, of: stream, in: document.index)
                    try #require(fresh.stream.documents.map(\.root) == stream.documents.map(\.root))
                }
            }
        }
    }

    @Test(arguments: seeds) func `every value can be removed, and inserting it again restores the bytes`(_ seed: UInt64)
        throws
    {
        let text = RandomFile.text(seed: seed)
        let stream = try YAMLStream(parsing: text, file: "\(seed).yaml")
        for document in stream.documents {
            for (path, node) in Self.places(document.root) where !path.isRoot {
                if node.anchor != nil { continue }
                let tree = try YAMLTree(node, of: stream)
                let parent = try document.place(at: path.parent ?? .root).node
                let index = parent.entries.firstIndex { .field($0.name ?? "") == path.last } ?? 0
                var editor = YAMLEditor(stream)
                try editor.remove(path, in: document.index)
                var fresh = YAMLEditor(editor.stream)
                if Self.hasAnchor(document.root) { continue }
                try fresh.insert(path, tree, at: index, in: document.index)
                try #require(fresh.stream.documents.map(\.root) == stream.documents.map(\.root))
                try editor.insert(path, tree, at: index, in: document.index)
                try #require(editor.text == text, "\(path)")
            }
        }
    }

    @Test(arguments: seeds) func `every collection takes a new entry, and removing it restores the bytes`(
        _ seed: UInt64
    ) throws {
        let text = RandomFile.text(seed: seed)
        let stream = try YAMLStream(parsing: text, file: "\(seed).yaml")
        for document in stream.documents {
            for (path, node) in Self.places(document.root) where !node.isScalar {
                let count = node.items.count + node.entries.count
                let additions: [(Int, YAMLTree)] = [
                    (0, .string("x")), (count, .mapping([.init("deep", ["er": 1])])),
                    (count / 2, .sequence([1, "on"])),
                ]
                for (position, tree) in additions {
                    let new = node.isMapping ? path.appending("new") : path.appending(position)
                    var editor = YAMLEditor(stream)
                    try editor.insert(new, tree, at: position, in: document.index)
                    var fresh = YAMLEditor(editor.stream)
                    try fresh.remove(new, in: document.index)
                    if count > 0 { try #require(fresh.text == text, "\(new) at \(position)") }
                    try editor.remove(new, in: document.index)
                    try #require(editor.text == text)
                }
            }
        }
    }

    @Test(arguments: seeds) func `any document can be brought to the value of any other`(_ seed: UInt64) throws {
        let source = try YAMLStream(parsing: RandomFile.text(seed: seed &+ 1000), file: "source.yaml")
        let wanted = try YAMLTree(source.documents[0].root, of: source)
        var editor = YAMLEditor(try YAMLStream(parsing: RandomFile.text(seed: seed), file: "\(seed).yaml"))
        try editor.synchronise(.root, with: wanted)
        #expect(try YAMLTree(editor.stream.documents[0].root, of: editor.stream) == wanted)
        let written = try YAMLStream(parsing: YAMLWriter.text(wanted.withoutComments), file: "new.yaml")
        #expect(try YAMLTree(written.documents[0].root, of: written) == wanted)
    }

    static func hasAnchor(_ node: YAMLNode) -> Bool { places(node).contains { $0.node.anchor != nil } }
}

extension YAMLTree {
    /// The tree without its sources.
    fileprivate var withoutComments: YAMLTree {
        switch content {
        case .scalar(let scalar): .scalar(scalar)
        case .sequence(let items): .sequence(items.map(\.withoutComments))
        case .mapping(let members): .mapping(members.map { Member($0.key, $0.value.withoutComments) })
        }
    }
}
