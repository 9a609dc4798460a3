import Testing
import YAML

@Suite("Non-ASCII files")
struct NonASCIITests {
    private let text = "name: \"é 漢字 🚀\" # naïve\nimage: ghcr.io/acme/checkout:v1 # 🚀\nlast: ü\n"

    @Test func `a value after accents, ideographs and emoji is replaced at its bytes`() throws {
        var editor = YAMLEditor(try YAMLStream(parsing: text, file: "a.yaml"))
        try editor.set("image", to: "ghcr.io/acme/checkout:v2")
        #expect(editor.text == "name: \"é 漢字 🚀\" # naïve\nimage: ghcr.io/acme/checkout:v2 # 🚀\nlast: ü\n")
        try editor.set("last", to: "ÿ漢")
        #expect(editor.text == "name: \"é 漢字 🚀\" # naïve\nimage: ghcr.io/acme/checkout:v2 # 🚀\nlast: ÿ漢\n")
    }

    @Test func `columns count characters and ranges count bytes`() throws {
        let stream = try YAMLStream(parsing: "{é: 漢, 🚀: b}\n", file: "a.yaml")
        let node = try #require(stream.documents[0].root["🚀"])
        #expect(node.position == YAMLPosition(line: 1, column: 11))
        #expect(node.range == 16..<17)
        #expect(stream.text(of: node) == "b")
    }

    @Test func `a byte order mark is kept and not counted`() throws {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a: ü\r\nb: 1\r\n".utf8)
        let stream = try YAMLStream(parsing: bytes, file: "a.yaml")
        #expect(stream.documents[0].root["a"]?.position == YAMLPosition(line: 1, column: 4))
        var editor = YAMLEditor(stream)
        try editor.set("b", to: 22)
        try editor.set("a", to: "x")
        try editor.insert("c", ["d": "ß"], at: 0)
        #expect(editor.bytes == [0xEF, 0xBB, 0xBF] + Array("c:\r\n  d: ß\r\na: x\r\nb: 22\r\n".utf8))
    }

    @Test func `UTF-16 and broken UTF-8 are refused with their place`() {
        let wide: [UInt8] = [0xFF, 0xFE, 0x61, 0, 0x3A, 0]
        #expect(throws: YAMLError.self) { try YAMLStream(parsing: wide, file: "a.yaml") }
        let broken: [UInt8] = Array("a: é\nb: ".utf8) + [0xC3, 0x28, 0x0A]
        let error = #expect(throws: YAMLError.self) { try YAMLStream(parsing: broken, file: "a.yaml") }
        #expect(error?.position == YAMLPosition(line: 2, column: 4))
        #expect(error?.description.hasPrefix("a.yaml:2:4: ") == true)
    }
}
