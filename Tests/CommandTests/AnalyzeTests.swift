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
        "broken": "kind: AnalysisTemplate\nspec: {metrics: [\n",
        "metric": "kind: MetricTemplate\nmetadata: {name: latency}\nspec: {provider: {type: prometheus}, query: up}\n",
        "cluster": template(["successCondition: result[0] < {{args.most}}"])
            .replacingOccurrences(of: "kind: AnalysisTemplate", with: "kind: ClusterAnalysisTemplate"),
        "counted": """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: counted}
        spec:
          metrics:
          - name: errors
            interval: 1m
            provider: {prometheus: {}}
            judge: {confident: {bar: 0.1, canary: {bad: bad_total, total: 'rate(all_total[5m])'}}}

        """,
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
            (["-f", "share.yaml", "--last", "3"], "--last is for --backtest and --version-label"),
            (["-f", "share.yaml", "--since", "3d"], "--since is for --version-label"),
            (["-f", "share.yaml", "--series", "up"], "--series is for --version-label"),
            (["checkout", "--cluster-scope"], "--cluster-scope is for templates"),
            (["-f", "share.yaml", "--until", "yesterday"], "write one like 2026-08-01T12:00:00Z"),
            (["-f", "share.yaml", "--at", "2025-11-26 22:40"], "say the zone, too: 2025-11-26T22:40:00Z"),
            (
                ["--version-label", "version", "--series", "up", "-f", "share.yaml", "--arg", "version=v1"],
                "leave --arg version out"
            ),
            (
                ["--version-label", "version", "--total", "a", "--bad", "b", "-f", "share.yaml"],
                "--total with --bad needs no template"
            ),
            (
                ["--version-label", "version", "--total", "a", "--bad", "b", "--at", "2025-11-26T22:40:00Z"],
                "keep one of them"
            ),
            (
                ["--version-label", "version", "--total", "a", "--bad", "b", "--compat", "argo"],
                "leave --compat out"
            ),
            (["-f", "metric.yaml"], "metric.yaml has the MetricTemplate latency and no AnalysisTemplate"),
        ]
        for (words, message) in refusals {
            let outcome = try headgate.run(["analyze", "--prometheus", "http://127.0.0.1:1"] + words)
            #expect(outcome.status == 2, "\(words): \(outcome.transcript)")
            #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("a template that check refuses is refused at its place, with its hint")
    func refusals() throws {
        let cases: [([String], Int32, String)] = [
            (["-f", "broken.yaml"], 3, "Error: broken.yaml:3:1: "),
            (["-f", "missing.yaml"], 1, "Error: there is no file missing.yaml\nHint: check the path"),
            (
                ["-f", "counted.yaml"], 3,
                "Error: counted.yaml:9:67: the judge takes the differences of counters, and rate() gives differences "
                    + "already\nHint: write all_total with its labels alone"
            ),
            (
                ["-f", "wrong.yaml", "--arg", "version=v1"], 3,
                "Error: wrong.yaml:10:23: could not read \"reslt[0] < 0.1\": unknown name reslt (column 1)"
            ),
            (["-f", "share.yaml", "-f", "doubt.yaml"], 3, "AnalysisTemplate share is stated more than once"),
            (
                [
                    "--version-label", "version", "--bad", "errors_total", "--total",
                    "sum by (version) (increase(requests_total[1m]))",
                ], 3, "Error: --total: the judge takes the differences of counters, and increase()"
            ),
        ]
        for (words, status, message) in cases {
            let outcome = try headgate.run(["analyze", "--prometheus", "http://127.0.0.1:1"] + words)
            #expect(outcome.status == status, "\(words): \(outcome.transcript)")
            #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
            #expect(!outcome.errors.contains(".headgate"), "\(words): \(outcome.errors)")
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

            let explained = try headgate.run(
                ["analyze"] + versions + ["--prometheus", server.url, "--last", "1", "--explain"])
            #expect(
                explained.output.contains(
                    "rule   errors of version v1.40.0 not above those of v1.39.0, judged sequentially, every 1m"))
            #expect(explained.output.contains("query  bad: http_requests_total{app=\"checkout\",code=~\"5..\"}"))

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

            let cluster = try analyze("-f", "cluster.yaml", "--arg", "version=v9", "-f", "counted2.yaml")
            #expect(cluster.status == 1 && cluster.errors.contains("counted2.yaml"), "\(cluster.transcript)")
            let whole = try headgate.run(
                ["analyze", "-f", "cluster.yaml", "--arg", "version=\(PastVersions.worst.version)", "-o", "json"]
                    + window + ["--prometheus", server.url])
            try GoldenFile.expect(whole.transcript, is: "analyze-json.txt")

            // Queries that Prometheus refuses, and a label that no series has.
            for (option, queries) in [
                ("--total", ["--total", "http_requests_total{", "--bad", "http_requests_total"]),
                ("--bad", ["--total", "http_requests_total", "--bad", "http_requests_total{"]),
            ] {
                let refused = try headgate.run(
                    ["analyze", "--version-label", "version", "--prometheus", server.url] + queries)
                #expect(refused.status == 3 && refused.errors.hasPrefix("Error: \(option): "), "\(refused.transcript)")
            }
            let unlabelled = try headgate.run(
                ["analyze", "--version-label", "release", "--until", PastVersions.end, "--since", "7d"]
                    + ["--total", "http_requests_total", "--bad", "http_requests_total{code=\"500\"}"]
                    + ["--prometheus", server.url])
            #expect(unlabelled.status == 1, "\(unlabelled.transcript)")
            #expect(
                unlabelled.output.contains("found series, none of which has the label release.\nHint: name a label"),
                "\(unlabelled.transcript)")

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
