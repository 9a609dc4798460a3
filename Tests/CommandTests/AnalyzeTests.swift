import Foundation
import Support
import Testing

@Suite("headgate analyze")
struct AnalyzeTests {
    let headgate: InstalledProgram

    init() throws {
        headgate = try InstalledProgram()
        for (name, text) in Self.templates { try headgate.home.write("\(name).yaml", text) }
    }

    private static let templates = [
        "share": template(["successCondition: result[0] < {{args.most}}"]),
        "doubt": template(["successCondition: result[0] < 0", "failureCondition: result[0] > {{args.most}}"]),
        "wrong": template(["successCondition: reslt[0] < {{args.most}}"]),
    ]

    /// The share of a version's requests that fail, five times.
    private static func template(_ conditions: [String]) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: share}
        spec:
          args: [{name: version}, {name: most, value: "0.1"}]
          metrics:
          - name: share
            interval: 1m
            count: 5
            \(conditions.joined(separator: "\n    "))
            provider:
              prometheus:
                query: |
                  sum(increase(http_requests_total{version="{{args.version}}",code="500"}[5m]))
                    / sum(increase(http_requests_total{version="{{args.version}}"}[5m]))

        """
    }

    // MARK: What was asked

    @Test("what is wrong on the command line is said before anybody is asked")
    func mistakes() throws {
        let refusals: [([String], String)] = [
            (
                ["-f", "share.yaml", "--arg", "versoin=v1.2.0"],
                "share has no argument \"versoin\"\nHint: known: version, most"
            ),
            (["checkout", "--arg", "version=v1.2.0"], "--arg is for templates; name them by --template or -f"),
            (
                ["-f", "share.yaml", "--until", "2126-11-01T00:00:00Z"],
                "--until 2126-11-01T00:00:00Z lies in the future"
            ),
            (["-f", "share.yaml", "--at", "2126-11-01T00:00:00Z"], "--at 2126-11-01T00:00:00Z lies in the future"),
            (["-f", "share.yaml", "--at", "2025-11-01T00:00:00Z", "--window", "3650d"], "say a --window shorter than"),
            (
                ["-f", "share.yaml", "--at", "2025-11-01T00:00:00Z", "--until", "2025-11-02T00:00:00Z"],
                "leave --until out"
            ),
            (["checkout", "--backtest", "--window", "5m"], "leave --window, --until and --at out"),
            (["checkout", "-f", "share.yaml"], "--template names one of the repository"),
        ]
        for (words, message) in refusals {
            let outcome = try headgate.run(["analyze", "--prometheus", "http://127.0.0.1:1"] + words)
            #expect(outcome.status == 2, "\(words): \(outcome.transcript)")
            #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("where nobody answers, nothing has been judged")
    func unanswered() throws {
        let place = ["--prometheus", "http://127.0.0.1:1", "-f", "share.yaml", "--arg", "version=v1.2.0"]
        let now = try headgate.run(["analyze"] + place)
        #expect(now.status == 1 && now.output.hasPrefix("unknown"), "\(now.transcript)")
        let past = try headgate.run(["analyze", "--at", "2025-11-01T00:00:00Z"] + place)
        #expect(
            past.status == 1 && past.output.hasSuffix("The one release could not be judged.\n"), "\(past.transcript)")
    }

    // MARK: What was found

    @Test(
        "versions are judged against those before them, and a verdict has a code",
        .enabled(if: ScrapedHistory.isPossible))
    func found() async throws {
        try await ScrapedHistory(PastVersions.text).serve { server in
            func analyze(_ words: String...) throws -> Program.Outcome {
                try headgate.run(["analyze"] + words + ["--prometheus", server.url])
            }
            let versions = [
                "--version-label", "version", "--since", "7d", "--total", "http_requests_total{app=\"checkout\"}",
                "--bad", "http_requests_total{app=\"checkout\",code=~\"5..\"}", "--until", PastVersions.end,
            ]
            let backtest = try headgate.run(["analyze"] + versions + ["--prometheus", server.url])
            #expect(backtest.status == 0, "what would have been stopped is what was asked")
            try GoldenFile.expect(backtest.transcript, is: "analyze-versions.txt")

            let window = ["--window", "5m", "--until", PastVersions.trouble]
            func verdict(_ file: String, _ arguments: String...) throws -> Program.Outcome {
                try headgate.run(
                    ["analyze", "-f", "\(file).yaml"] + arguments.flatMap { ["--arg", $0] } + window
                        + ["--prometheus", server.url])
            }
            let outcomes = [
                try verdict("share", "version=\(PastVersions.worst.before)"),
                try verdict("share", "version=\(PastVersions.worst.version)"),
                try verdict("share", "version=v9.9.9"), try verdict("doubt", "version=\(PastVersions.worst.before)"),
                try verdict("wrong", "version=\(PastVersions.worst.version)"), try verdict("share"),
            ]
            try GoldenFile.expect(
                outcomes.map(\.transcript).joined(separator: "\n"), is: "analyze-verdicts.txt")
            #expect(outcomes.map(\.status) == [0, 5, 7, 8, 3, 3])

            // A past that the store has nothing of.
            let empty = try analyze("-f", "share.yaml", "--arg", "version=v1", "--at", "2025-10-01T00:00:00Z")
            #expect(empty.status == 1, "\(empty.transcript)")
            let broken = try analyze("-f", "wrong.yaml", "--arg", "version=v1", "--at", "2025-10-01T00:00:00Z")
            #expect(broken.status == 3, "\(broken.transcript)")
        }
    }

    @Test("pages show what the program prints of past versions")
    func page() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        func text(_ path: String) throws -> String {
            try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        }
        let lines = try text("Golden/analyze-versions.txt").split(separator: "\n").dropLast()
        let found = lines.filter { !$0.contains(" passed  ") }
        #expect(lines.count == 41 && found.count { $0.contains("stopped  ") } == 3)
        #expect(found.last?.hasPrefix("3 of the last 40 releases would have been stopped") == true)
        for page in ["../../README.md", "../../docs/reference.md"] {
            let shown = Set(try text(page).split(separator: "\n"))
            #expect(found.filter { !shown.contains($0) } == [], "\(page)")
        }
    }
}
