import Testing
import YAML

@Suite("Places inside of texts")
struct TextPlaceTests {
    /// Looks for the `@` of a value, which is the only one of the text and of the file.
    private static func place(_ file: String) throws -> (found: YAMLPosition?, expected: YAMLPosition) {
        let stream = try YAMLStream(parsing: file, file: "a.yaml")
        let node = try #require(try stream.single.root["a"])
        let text = Array((node.resolved.text ?? "").unicodeScalars)
        let offset = try #require(text.firstIndex(of: "@"))
        let before = file.prefix { $0 != "@" }
        let column = before.reversed().prefix { !$0.isNewline }.count
        let line = before.count(where: \.isNewline)
        return (
            stream.position(ofCharacter: offset, inTextOf: node), YAMLPosition(line: line + 1, column: column + 1)
        )
    }

    @Test(
        "a character is found in its line, however the text is written",
        arguments: [
            "a: b @ c\n", "a: 'b @ c'\n", "a: \"b @ c\"\n", "# é\na: é @\n", "a: |\n  b\n  c @\n",
            "a: |-\n\n  b\n\n    @\n",
            "a: |2\n    b\n  c @\n", "a: >-\n  b\n  c @ d\n\n  e\n", "a: b\n  c @\n  d\n",
            "a: >\n  b\n    more @\n  c\n",
            "a: 'b\n  c @\n  d'\n", "x:\n- &n |\n  b @\na: *n\n", "a: |\r\n  b\r\n  c @\r\n",
        ])
    func found(file: String) throws {
        let (found, expected) = try Self.place(file)
        #expect(found == expected, "\(file)")
    }

    @Test("the end of a text is the end of its last line")
    func end() throws {
        for (file, line, column) in [
            ("a: bc\n", 1, 6), ("a: 'bc'\n", 1, 7), ("a: |\n  bc\n", 2, 5), ("a: |-\n  b\n  cd", 3, 5),
        ] {
            let stream = try YAMLStream(parsing: file, file: "a.yaml")
            let node = try #require(try stream.single.root["a"])
            let text = (node.text ?? "").unicodeScalars
            let place = stream.position(ofCharacter: text.count, inTextOf: node)
            #expect(place == YAMLPosition(line: line, column: column), "\(file)")
        }
    }

    @Test("what an escape stands for is not looked for")
    func escaped() throws {
        #expect(try Self.place("a: \"b\\u0041 @\"\n").found == nil)
        #expect(try Self.place("a: 'it''s @'\n").found == nil)
        let stream = try YAMLStream(parsing: "a: [b]\n", file: "a.yaml")
        let list = try #require(try stream.single.root["a"])
        #expect(stream.position(ofCharacter: 0, inTextOf: list) == nil)
    }
}
