import Analysis
import Support
import Testing

@testable import Trials

@Suite("Reading what somebody wants to try")
struct TrialReaderTests {
    /// The only metric of a file.
    private static func metric(
        _ text: String, _ format: TrialFormat = .yaml, file: String = "trial.yaml",
        _ change: (inout TrialReader) -> Void = { _ in }
    ) throws -> MetricTrial {
        var reader = TrialReader()
        change(&reader)
        let trial = try reader.read(TrialSource(Array(text.utf8), file: file), as: format)
        #expect(trial.metrics.count == 1)
        return try #require(trial.metrics.first)
    }

    private static let samples = [
        IntervalSample(canaryBad: 1, canaryTotal: 10, baselineBad: 2, baselineTotal: 90),
        IntervalSample(canaryBad: 0, canaryTotal: 11, baselineBad: 3, baselineTotal: 91.5),
    ]

    @Test(
        "the same counts in every format and spelling",
        arguments: [
            (TrialFormat.yaml, "canary: {bad: [1, 0], total: [10, 11]}\nbaseline: {bad: [2, 3], total: [90, 91.5]}\n"),
            (.yaml, "canary:\n  good: [9, 11]\n  total: [10, 11]\nstable: {bad: [2, 3], total: [90, 9.15e1]}\n"),
            (
                .json,
                "{\"canary\": {\"bad\": [1, 0], \"total\": [10, 11]},\n\t\"baseline\": {\"bad\": [2, 3], \"total\": [90, 91.5]}}"
            ),
            (.csv, "canaryBad,canaryTotal,baselineBad,baselineTotal\n1,10,2,90\n0,11,3,91.5\n"),
            (.csv, "time;Canary bad;canary_total;stable.bad;Stable Total\r\nnoon;1;10;2;90\r\n\r\nlater;0;11;3;91.5"),
            (
                .csv,
                "# by hand\n\"canaryGood\"\tcanaryTotal\tbaselineBad\tbaselineTotal\n9\t10\t\"2\"\t90\n#\n11\t11\t3\t91.5\n"
            ),
            (.csv, "\u{FEFF}canaryBad, canaryTotal, baselineBad, baselineTotal\n1, 10, 2, 90\n0, 11, 3, 91.5"),
        ])
    func counts(format: TrialFormat, text: String) throws {
        let metric = try Self.metric(text, format, file: "errors.\(format.rawValue)")
        #expect(metric.data == .counts(Self.samples, hasBaseline: true))
        #expect(metric.name == "errors")
        guard case .sequential = metric.judge else { return #expect(Bool(false), "\(metric.judge)") }
    }

    @Test("values may be missing, and sides of different length")
    func values() throws {
        let yaml = try Self.metric("canary: [1, null, 3, NaN, .inf]\nbaseline: [4, ~, \"-Inf\"]\n")
        let csv = try Self.metric("canary,baseline\n1,4\n,\n3,-Inf\nNaN,\n+Inf,\n", .csv)
        for metric in [yaml, csv] {
            guard case .values(let canary, let baseline) = metric.data else { return #expect(Bool(false)) }
            #expect(canary.map { $0.isNaN ? -1 : $0 } == [1, -1, 3, -1, .infinity])
            #expect(baseline.map { $0.isNaN ? -1 : $0 } == [4, -1, -.infinity])
            guard case .compare = metric.judge else { return #expect(Bool(false), "\(metric.judge)") }
        }
    }

    @Test("buckets, by interval and cumulative or not")
    func buckets() throws {
        let expected = HistogramSeries(
            bounds: [0.1, 1],
            samples: [
                HistogramSample(canary: [5, 3, 2], baseline: [50, 30, 20]),
                HistogramSample(canary: [6, 0, 1], baseline: [60, 0, 10]),
            ])
        let plain = """
            bounds: [0.1, 1]
            canary: {buckets: [[5, 3, 2], [6, 0, 1]]}
            baseline: {buckets: [[50, 30, 20], [60, 0, 10]]}
            known: [7, 8, 9]
            """
        let cumulative = """
            bounds: [0.1, 1, +Inf]
            cumulative: true
            canary: {buckets: [[5, 8, 10], [6, 6, 7]]}
            baseline: {buckets: [[50, 80, 100], [60, 60, 70]]}
            known: [7, 15, 24]
            """
        for text in [plain, cumulative] {
            let metric = try Self.metric(text)
            #expect(metric.data == .histograms(try #require(expected), known: [7, 8, 9]))
        }
        let table = """
            canary 0.1,canary_le_1,canary +Inf,baseline<=0.1,baseline 1,baseline Inf
            5,3,2,50,30,20
            6,0,1,60,0,10
            """
        #expect(try Self.metric(table, .csv).data == .histograms(try #require(expected), known: []))
    }

    @Test(
        "buckets that could be cumulative are pointed out, unless somebody says what they are",
        arguments: [
            ("", "[[5, 8, 10], [6, 6, 7]]", true), ("cumulative: true\n", "[[5, 8, 10], [6, 6, 7]]", false),
            ("cumulative: false\n", "[[5, 8, 10], [6, 6, 7]]", false), ("", "[[5, 8, 10], [6, 5, 7]]", false),
        ])
    func ascending(more: String, canary: String, isRemarked: Bool) throws {
        let metric = try Self.metric(
            "bounds: [0.1, 1]\n\(more)canary: {buckets: \(canary)}\nbaseline: {buckets: [[50, 80, 100], [60, 60, 70]]}")
        #expect((metric.remark?.contains("cumulative: true") == true) == isRemarked)
        #expect(try metric.finding().remark == metric.remark)
    }

    @Test("counts without a baseline are for the confident judge")
    func confident() throws {
        let metric = try Self.metric("good,total\n9,10\n11,11\n", .csv) { $0.assignments = ["bar=0.02"] }
        guard case .confident(let template) = metric.judge else { return #expect(Bool(false)) }
        #expect(template.bar == 0.02)
        #expect(
            metric.data
                == .counts(
                    Self.samples.map { .init(canaryBad: $0.canaryBad, canaryTotal: $0.canaryTotal) }, hasBaseline: false
                ))
    }

    // MARK: Settings

    private static let values = "canary: [1]\nbaseline: [2]\n"

    private static func settings(_ metric: MetricTrial) throws -> CompareSettings {
        guard case .compare(let template) = metric.judge else { throw Unexpected() }
        return template.settings
    }

    private struct Unexpected: Error {}

    @Test("an option comes before the file of settings, and that before the file of numbers")
    func precedence() throws {
        let file = Self.values + "judge: {compare: {margin: 0.2, confidence: 0.9, effectSize: {measure: cles}}}\n"
        let metric = try Self.metric(file + "interval: 2m\nnoData: ok\n") { reader in
            reader.settings = TrialSource(
                Array("judge: {compare: {margin: 0.3, minimumPoints: 3}}\ninterval: 30s\n".utf8), file: "settings.yaml")
            reader.assignments = [
                "margin=0.4", "effectSize.allowedIncrease=1.1", "stages=3", "judge.compare.direction=increase",
            ]
        }
        let settings = try Self.settings(metric)
        #expect(settings.margin == 0.4)
        #expect(settings.minimumPoints == 3)
        #expect(settings.confidence == 0.9)
        #expect(settings.effectSize.measure == .cles)
        #expect(settings.effectSize.allowedIncrease == 1.1)
        #expect(settings.direction == .increase)
        #expect(metric.interval == .seconds(30))
        #expect(metric.noData == .ok)
        #expect(metric.stages == 3)
    }

    @Test(
        "a judge of another system is a manner of comparing",
        arguments: [
            (JudgeChoice.kayenta, CompareSettings.Mode.kayenta), (.pipecd, .pipecd), (.compare, .exact),
        ])
    func choice(choice: JudgeChoice, mode: CompareSettings.Mode) throws {
        let plain = try Self.metric(Self.values + "judge: {compare: {margin: 0.2}}\n") { $0.choice = choice }
        #expect(try Self.settings(plain).mode == mode)
        #expect(try Self.settings(plain).margin == 0.2)
        let other = try Self.metric(
            "canary: {bad: [1], total: [2]}\nbaseline: {bad: [1], total: [2]}\njudge: {sequential: {noun: x}}\n"
        ) {
            $0.choice = choice
        }
        #expect(try Self.settings(other).mode == mode)
    }

    @Test("what a template says beside its settings may stay")
    func template() throws {
        let metric = try Self.metric(
            """
            canary: {bad: [1], total: [2]}
            baseline: {bad: [1], total: [2]}
            count: 1
            stageFrom: 1
            podsFrom: [1]
            judge:
              sequential:
                noun: timeouts
                panic: none
                baseline: previous
                canary: {bad: "errors", total: {query: "all", address: "http://prometheus"}}
                stable: {bad: "errors", total: "all"}
            """)
        guard case .sequential(let template) = metric.judge else { return #expect(Bool(false)) }
        #expect(template.noun == "timeouts")
        #expect(template.settings().panic == nil)
        #expect(template.settings().baseline == .previous)
        #expect(metric.stageFrom == 0 && metric.podsFrom == [0])
    }

    @Test("several metrics share what stands beside their list")
    func several() throws {
        let text = """
            interval: 10s
            judge: {compare: {mode: kayenta, margin: 0.3}}
            score: {pass: 80, marginal: 50, groupWeights: {time: 70}}
            metrics:
            - {name: latency, canary: [1], baseline: [2], judge: {compare: {groups: [time]}}}
            - {name: memory, canary: [1], baseline: [2], interval: 20s}
            - {name: errors, canary: {bad: [1], total: [2]}, judge: {confident: {bar: 0.1}}}
            """
        var reader = TrialReader()
        reader.assignments = ["noData=bad"]
        let trial = try reader.read(TrialSource(Array(text.utf8), file: "all.yaml"), as: .yaml)
        #expect(trial.metrics.map(\.name) == ["latency", "memory", "errors"])
        #expect(trial.metrics.map(\.interval) == [.seconds(10), .seconds(20), .seconds(10)])
        #expect(trial.metrics.allSatisfy { $0.noData == .bad })
        let settings = try trial.metrics.prefix(2).map(Self.settings)
        #expect(settings.map(\.mode) == [.kayenta, .kayenta])
        #expect(settings.map(\.groups) == [["time"], ["default"]])
        #expect(settings.map(\.margin) == [0.3, 0.3])
        guard case .confident = trial.metrics[2].judge else { return #expect(Bool(false)) }
        #expect(trial.score?.groupWeights == ["time": 70])
        #expect(trial.score?.pass == 80)
    }

    @Test(
        "a metric without a name is called as its file",
        arguments: [
            ("metrics/latency.p99.yaml", "latency"), ("-", "metric"), ("standard input", "metric"), (".yaml", "metric"),
        ])
    func title(file: String, title: String) throws {
        #expect(try Self.metric(Self.values, file: file).name == title)
        #expect(try Self.metric(Self.values + "name: own\n", file: file).name == "own")
    }

    @Test("the ending of a name says how the file is written")
    func format() {
        #expect(TrialFormat(file: "a.b/c.YAML") == .yaml)
        #expect(TrialFormat(file: "c.yml") == .yaml)
        #expect(TrialFormat(file: "c.json") == .json)
        #expect(TrialFormat(file: "c.tsv") == .csv)
        #expect(TrialFormat(file: "c.txt") == nil)
        #expect(TrialFormat(file: "json") == nil)
    }
}
