import Analysis
import Foundation
import Metrics
import Testing
import YAML

/// What the pages about providers show is what works.
@Suite("Pages about metric providers")
struct MetricDocumentationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/metrics")

    private static let pages: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".md") }.sorted())
        ?? []

    /// An example of a page, with the line that it begins at.
    private struct Example {
        let line: Int
        let kind: String
        let document: YAMLDocument
    }

    private struct Template: Decodable {
        var apiVersion: String
        var kind: String
        var metadata: AnalysisTemplate.Metadata
        var spec: AnalysisTemplate.Spec
    }

    private static func examples(of page: String) throws -> [Example] {
        let text = try String(contentsOf: folder.appending(path: page), encoding: .utf8)
        var examples: [Example] = []
        var block: (start: Int, lines: [Substring])?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let open = block {
                guard line.hasPrefix("```") else {
                    block?.lines.append(line)
                    continue
                }
                let text = open.lines.joined(separator: "\n")
                for document in try YAMLStream(parsing: Array(text.utf8), file: page).documents {
                    let kind = document.root["kind"]?.string ?? ""
                    examples.append(Example(line: open.start, kind: kind, document: document))
                }
                block = nil
            } else if line.hasPrefix("```yaml") {
                block = (number + 2, [])
            }
        }
        return examples
    }

    @Test("show templates in which a check finds nothing", arguments: pages.filter { $0 != "README.md" })
    func templates(page: String) throws {
        let examples = try Self.examples(of: page).filter { $0.kind == "AnalysisTemplate" }
        #expect(!examples.isEmpty)
        for example in examples {
            let template = try YAMLDecoder().decode(Template.self, from: example.document)
            let open = (template.spec.args ?? []).filter { $0.value == nil && $0.valueFrom == nil }
            let given = Dictionary(open.map { ($0.name, "example") }) { first, _ in first }
            let arguments = try TemplateArguments(declared: template.spec.args ?? [], given: given)
            let (metrics, unread) = template.spec.resolveMetrics(arguments, allowsEndless: true)
            #expect(unread == [], "\(page):\(example.line)")
            #expect(!metrics.isEmpty)
            for metric in metrics {
                let problems = ProviderRegistry.problems(of: metric.provider, interval: metric.interval)
                #expect(problems == [], "\(page):\(example.line)")
                #expect(MetricLint(metric).findings == [], "\(page):\(example.line)")
            }
        }
    }

    @Test("show what a deployment says as it is read", arguments: pages)
    func access(page: String) throws {
        for example in try Self.examples(of: page) where example.kind == "MetricAccess" {
            let access = try YAMLDecoder().decode(MetricAccess.self, from: example.document)
            // The parts that a page shows belong to one file, whose folder of secrets the first page states.
            var whole = access
            if whole.secretsFolder == nil { whole.secretsFolder = "/etc/headgate/secrets" }
            #expect(whole.problems == [], "\(page):\(example.line)")
        }
    }

    @Test func `exist for every provider, and the index names all of them`() throws {
        let index = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        for name in ProviderRegistry.names {
            let row = index.split(separator: "\n").first { $0.hasPrefix("| [`\(name)`](") }
            let page = row?.split(separator: "(").dropFirst().first?.split(separator: ")").first.map(String.init)
            #expect(page.map(Self.pages.contains) == true, "\(name)")
        }
    }
}
