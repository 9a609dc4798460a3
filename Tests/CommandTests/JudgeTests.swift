import Foundation
import Support
import Testing

@Suite("headgate judge")
struct JudgeTests {
    let headgate: InstalledProgram

    init() throws {
        headgate = try InstalledProgram()
        for (name, text) in Self.files { try headgate.home.write(name, text) }
    }

    private static let files = [
        "counts.yaml": """
        interval: 30s
        canary: {bad: [2, 0, 5, 4, 16, 15, 17], total: [60, 62, 61, 63, 60, 58, 64]}
        baseline: {bad: [3, 4, 2, 3, 2, 4, 3], total: [540, 551, 547, 539, 550, 545, 548]}
        """,
        "good.csv":
            "bad,total\n" + (0..<12).map { "\($0 % 3 == 0 ? 1 : 0),\(900 + $0)\n" }.joined(),
        "long.csv": "canaryBad,canaryTotal,baselineBad,baselineTotal\n"
            + (0..<90).map { "\($0 / 30),100,5,500\n" }.joined(),
        "latency.json": """
        {"canary": [231, 236, 229, 228, 223, "NaN", 241, 235, 240, 233],
         "stable": [196, 214, 212, 211, 196, 196, 202, 205, 210, 208, 212]}
        """,
        "same.csv": "canary,baseline\n" + (0..<10).map { "\(200 + $0 % 4),\(200 + $0 * 3 % 4)\n" }.joined(),
        "buckets.csv": """
        canary 0.1,canary 0.5,canary +Inf,baseline 0.1,baseline 0.5,baseline +Inf
        50,58,60,480,532,542
        49,58,60,475,535,545
        30,50,62,481,536,548
        28,50,64,470,528,537
        25,46,64,490,551,561
        20,45,62,482,539,549
        """,
        "score.yaml": """
        score: {groupWeights: {time: 70}}
        metrics:
        - name: latency
          canary: [212, 230, 241, 220, 232, 228, 251, 240, 233]
          baseline: [201, 199, 205, 203, 200, 204, 198, 202, 206]
          judge: {compare: {groups: [time], mode: kayenta}}
        - name: memory
          canary: [100, 101, 99, 102, 100, 98, 101, 100, 99]
          baseline: [99, 101, 100, 102, 101, 98, 100, 100, 101]
          judge: {compare: {groups: [size], muted: true}}
        - name: errors
          canary: {bad: [0, 0, 0], total: [60, 50, 44]}
          baseline: {good: [500, 500, 498], total: [500, 501, 499]}
        """,
        "bar.yaml": "judge: {confident: {bar: 0.01, noun: timeouts, minimumIntervals: 3}}\n",
    ]

    @Test("the sentence, the verdict, and the evidence after each interval or the two samples")
    func transcript() throws {
        let commands = [
            ["counts.yaml"], ["counts.yaml", "--set", "tolerateRatio=5", "--set", "rejectRatio=9"],
            ["counts.yaml", "--set", "stageFrom=3", "--set", "warmUpIntervals=2", "--set", "podsFrom=[1, 6]"],
            ["good.csv", "--settings", "bar.yaml"], ["long.csv"], ["latency.json"],
            ["latency.json", "--judge", "kayenta", "--set", "direction=decrease"],
            ["latency.json", "--judge", "pipecd"],
            ["same.csv"], ["counts.yaml", "--judge", "compare", "--set", "count=3"],
            ["buckets.csv", "--set", "cumulative=true"],
            ["buckets.csv", "--set", "cumulative=true", "--set", "shape=rank", "--set", "unit=none"],
            ["score.yaml"],
        ]
        var text = ""
        for words in commands {
            let outcome = try headgate.run(["judge"] + words)
            text += "$ headgate judge \(words.joined(separator: " "))\n\(outcome.output)\(outcome.errors)"
            text += outcome.status == 0 ? "\n" : "[\(outcome.status)]\n\n"
        }
        try GoldenFile.expect(text, is: "judge.txt")
    }

    @Test("a mistake is told with its file, line and column, or with the option that it is in")
    func mistakes() throws {
        let files = [
            "ragged.csv": "canary,baseline\n1,2\n3\n", "text.csv": "canary,baseline\n1,2\n3,12ms\n",
            "negative.csv": "canaryBad,canaryTotal,baselineBad,baselineTotal\n1,9,-1,9\n",
            "more.csv": "bad,total\n1,9\n9,8\n", "empty.csv": "", "head.csv": "bad,total\n",
            "odd.csv": "canary,baselin\n1,2\n", "comma.csv": "canary;baseline\n1,5;2\n", "quote.csv": "a,\"b\n1,2\n",
            "list.yaml": "- 1\n", "none.yaml": "baseline: [1]\n", "slip.yaml": "canry: [1]\nbaseline: [2]\n",
            "words.yaml": "canary: [1, fast]\nbaseline: [2, \"3\"]\n", "syntax.yaml": "canary: [1\n",
            "two.yaml": "canary: [1]\nbaseline: [2]\njudge: {compare: {}, confident: {bar: 1}}\n",
            "judge.yaml": "canary: [1]\nbaseline: [2]\njudge: {comprae: {}}\n",
            "setting.yaml": "canary: [1]\nbaseline: [2]\njudge:\n  compare:\n    margin: -1\n",
            "bar.json": "{\"canary\": {\"bad\": [1], \"total\": [2]}}\n",
            "buckets.yaml": "bounds: [1, 2]\ncanary: {buckets: [[1, 2]]}\nbaseline: {buckets: [[1, 2, 3]]}\n",
            "names.yaml": "metrics:\n- {canary: [1], baseline: [2]}\n",
            "several.yaml": "metrics:\n- {name: a, canary: [1]}\n- {name: b, canary: [x], baseline: [1]}\n",
        ]
        for (name, text) in files { try headgate.home.write(name, text) }
        var text = ""
        var commands = files.keys.sorted().map { [$0] }
        commands += [
            ["same.csv", "--set", "margn=0.2"], ["same.csv", "--set", "margin=much"], ["same.csv", "--set", "margin"],
            ["same.csv", "--judge", "sequential"], ["same.csv", "--settings", "bar.yaml"], ["nowhere.csv"], ["."],
            ["counts.yaml", "--set", "stageFrom=9"], ["counts.yaml", "--set", "interval=soon"],
            ["good.csv", "--judge", "sequential"], ["good.csv"], ["buckets.csv", "--judge", "compare"],
        ]
        for words in commands {
            let outcome = try headgate.run(["judge"] + words)
            #expect(outcome.output == "", "\(words)")
            text += "$ headgate judge \(words.joined(separator: " "))\n\(outcome.errors)[\(outcome.status)]\n\n"
        }
        try GoldenFile.expect(text, is: "judge-mistakes.txt")
    }

    @Test("standard input has to be named, and is read as what it is said to be")
    func input() throws {
        #expect(try headgate.run(["judge", "-"], input: "canary,baseline\n1,2\n").status == 2)
        let table = try headgate.run(["judge", "-", "--format", "csv"], input: "canary,baseline\n1,2\n")
        #expect(table.output.hasPrefix("canary metric needs more data"), "\(table.errors)")
        let named = try headgate.run(
            ["judge", "-", "--format", "json", "--set", "name=latency"], input: "{\"canary\": [1], \"stable\": [2]}")
        #expect(named.output.hasPrefix("canary latency needs more data"), "\(named.errors)")
    }

    @Test(
        "as JSON every statistic is there",
        arguments: ["counts.yaml", "latency.json", "buckets.csv", "score.yaml", "good.csv"])
    func json(file: String) throws {
        let bar = file == "good.csv" ? ["--settings", "bar.yaml"] : []
        let outcome = try headgate.run(["judge", file, "-o", "json", "--set", "cumulative=true"] + bar)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
        #expect(object["verdict"] is String && object["reason"] is String && object["sentence"] is String)
        let metrics = try #require(object["metrics"] as? [[String: Any]])
        #expect((object["score"] != nil) == (file == "score.yaml"))
        for metric in metrics {
            #expect(metric["settings"] is [String: Any])
            if metric["judge"] as? String == "compare" {
                #expect((metric["canary"] as? [String: Any])?["summary"] is [String: Any])
                #expect(metric["effectSize"] is Double)
                continue
            }
            let intervals = try #require(metric["intervals"] as? [[String: Any]])
            #expect(!intervals.isEmpty && metric["failLimit"] is Double)
            for interval in intervals {
                #expect(interval["counts"] is [String: Any])
                let steps = try #require(interval["steps"] as? [[String: Any]])
                #expect(Set(steps.compactMap { $0["side"] as? String }) == ["fail", "pass"])
            }
        }
    }
}
