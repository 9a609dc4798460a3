import Analysis
import Support
import Testing

@testable import Trials

@Suite("Mistakes in what somebody wants to try")
struct TrialMistakeTests {
    private static func lines(
        _ text: String, _ format: TrialFormat, _ change: (inout TrialReader) -> Void = { _ in }
    ) -> [TrialError.Line] {
        var reader = TrialReader()
        change(&reader)
        do throws(TrialError) {
            _ = try reader.read(TrialSource(Array(text.utf8), file: "f"), as: format)
            return []
        } catch {
            return error.lines
        }
    }

    @Test(
        "a document's are told with their place and what to do",
        arguments: [
            ("canary: [1, x]\nbaseline: [1]", "f:1:13: canary.1: expected a number, found \"x\"", "a number such as"),
            (
                "canary: [1]\nbaseline: [1, \"2\"]", "f:2:15: baseline.1: expected a number, found the text \"2\"",
                "without quotes: 2"
            ),
            ("canary: [[1]]\nbaseline: [1]", "f:1:10: canary.0: expected a number, found a list", ""),
            ("canary: 5\nbaseline: [1]", "f:1:9: canary: expected a list of values, or a mapping", "{bad: [0, 1]"),
            (
                "canary: [1]\nbaseline: {bad: [1], total: [1]}",
                "f:2:11: baseline: canary and baseline are not of one kind", "both"
            ),
            (
                "canary: [1]\nbaseline: [1]\nstable: [1]", "f:3:9: stable: both stable and baseline are stated",
                "keep one"
            ),
            ("canary: [1]", "f:1:9: canary: there is no baseline to compare with", "add baseline"),
            ("baseline: [1]", "f:1:1: the canary's numbers are missing", "canary: [212"),
            ("canary: {bad: [1]}\nbaseline: [1]", "f:1:9: canary: total is missing", "one number per interval"),
            (
                "canary: {total: [1]}\nbaseline: {bad: [1], total: [1]}", "f:1:17: canary.total: there is a total",
                "add bad"
            ),
            (
                "canary: {bad: [1], good: [1], total: [2]}\nbaseline: {bad: [1], total: [1]}",
                "f:1:26: canary.good: both bad and good", "keep one"
            ),
            (
                "canary: {bad: [1, 2], total: [3]}\nbaseline: {bad: [1], total: [1]}",
                "f:1:30: canary.total: 1 numbers, and canary.bad has 2", "per interval"
            ),
            (
                "canary: {bad: [1], total: [3]}\nbaseline: {bad: [1, 1], total: [1, 1]}",
                "f:2:32: baseline.total: 2 intervals, and the canary has 1", "same intervals"
            ),
            (
                "canary: {bad: [5], total: [3]}\nbaseline: {bad: [1], total: [1]}",
                "f:1:16: canary.bad.0: 5 of 3 requests in interval 1", "the bad ones too"
            ),
            (
                "canary: {bad: [null], total: [3]}\nbaseline: {bad: [1], total: [1]}",
                "f:1:16: canary.bad.0: a count is missing", "write 0"
            ),
            (
                "canary: {bad: [-1], total: [3]}\nbaseline: {bad: [1], total: [1]}",
                "f:1:16: canary.bad.0: a count cannot be negative", "increase"
            ),
            (
                "canary: {bad: [1], total: [.inf]}\nbaseline: {bad: [1], total: [1]}",
                "f:1:28: canary.total.0: a count cannot be infinite", ""
            ),
            ("canary: {buckets: [[1, 2]], total: [3]}", "f:1:9: canary: states both buckets and counts", "keep one"),
            (
                "canary: {buckets: [[1, 2]]}\nbaseline: {buckets: [[1, 2]]}",
                "f:1:9: canary: the bounds of the buckets are missing", "bounds: ["
            ),
            (
                "bounds: [1, 1]\ncanary: {buckets: [[1, 2, 3]]}\nbaseline: {buckets: [[1, 2, 3]]}",
                "f:1:13: bounds.1: bounds ascend", "lowest"
            ),
            (
                "bounds: []\ncanary: {buckets: [[1]]}\nbaseline: {buckets: [[1]]}", "f:1:9: bounds: there is no bound",
                "bounds: ["
            ),
            (
                "bounds: [1]\ncanary: {buckets: [[1, 2], [3]]}\nbaseline: {buckets: [[1, 2]]}",
                "f:2:28: canary.buckets.1: 1 count for 1 bound", "2 are needed"
            ),
            (
                "bounds: [1]\ncumulative: true\ncanary: {buckets: [[3, 2]]}\nbaseline: {buckets: [[1, 2]]}",
                "f:3:24: canary.buckets.0.1: a bucket has fewer", "leave cumulative out"
            ),
            (
                "canary: {bad: [1], total: [9]}\nbaseline: {bad: [1], total: [9]}\njudge: {sequential: {tolerateRatio: 3}}",
                "f:3:37: judge.sequential.tolerateRatio: rejectRatio, 2, is not above tolerateRatio, 3",
                "rejectRatio above"
            ),
            (
                "canary: {bad: [1], total: [9]}\nbaseline: {bad: [1], total: [9]}\njudge: {sequential: {tolerateRatio: 3, rejectRatio: 2}}",
                "f:3:53: judge.sequential.rejectRatio: rejectRatio, 2, is not above tolerateRatio, 3", "a pass proves"
            ),
            (
                "canary: {bad: [1], total: [9]}\nbaseline: {bad: [1], total: [9]}\njudge: {sequential: {rejectRatio: 1.1}}",
                "f:3:35: judge.sequential.rejectRatio: rejectRatio, 1.1, is not above tolerateRatio, 1.25",
                "a pass proves"
            ),
            (
                "canary: {bad: [1], total: [9]}\nbaseline: {bad: [1], total: [9]}\njudge: {sequential: {minimumIntervals: 40}}",
                "f:3:40: judge.sequential.minimumIntervals: 30 intervals are fewer than the 40 before a pass",
                "plannedIntervals of at least 40"
            ),
            ("canary: [1]\nbaseline: [1]\ninterval: soon", "f:3:11: interval: time: invalid duration", "90s, 5m or 1h"),
            (
                "canary: [1]\nbaseline: [1]\ninterval: 9000h",
                "f:3:11: interval: an interval is longer than nothing and at most a year", "1m"
            ),
            ("canary: [1]\nbaseline: [1]\ncount: 0", "f:3:8: count: a number of at least 1", "from 1"),
            (
                "canary: [1]\nbaseline: [1]\nnoData: odd", "f:3:9: noData: \"odd\" is not known here",
                "known: wait, ok, bad"
            ),
            (
                "canary: [1]\nbaseline: [1]\njudge: compare",
                "f:3:8: judge: expected a mapping, found the text \"compare\"", ""
            ),
            (
                "canary: [1]\nbaseline: [1]\njudge: {compare: {confidence: 2}}",
                "f:3:31: judge.compare.confidence: must be", ""
            ),
            (
                "canary: [1]\nbaseline: [1]\njudge: {compare: {effectSize: {mesure: cles}}}",
                "f:3:32: judge.compare.effectSize.mesure: unknown key", "measure"
            ),
            ("canary: [1]\nbaseline: [1]\nscore: {marginal: 99}", "f:3:19: score.marginal: is above pass, 95", "fails"),
            (
                "canary: [1]\nbaseline: [1]\nscore: {groupWeights: {a: 70, b: 40}}",
                "f:3:23: score.groupWeights: sum up to more than 100", "share the rest"
            ),
            ("metrics: []", "f:1:10: metrics: expected a list of metrics", "each has a name"),
            ("metrics: [5]", "f:1:11: metrics.0: expected a metric, found the number 5", "its name"),
            (
                "metrics:\n- {name: a, canary: [1], baseline: [1]}\n- {name: a}",
                "f:3:3: metrics.1: there are two metrics a", "of its own"
            ),
            (
                "metrics:\n- {name: a, canary: [1], baseline: [1], count: x}",
                "f:2:48: metrics.0.count: expected a whole number", ""
            ),
            ("[1]", "f:1:1: expected a mapping, found a list", "canary: ["),
            ("", "f:1:1: expected one document, found 0", "empty"),
            ("canary: [1\n", "f:2:1: did not find expected", ""),
            ("canary: [1]\ncanary: [2]\n", "f:2:1: the key \"canary\" is already", ""),
        ])
    func documents(text: String, line: String, hint: String) throws {
        let found = try #require(Self.lines(text, .yaml).first, "no mistake")
        #expect(found.text.hasPrefix(line), "\(found.text)")
        #expect(hint.isEmpty || found.hint?.contains(hint) == true, "\(found.hint ?? "no hint")")
    }

    @Test(
        "a table's, too",
        arguments: [
            ("", "f:1:1: the table is empty", "names the columns"), ("# only\n\n", "f:1:1: the table is empty", ""),
            ("canary,baseline", "f:1:1: the table has no rows", "one interval"),
            ("canary,baseline\n1\n", "f:2:1: 1 cell, and the header has 2", "separator"),
            ("canary,baseline\n1,2\n1,2,3\n", "f:3:5: 3 cells, and the header has 2", "separator"),
            (
                "canary,baseline\n1,2\n 3 ,4 ms\n", "f:3:5: baseline: expected a number, found \"4 ms\"",
                "without its unit: 4"
            ),
            ("canary,baseline\n1,2\n\n#\n3,\"4\"\"\"\n", "f:5:3: baseline: expected a number, found \"4\"\"", ""),
            ("canary;baseline\n1,5;2\n", "f:2:1: canary: expected a number, found \"1,5\"", "with a point: 1.5"),
            ("canary,base\n1,2\n", "f:1:8: what is the column \"base\"?", "columns are canary, baseline"),
            ("canary,canary\n1,2\n", "f:1:8: there are two columns canary", "take one"),
            ("baseline,stable\n1,2\n", "f:1:10: there are two columns stable", "take one"),
            ("canary\n1\n", "f:1:1: the column baseline is missing", ""),
            ("time\n1\n", "f:1:1: the column canary is missing", ""),
            ("canary,canaryBad\n1,2\n", "do not stand in one table", ""),
            ("canaryBad,baselineBad,baselineTotal\n1,2,3\n", "f:1:1: the column canaryTotal is missing", ""),
            ("canaryBad,canaryTotal,baselineBad\n1,2,3\n", "f:1:1: the column baselineTotal is missing", ""),
            (
                "canaryBad,canaryTotal,baselineBad,baselineTotal\n1,,2,3\n", "f:2:3: canaryTotal: a count is missing",
                "write 0"
            ),
            ("canary 1,baseline 1,baseline +Inf\n1,2,3\n", "f:1:1: the last bucket is missing", "per bound"),
            (
                "canary 1,canary +Inf,baseline 2,baseline +Inf\n1,2,3,4\n", "f:1:1: the two sides do not have the same",
                ""
            ),
            (
                "canary 2,canary 1,canary +Inf,baseline 2,baseline 1,baseline +Inf\n1,2,3,4,5,6\n",
                "f:1:10: columns: bounds ascend", ""
            ),
            ("canary 1,canary +Inf,baseline 1,baseline +Inf\n1,-2,3,4\n", "f:2:3: row: a count cannot be negative", ""),
            ("canary,\"baseline\n1,2\n", "f:1:8: the quotes are not closed", "doubled"),
            ("canary,\"base\"line\n1,2\n", "f:1:14: something stands behind the quotes", "doubled"),
        ])
    func tables(text: String, line: String, hint: String) throws {
        let found = try #require(Self.lines(text, .csv).first, "no mistake")
        #expect(found.text.contains(line), "\(found.text)")
        #expect(hint.isEmpty || found.hint?.contains(hint) == true, "\(found.hint ?? "no hint")")
    }

    @Test("text that is no UTF-8 is no table")
    func encoding() {
        let error = #expect(throws: TrialError.self) {
            try TrialReader().read(TrialSource([0x61, 0xFF, 0x0A], file: "f"), as: .csv)
        }
        #expect(error?.lines.first?.text == "f:1:1: the file is not UTF-8 text")
    }

    private static let values = "canary: [1]\nbaseline: [2]\n"

    @Test(
        "a setting is told with the place that states it",
        arguments: [
            ("margin", "--set margin: a setting has a name and a value"), ("=1", "--set =1: a setting has a name"),
            ("a..b=1", "--set a..b=1: a step of the name is empty"),
            ("margin=[", "--set margin=[: the value is no YAML"),
            ("margn=1", "--set margn=1: judge.compare.margn: unknown key \"margn\""),
            ("margin=x", "--set margin=x: judge.compare.margin: expected a number, found the text \"x\""),
            ("margin=-1", "--set margin=-1: judge.compare.margin: must be a number of at least 0"),
            ("judge.comprae.margin=1", "--set judge.comprae.margin=1: judge.comprae: there is no judge \"comprae\""),
            (
                "judge.sequential.floor=0.1",
                "--set judge.sequential.floor=0.1: judge.sequential: the sequential judge counts"
            ),
            ("interval=x", "--set interval=x: interval: time: invalid duration"),
        ])
    func assignments(text: String, line: String) throws {
        let found = try #require(Self.lines(Self.values, .yaml) { $0.assignments = [text] }.first, "no mistake")
        #expect(found.text.hasPrefix(line), "\(found.text)")
    }

    @Test("a mistake of the command line is told from one of a file")
    func kinds() {
        func error(_ text: String, _ assignment: String) -> TrialError? {
            var reader = TrialReader()
            reader.assignments = [assignment]
            return #expect(throws: TrialError.self) {
                try reader.read(TrialSource(Array(text.utf8), file: "f"), as: .yaml)
            }
        }
        #expect(error(Self.values, "margin=x")?.isOfCommandLine == true)
        #expect(error(Self.values + "judge: {compare: {margin: x}}", "confidence=0.9")?.isOfCommandLine == false)
        let file = Self.lines(Self.values + "judge: {compare: {margin: 1, confidence: 3}}", .yaml) {
            $0.assignments = ["margin=2"]
        }
        #expect(file.first?.text.hasPrefix("f:3:42: judge.compare.confidence") == true, "\(file)")
        let settings = Self.lines(Self.values, .yaml) {
            $0.settings = TrialSource(Array("judge:\n  compare: {margin: -1}\n".utf8), file: "s.yaml")
        }
        #expect(settings.first?.text == "s.yaml:2:21: judge.compare.margin: must be a number of at least 0")
    }

    @Test("all mistakes of several metrics are told at once, each only once")
    func several() {
        let text = """
            interval: x
            metrics:
            - {name: a, canary: [1], baseline: [1]}
            - {name: b, canary: [1]}
            """
        let lines = Self.lines(text, .yaml).map(\.text)
        #expect(lines.count == 1 || lines.count == 2, "\(lines)")
        #expect(Set(lines).count == lines.count)
        #expect(lines.first?.hasPrefix("f:1:11: ") == true, "\(lines)")
    }

    @Test("more intervals than anybody looks at are refused, and not judged for hours")
    func limits() throws {
        let ones = Array(repeating: "1", count: TrialLimits.intervals + 1).joined(separator: ",")
        let found = try #require(Self.lines("canary: [\(ones)]\nbaseline: [1]", .yaml).first)
        #expect(
            found.text.hasPrefix("f:1:9: canary: \(TrialLimits.intervals + 1) are more than"),
            "\(found.text.prefix(80))")
        let rows = "canary,baseline\n" + String(repeating: "1,2\n", count: TrialLimits.intervals + 1)
        #expect(Self.lines(rows, .csv).first?.text.hasPrefix("f:2:1: ") == true)
    }

    @Test("damaged files are read or refused, and never more than that", arguments: 0..<60)
    func damaged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let originals: [(String, TrialFormat)] = [
            (
                "interval: 1m\ncanary: {bad: [2, 0, 5], total: [60, 62, 61]}\nbaseline: {bad: [3, 4, 2], total: [540, 551, 547]}\njudge: {sequential: {tolerateRatio: 1.5, panic: none}}\n",
                .yaml
            ),
            (
                "{\"bounds\": [0.1, 1], \"canary\": {\"buckets\": [[1, 2, 3]]}, \"baseline\": {\"buckets\": [[4, 5, 6]]}, \"cumulative\": true}",
                .json
            ),
            ("time,canaryBad,canaryTotal,baselineBad,baselineTotal\n1,2,60,3,540\n2,\"0\",62,4,551\n# end\n", .csv),
            (
                "score: {pass: 90}\nmetrics:\n- &a {name: a, canary: [1, 2], baseline: [2, NaN]}\n- <<: *a\n  name: b\n",
                .yaml
            ),
        ]
        let (text, format) = originals[Int(seed % 4)]
        let pieces = [
            "\"", "[", "]", "{", "}", ",", ":", "-", "&a ", "*a", "<<: ", "1e999", "NaN", "\n", "\t", "#", "é", "0",
            ";", "null",
        ]
        for _ in 0..<40 {
            var scalars = Array(text.unicodeScalars)
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<scalars.count, using: &random)
                if Bool.random(using: &random) { scalars.remove(at: place) }
                scalars.insert(
                    contentsOf: pieces.randomElement(using: &random)?.unicodeScalars ?? "".unicodeScalars, at: place)
            }
            var damaged = String.UnicodeScalarView()
            damaged.append(contentsOf: scalars)
            do throws(TrialError) {
                let trial = try TrialReader().read(TrialSource(Array(String(damaged).utf8), file: "f"), as: format)
                #expect(throws: Never.self) { try trial.report() }
            } catch {
                #expect(!error.lines.isEmpty && error.lines.allSatisfy { $0.text.hasPrefix("f:") }, "\(error.lines)")
            }
        }
    }
}
