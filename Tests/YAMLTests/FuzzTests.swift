import Support
import Testing
import YAML

/// Files that nobody would write: random ones with bytes turned, taken out, doubled and put in.
///
/// What must hold of them is little: nothing traps or hangs, and an edit either throws and changes nothing, or changes
/// its value alone and can be undone to the byte.
@Suite("Damaged files")
struct FuzzTests {
    private struct Person: Decodable {
        struct Item: Decodable {
            var name: String?
            var count: Int?
            var share: Double?
            var isOn: Bool?
        }
        var a: [Item]?
        var b: [String: [String]]?
        var c: String?
    }

    private static let pieces: [[UInt8]] =
        [
            ": ", "- ", "? ", "&a ", "*a", "<<: *a", "!!str ", "!!binary ", "|", ">-", "|2+", "\"", "'", "{", "}", "[",
            "]",
            ",", "#", " #", "---\n", "...\n", "%YAML 1.1\n", "\t", "\r\n", "\r", "\n", "\n\n  ", "\u{85}", "\u{2028}",
            "\u{FEFF}", "ü", "\u{0}", "~", "null", "on", "0o7", "1e3", ".inf", "=",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]

    private static func damaged(_ random: inout SplitMix64) -> [UInt8] {
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

    @Test(arguments: 0..<4)
    func `nothing traps, and an edit changes its value alone or nothing`(block: Int) throws {
        var random = SplitMix64(seed: UInt64(7000 + block))
        var (read, edited) = (0, 0)
        for _ in 0..<Soak.count(250, soaking: 220_000) {
            let bytes = Self.damaged(&random)
            guard let stream = try? YAMLStream(parsing: bytes, file: "damaged.yaml") else { continue }
            read += 1
            for document in stream.documents {
                _ = try? YAMLDecoder().decode(Person.self, from: document)
                let places = PropertyTests.places(document.root)
                guard let (path, node) = places.randomElement(using: &random),
                    let value = Self.values.randomElement(using: &random)
                else { continue }
                var editor = YAMLEditor(stream)
                guard (try? editor.set(path, to: value, in: document.index)) != nil else {
                    try #require(editor.bytes == bytes, "\(bytes)")
                    continue
                }
                edited += 1
                let result = editor.stream
                try #require(result.documents.count == stream.documents.count, "\(bytes)")
                for (own, other) in zip(result.documents, stream.documents) where other.index != document.index {
                    try #require(own.root == other.root, "\(bytes)")
                }
                let changed = PropertyTests.places(result.documents[document.index].root)
                for (before, after) in zip(places, changed) where node.isScalar && before.path != path {
                    let isAbove = path.steps.starts(with: before.path.steps)
                    try #require(isAbove || before.node == after.node, "\(before.path) in \(bytes)")
                }
                guard node.isScalar, let former = node.typed, node.tag == nil else { continue }
                try editor.set(path, to: former, in: document.index)
                try #require(editor.bytes == bytes, "\(path) in \(bytes)")
            }
        }
        // A generator that only makes rubbish would prove nothing.
        #expect(read > 20 && edited > 10, "\(read) read, \(edited) edited")
    }
}
