import Analysis
import Foundation
import Report
import Rollouts
import Support
import Testing

@Suite("Texts are short, aligned and exact")
struct TextTests {
    @Test(
        "times beside the present one are short",
        arguments: [
            (0, "now"), (45, "in 45s"), (-45, "45s ago"), (250, "in 4m10s"), (240, "in 4m"), (2040, "in 34m"),
            (2099, "in 34m"), (11_520, "in 3h12m"), (187_200, "in 2d4h"), (-86_400, "1d ago"),
        ])
    func relative(seconds: Int64, text: String) {
        #expect(RelativeTime.text(Shop.now + .seconds(seconds), from: Shop.now) == text)
    }

    @Test("a time of another day has its date", arguments: [(3600, "13:06:14Z"), (90_000, "2026-11-22T13:06:14Z")])
    func clock(seconds: Int64, text: String) {
        #expect(RelativeTime.clock(Shop.now + .seconds(seconds) + .milliseconds(300), from: Shop.now) == text)
    }

    @Test("times at the edge of what there is do not overflow")
    func extremes() {
        for time in [Int64.min, Int64.min + 1, Int64.max] {
            #expect(!RelativeTime.text(Timestamp(milliseconds: time), from: Shop.now).isEmpty)
        }
    }

    @Test("JSON over several lines reads back as the same value")
    func indented() throws {
        let value: JSON = ["a": [1, [], "x\n", ["b": nil]], "empty": [:], "c": true]
        #expect(try JSON(parsing: Array(value.indented.utf8)) == value)
        #expect(value.indented.hasPrefix("{\n  \"a\": [\n    1,\n    [],"))
    }

    @Test("git applies every difference that is shown, whatever changed", arguments: 0..<30)
    func applies(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let old = Self.text(&random)
        let new = seed % 5 == 0 ? Self.text(&random) : Self.edit(old, &random)
        let diff = LineDiff.unified("file", from: old, to: new)
        let folder = try TemporaryFolder()
        try folder.write("file", old)
        guard old != new else { return #expect(diff.isEmpty) }
        try folder.write("patch", diff)
        try GitCommand(in: folder.path)("apply", "patch")
        let result = try Data(contentsOf: URL(fileURLWithPath: folder["file"]))
        #expect(String(decoding: result, as: UTF8.self) == new)
    }

    /// Up to forty lines of a small alphabet, so that many are equal; every other text ends without a line break.
    private static func text(_ random: inout SplitMix64) -> String {
        let lines = (0...Int.random(in: 1..<40, using: &random)).map { _ in
            "line \(Int.random(in: 0..<6, using: &random))"
        }
        return lines.joined(separator: "\n") + (Bool.random(using: &random) ? "\n" : "")
    }

    private static func edit(_ text: String, _ random: inout SplitMix64) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...Int.random(in: 0..<4, using: &random) {
            let index = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines[index] = "other"
            case 1: lines.insert("more", at: index)
            default: if lines.count > 1 { lines.remove(at: index) }
            }
        }
        return lines.joined(separator: "\n")
    }
}
