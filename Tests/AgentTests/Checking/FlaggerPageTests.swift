import Agent
import Foundation
import Testing
import YAML

/// What the page about Flagger's metrics shows is what works.
@Suite("The page about Flagger's metrics")
struct FlaggerPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/metrics-flagger.md")

    private static func examples() throws -> [String] {
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first.map { $0 + "\n" }
        }
    }

    @Test func `shows a Rollout and a template in which a check finds nothing`() throws {
        var bakery = Bakery()
        for (number, text) in try Self.examples().enumerated() {
            let kind = try YAMLStream(parsing: text, file: "example.yaml").single.root["kind"]?.string
            bakery.files[kind == "Rollout" ? Bakery.rollout : ".headgate/rollouts/example-\(number).yaml"] = text
        }
        #expect(bakery.files.count == Bakery.files.count + 1)
        #expect(bakery.files[Bakery.rollout] != Bakery.files[Bakery.rollout])
        #expect(CheckupTests.said(bakery) == [])
    }

    @Test func `names every set that is shipped`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for name in Bakery.shipped.metrics.keys { #expect(text.contains("\n| `\(name)` |"), "\(name)") }
    }

    @Test func `has every part of the reference that is referred to`() throws {
        let folder = Self.page.deletingLastPathComponent()
        for file in ["reference.md", "metrics-flagger.md", "extending.md", "../README.md"] {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /\]\((?:docs\/)?metrics-flagger\.md#([a-z-]+)\)/) {
                #expect(try Self.headings().contains(String(match.1)), "\(file): \(match.1)")
            }
        }
    }

    /// The anchors of the page.
    private static func headings() throws -> Set<String> {
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            lines.map { line in
                line.drop { $0 == "#" || $0 == " " }.lowercased().filter { $0.isLetter || $0 == " " || $0 == "-" }
                    .replacing(" ", with: "-")
            })
    }
}
