import Agent
import Analysis
import Manifests
import Rollouts
import Synchronization
import Testing

/// What has passed is looked at again while its stage lasts, and whoever looks at whatever time finds the same.
@Suite("Renewing what has passed")
struct RenewalTests {
    /// Values by the minute since the stage began; the words of a query are its numbers.
    private final class Story: SeriesStore {
        let value: @Sendable (String, Double) -> Double
        private let asked = Mutex<[RangeQuery]>([])

        init(_ value: @escaping @Sendable (String, Double) -> Double) { self.value = value }

        var questions: [RangeQuery] { asked.withLock { $0 } }

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            asked.withLock { $0.append(query) }
            var points: [Series.Point] = []
            var time = query.start
            while time <= query.end {
                let minute = (time.seconds - RenewalTests.start.seconds) / 60
                points.append(.init(time: time, value: value(query.query, minute)))
                time = time + query.step
            }
            return [Series(labels: ["le": "+Inf"], points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { RenewalTests.start }
    }

    fileprivate static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func reading(
        _ metrics: String, after minutes: Double, from store: Story, spec: String = ""
    ) async -> AnalysisReading {
        let template = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: renewed}
            spec:
              \(spec)
              metrics:
            \(metrics)

            """
        let documents = DocumentReader.read(
            Tree(files: [".headgate/rollouts/renewed.yaml": template]), shipped: Bakery.shipped)
        let runner = AnalysisRunner(
            subject: .init(
                stable: MetricSide(namespace: "bakery", service: "bread"),
                canary: MetricSide(namespace: "bakery", service: "bread-canary"),
                templates: documents.templates),
            sources: MetricSources { _ in store }, now: start + .milliseconds(Int64(minutes * 60_000)), delay: .zero)
        return await runner.reading(
            for: AnalysisRequest(
                id: .inline(1), spec: AnalysisSpec(templates: [.init(templateName: "renewed")]), from: start,
                failuresFrom: start))
    }

    /// Bad from the 20th minute until before the 23rd.
    private static let spell = Story { _, minute in minute >= 20 && minute < 23 ? 1 : 0 }

    private static func conditions(_ limits: String) -> String {
        """
          - name: rate
            \(limits)
            successCondition: result[0] < 0.5
            provider: {prometheus: {query: rate}}
        """
    }

    @Test(
        "conditions that have passed fail with any window since then, and otherwise go on passing",
        arguments: [
            ("count: 5, interval: 1m, failureLimit: 1", 21.5), ("count: 5, interval: 1m, failureLimit: 2", 22.5),
            ("count: 1", 20.5), ("count: 4, interval: 1m, failureLimit: 3", .infinity),
        ])
    func conditions(_ limits: String, _ failure: Double) async {
        let metric = Self.conditions(limits.replacing(", ", with: "\n    "))
        for minutes in [4.5, 6, 7.9, 10, 19.3, 20.5, 21.5, 22.5, 23.5, 29, 58.7] {
            let found = await Self.reading(metric, after: minutes, from: Self.spell)
            #expect(found.verdict == (minutes >= failure ? .fail : .pass), "\(limits) after \(minutes) minutes")
        }
    }

    private static func compared(_ count: Int, _ name: String = "load") -> String {
        """
          - name: \(name)
            interval: 1m
            count: \(count)
            provider: {prometheus: {}}
            judge: {compare: {canary: canary, stable: stable, direction: increase}}
        """
    }

    /// The canary has ten times as much in some minutes.
    private static func story(_ minutes: Range<Double>) -> Story {
        Story { side, minute in
            let noise = (minute * 0.37).truncatingRemainder(dividingBy: 1)
            return side == "canary" && minutes.contains(minute) ? 100 + noise : 10 + noise
        }
    }

    @Test(
        "a comparison is renewed by full windows, and nothing passes while the newest time is worse",
        arguments: [
            // Of the windows 10 to 19, 20 to 29 and 30 to 39 one fails, or none is full of it.
            (20.0..<30.0, [12.0: Verdict.pass, 19.5: .pass, 28.5: .needsMoreData, 29.5: .fail, 33: .fail, 90: .fail]),
            (17.0..<26.0, [12: .pass, 25.5: .needsMoreData, 26: .needsMoreData, 36: .pass, 90: .pass]),
        ] as [(Range<Double>, [Double: Verdict])])
    func comparison(_ minutes: Range<Double>, _ expected: [Double: Verdict]) async {
        for (time, verdict) in expected {
            let found = await Self.reading(Self.compared(10), after: time, from: Self.story(minutes))
            #expect(found.verdict == verdict, "after \(time) minutes: \(found.sentence)")
        }
    }

    /// Values of both sides from one distribution whose deviation is half of its mean, by the seed.
    private static func healthy(_ seed: UInt64) -> Story {
        Story { side, minute in
            func mixed(_ bits: UInt64) -> UInt64 {
                var mixed = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return mixed ^ (mixed >> 31)
            }
            var bits =
                mixed(seed &* 0x9E37_79B9_7F4A_7C15) ^ mixed((minute * 2 + (side == "canary" ? 1 : 0)).bitPattern)
            func next() -> Double {
                bits = bits &+ 0x9E37_79B9_7F4A_7C15
                return Double(mixed(bits) >> 11) / Double(1 << 53)
            }
            // The sum of four is nearly normal: a mean of 2, a deviation of 0.58.
            return 0.31 + (0..<4).reduce(0) { sum, _ in sum + next() } * 0.86
        }
    }

    @Test(
        "a comparison that waits for a day takes no healthy release back",
        arguments: ["exact", "kayenta", "pipecd"])
    func waiting(_ mode: String) async {
        let metric = Self.compared(8).replacing("direction: increase", with: "mode: \(mode)")
        var verdicts: [Verdict] = []
        for seed in UInt64(1)...12
        where await Self.reading(metric, after: 8.5, from: Self.healthy(seed)).verdict == .pass {
            verdicts.append(await Self.reading(metric, after: 1200, from: Self.healthy(seed)).verdict)
        }
        #expect(verdicts.count >= 9)
        // By chance one in fifty is.
        #expect(verdicts.count { $0 == .fail } <= 1, "\(verdicts)")
    }

    @Test func `a score waits for all of its metrics`() async {
        let both = Self.compared(10) + "\n" + Self.compared(20, "later")
        func score(_ minutes: Double, _ trouble: Range<Double>) async -> Verdict {
            let spec = "score: {pass: 95, marginal: 60}"
            return await Self.reading(both, after: minutes, from: Self.story(trouble), spec: spec).verdict
        }
        #expect(await score(12, 0..<10) == .needsMoreData)
        #expect(await score(22, 0..<10) == .fail)
        #expect(await score(22, 50..<54) == .pass)
        #expect(await score(90, 50..<54) == .pass)
    }

    @Test func `what an earlier window has is the same whoever looks when`() async {
        let metric = """
              - name: latency
                interval: 1m
                provider: {prometheus: {}}
                judge: {sequential: {baseline: previous, canary: {buckets: canary}, stable: {buckets: stable}}}
            """
        var starts: Set<Timestamp> = []
        for minutes in [5.0, 17, 90] {
            let store = Story { _, minute in minute + 1000 }
            _ = await Self.reading(metric, after: minutes, from: store)
            starts.formUnion(store.questions.filter { $0.query == "stable" }.map(\.start))
        }
        #expect(starts.count == 1)
    }

    @Test func `what a sequential judge has passed was complete when it first passed`() async throws {
        let metric = """
              - name: errors
                interval: 1m
                provider: {prometheus: {}}
                judge: {sequential: {canary: {bad: bad, total: total}, stable: {bad: bad, total: total}}}
            """
        let store = Story { query, minute in ((minute + 5000) * (query == "bad" ? 10 : 1000)).rounded(.down) }
        var ends: Set<Timestamp?> = []
        for minutes in [20.0, 25, 80] {
            let found = await Self.reading(metric, after: minutes, from: store)
            #expect(found.verdict == .pass, "\(found.sentence)")
            ends.insert(found.completedAt)
        }
        #expect(ends.count == 1)
        #expect(try #require(ends.first.flatMap { $0 }) < Self.start + .seconds(1200))
    }
}
