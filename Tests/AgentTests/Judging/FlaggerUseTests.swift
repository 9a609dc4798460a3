import Agent
import Analysis
import Rollouts
import Testing

/// Checks of Flagger's metrics as one look finds them.
@Suite("Flagger's metrics in use")
struct FlaggerUseTests {
    /// Success rates of the minutes since the beginning, the last of which lasts; nil is a minute without data.
    private struct Rates: SeriesStore {
        let rates: [Double?]

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            var points: [Series.Point] = []
            var time = query.start
            while time <= query.end {
                let minute = Int((time - FlaggerUseTests.start).milliseconds / 60_000) - 1
                if minute >= 0, let rate = rates[min(minute, rates.count - 1)] {
                    points.append(.init(time: time, value: query.query.contains("latency") ? 0.1 : rate))
                }
                time = time + query.step
            }
            return points.isEmpty ? [] : [Series(points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { FlaggerUseTests.start }
    }

    /// A whole minute.
    fileprivate static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func minute(_ number: Int) -> Timestamp { start + .seconds(Int64(number) * 60) }

    private static func spec(
        threshold: Int, iterations: Int?, _ compat: AnalysisSpec.Compatibility?
    ) -> AnalysisSpec {
        var spec = AnalysisSpec(templates: [])
        spec.metrics = [FlaggerMetric(name: "rate", thresholdRange: .init(min: 99), query: "rate")]
        spec.threshold = threshold
        spec.iterations = iterations
        spec.compat = compat
        return spec
    }

    /// - Parameters:
    ///   - minutes: how many have passed since the rollout began to serve.
    ///   - stage: the minute in which the stage began.
    private static func reading(
        _ rates: [Double?], minutes: Int? = nil, stage: Int = 0, threshold: Int = 3, iterations: Int? = nil,
        compat: AnalysisSpec.Compatibility? = nil, id: AnalysisRequest.ID = .background, delay: Duration = .zero
    ) async -> AnalysisReading {
        let sides = [MetricSide(namespace: "shop", service: "a"), MetricSide(namespace: "shop", service: "b")]
        let runner = AnalysisRunner(
            subject: .init(stable: sides[0], canary: sides[1]), sources: MetricSources { _ in Rates(rates: rates) },
            now: minute(minutes ?? rates.count), delay: delay)
        return await runner.reading(
            for: AnalysisRequest(
                id: id, spec: spec(threshold: threshold, iterations: iterations, compat), from: minute(stage),
                failuresFrom: minute(stage), servedSince: start))
    }

    @Test func `a stage goes on with the first check that looks back on it alone`() async {
        let early = await Self.reading([100, 100], minutes: 2, stage: 2)
        #expect(early.verdict == .needsMoreData)
        let passed = await Self.reading([100, 100, 100], stage: 2)
        #expect(passed.verdict == .pass)
        #expect(passed.sentence == "1 passed, 0 failed; 3 failed checks end the rollout")
        let row = passed.evidence.first?.metrics.first
        #expect(row?.verdict == .pass)
        #expect(row?.value == "100" && row?.condition == ">= 99")
        #expect(row?.counts == .init(good: 3, bad: 0, undecided: 0))
        #expect(row?.measurements.map(\.time) == [Self.minute(1), Self.minute(2), Self.minute(3)])
    }

    @Test func `a failed check keeps the stage until one passes, and enough of them end the rollout`() async {
        let halted = await Self.reading([100, 100, 90])
        #expect(halted.verdict == .needsMoreData)
        #expect(halted.sentence.hasSuffix("last: rate 90, wanted >= 99"))
        #expect(await Self.reading([90, 90, 100]).verdict == .pass)
        // Over all stages, whatever passes between.
        let failed = await Self.reading([90, 100, 90, 100, 90, 100], stage: 3)
        #expect(failed.verdict == .fail)
        #expect(failed.sentence.hasPrefix("3 checks failed, and 3 failed checks end the rollout"))
        #expect(failed.evidence.first?.metrics.first?.verdict == .fail)
    }

    @Test func `a stage wants as many passes as there are iterations`() async {
        #expect(await Self.reading([100, 100, 100], stage: 1, iterations: 3).verdict == .needsMoreData)
        #expect(await Self.reading([100, 100, 100, 100], stage: 1, iterations: 3).verdict == .pass)
    }

    @Test func `an analysis of a step counts its own checks, and ends with the last one that it wants`() async {
        let passed = await Self.reading([90, 90, 90, 90, 100, 100, 90], stage: 4, iterations: 2, id: .inline(1))
        #expect(passed.verdict == .pass)
        #expect(passed.completedAt == Self.minute(6))
        let failed = await Self.reading([100, 90, 100, 90, 90], threshold: 2, iterations: 3, id: .inline(1))
        #expect(failed.verdict == .fail)
    }

    @Test func `a pass that nobody saw in time has to be borne out by the newest checks`() async {
        let rates: [Double?] = [100, 100, 100, 100, 100, 100, 100, 90, 90, 90]
        let stale = await Self.reading(rates, threshold: 2, iterations: 2, id: .inline(1))
        #expect(stale.verdict == .fail)
        #expect(stale.completedAt == Self.minute(9))
        #expect(await Self.reading(rates.map { _ in 100 }, iterations: 2, id: .inline(1)).verdict == .pass)
        // A background analysis passes by a fresh check alone.
        #expect(await Self.reading([100, nil, nil, nil, nil]).verdict == .needsMoreData)
    }

    @Test(arguments: [(nil, Verdict.pass), (AnalysisSpec.Compatibility.flagger, .fail), (.argo, .pass)])
    func `what has no value fails only for whom Flagger's rules are asked for`(
        compat: AnalysisSpec.Compatibility?, verdict: Verdict
    ) async {
        #expect(await Self.reading([nil, .nan, nil, 100], compat: compat).verdict == verdict)
    }

    @Test func `a store's delay neither makes a check of what is not there yet nor makes passes old`() async {
        let reading = await Self.reading([100, 100, 100, 90], minutes: 4, delay: .seconds(61))
        #expect(reading.verdict == .pass)
        #expect(reading.evidence.first?.metrics.first?.counts.total == 2)
        let slow = await Self.reading(Array(repeating: 100, count: 20), delay: .seconds(600))
        #expect(slow.verdict == .pass)
    }

    @Test func `no check is forgotten, however many follow`() async {
        func reading(_ bad: Int) async -> AnalysisReading {
            await Self.reading(Array(repeating: 90, count: bad) + Array(repeating: 100, count: 2000))
        }
        let passed = await reading(2)
        #expect(passed.verdict == .pass)
        #expect(passed.evidence.first?.metrics.first?.counts == .init(good: 2000, bad: 2, undecided: 0))
        #expect(await reading(3).verdict == .fail)
    }

    @Test func `an old pass fails by any checks since then, and a healthy one holds at any time`() async {
        func verdict(_ minutes: Int, _ rates: [Double?]) async -> Verdict {
            await Self.reading(rates, minutes: minutes, threshold: 2, iterations: 3, id: .inline(1)).verdict
        }
        let healthy: [Double?] = Array(repeating: 100, count: 60)
        for minute in 3...60 { #expect(await verdict(minute, healthy) == .pass, "minute \(minute)") }
        var burst = healthy
        burst.replaceSubrange(20..<24, with: [90, 90, 90, 90])
        var verdicts: [Verdict] = []
        for minute in 3...60 { verdicts.append(await verdict(minute, burst)) }
        let failure = verdicts.firstIndex(of: .fail)
        #expect(failure == 22 - 3)
        #expect(verdicts[(failure ?? 0)...].allSatisfy { $0 == .fail })
    }

    @Test func `metrics of one name are told apart, and what cannot be asked is an error`() async {
        var spec = AnalysisSpec(templates: [])
        spec.metrics = [
            FlaggerMetric(name: "rate", thresholdRange: .init(min: 99), query: "rate"),
            FlaggerMetric(name: "rate", thresholdRange: .init(max: 500), query: "latency"),
        ]
        func reading(_ spec: AnalysisSpec) async -> AnalysisReading {
            let side = MetricSide(namespace: "shop", service: "a")
            let runner = AnalysisRunner(
                subject: .init(stable: side, canary: side), sources: MetricSources { _ in Rates(rates: [100]) },
                now: Self.minute(2), delay: .zero)
            return await runner.reading(
                for: AnalysisRequest(id: .background, spec: spec, from: Self.start, failuresFrom: Self.start))
        }
        #expect(await reading(spec).evidence.first?.metrics.map(\.metric) == ["rate", "rate #2"])
        spec.metrics = [FlaggerMetric(name: "rate", query: "up{{ nam }}")]
        let broken = await reading(spec)
        #expect(broken.verdict == .error)
        #expect(broken.sentence.hasPrefix("rate: the function \"nam\" does not exist"), "\(broken.sentence)")
    }
}
