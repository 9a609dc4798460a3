import Foundation
import Report
import Support
import Testing

@Suite("The difference of two texts")
struct LineDiffTests {
    @Test func `changed lines stand between the lines around them`() {
        let old = (1...9).map { "\($0)\n" }.joined()
        let new = old.replacing("5\n", with: "five\nV\n")
        #expect(
            LineDiff.unified("a.yaml", from: old, to: new) == """
                diff --git a/a.yaml b/a.yaml
                --- a/a.yaml
                +++ b/a.yaml
                @@ -2,7 +2,8 @@
                 2
                 3
                 4
                -5
                +five
                +V
                 6
                 7
                 8

                """)
    }

    @Test func `equal texts have no difference`() {
        #expect(LineDiff.unified("a", from: "x\n", to: "x\n").isEmpty)
        #expect(LineDiff(from: "", to: "").isEmpty)
        #expect(!LineDiff(from: "", to: "x").isEmpty)
    }

    @Test(
        arguments: [
            (nil, "new\nfile\n"), ("gone\n", nil), ("a\nb\nc\n", "a\nc\n"), ("a\n", "a"), ("a", "a\nb"), ("", "a\n"),
            ("a\n", ""), ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
            ((1...60).map { "\($0)\n" }.joined(), (1...60).filter { $0 % 17 != 0 }.map { "\($0)\n" }.joined() + "end"),
        ] as [(String?, String?)])
    func `git applies it`(old: String?, new: String?) throws {
        let folder = try TemporaryFolder()
        if let old { try folder.write("f", old) }
        try folder.write("patch", LineDiff.unified("f", from: old, to: new))
        try GitCommand(in: folder.path)("apply", "--unidiff-zero", "patch")
        let result = FileManager.default.contents(atPath: folder["f"]).map { String(decoding: $0, as: UTF8.self) }
        #expect(result == new)
    }
}
