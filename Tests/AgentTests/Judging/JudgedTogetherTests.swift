import Analysis
import Manifests
import Rollouts
import Synchronization
import Testing

@testable import Agent

/// What several findings are together.
@Suite("Findings that are judged together")
struct JudgedTogetherTests {
    private static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func time(_ minutes: Int64) -> Timestamp { start + .seconds(60 * minutes) }

    private static func metric(_ name: String, _ verdict: Verdict, endedAt minutes: Int64? = nil) -> JudgedMetric {
        let window = Window(start: start, end: time(60))
        return JudgedMetric(
            evidence: MetricEvidence(
                metric: name, verdict: verdict, sentence: "\(name) is \(verdict)",
                counts: .init(good: 0, bad: 0, undecided: 0), window: window),
            endedAt: minutes.map(time))
    }

    @Test func `a failure has the words and the time of the metric that failed first`() {
        let part = JudgedPart([
            Self.metric("a", .pass, endedAt: 1), Self.metric("b", .fail, endedAt: 9),
            Self.metric("c", .fail, endedAt: 4),
        ])
        #expect(part.verdict == .fail)
        #expect(part.sentence == "c is fail")
        #expect(part.completedAt == Self.time(4))
    }

    @Test(
        "of two ways to judge a metric either fails it, and neither passes it where the other could not be asked",
        arguments: [
            (.pass, .fail, .fail), (.unknown, .fail, .fail), (.pass, .unknown, .unknown), (.pass, .error, .error),
            (.pass, .needsMoreData, .pass), (.inconclusive, .needsMoreData, .needsMoreData),
        ] as [(Verdict, Verdict, Verdict)])
    func ways(_ one: Verdict, _ other: Verdict, _ expected: Verdict) {
        let (one, other) = (Self.metric("one", one), Self.metric("other", other))
        #expect(one.or(other).evidence.verdict == expected)
        #expect(other.or(one).evidence.verdict == expected)
    }

    /// Does not answer about what began before a time.
    private struct Forgetful: SeriesStore {
        let since: Timestamp

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            guard query.start >= since else { throw MetricFailure(.unavailable, "it does not answer") }
            let count = (query.end - query.start).milliseconds / query.step.milliseconds
            return [Series(points: (0...count).map { .init(time: query.start + query.step * Int($0), value: 1) })]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { since }
    }

    @Test func `nothing passes while it is not known whether something failed before`() async {
        let template = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: rate}
            spec:
              metrics:
              - {name: rate, interval: 1m, count: 3, successCondition: "result[0] < 5",
                 provider: {prometheus: {query: up}}}

            """
        let documents = DocumentReader.read(
            Tree(files: [".headgate/rollouts/rate.yaml": template]), shipped: Bakery.shipped)
        let side = MetricSide(namespace: "bakery", service: "bread")
        let runner = AnalysisRunner(
            subject: .init(stable: side, canary: side, templates: documents.templates),
            sources: MetricSources { _ in Forgetful(since: Self.time(10)) }, now: Self.time(13), delay: .zero)
        func verdict(failuresFrom: Timestamp) async -> Verdict {
            await runner.reading(
                for: AnalysisRequest(
                    id: .inline(1), spec: AnalysisSpec(templates: [.init(templateName: "rate")]), from: Self.time(10),
                    failuresFrom: failuresFrom)
            ).verdict
        }
        #expect(await verdict(failuresFrom: Self.time(10)) == .pass)
        #expect(await verdict(failuresFrom: Self.time(5)) == .unknown)
    }

    @Test func `what is left out of a long span moves the time before the release nowhere`() {
        for minutes in [90, 100, 500, 5000] as [Int64] {
            let span = JudgedSpan(
                AnalysisRequest(id: .background, spec: nil, from: Self.start, failuresFrom: Self.start),
                interval: .seconds(60), until: Self.time(minutes), horizon: 30, most: 100)
            #expect(span.began == Self.start)
            #expect(span.times.count <= 100)
            #expect(span.times.last == Self.time(minutes))
            #expect(span.times.first == Self.time(minutes < 100 ? 0 : (minutes - 99 + 29) / 30 * 30))
        }
    }

    // MARK: What is measured once

    private final class Probe: MetricSource {
        let traits = MetricTraits(isRetroactive: false, place: "probe.example.com")
        let count = Mutex(0)

        func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
            count.withLock { $0 += 1 }
            return times.map { Measurement(time: $0, reading: .value(.double(1))) }
        }
    }

    @Test func `what somebody may be measuring just now is not measured again`() async {
        let metric = ClaimedMetric("probe", asking: .missing, in: .inline(1), countsFailures: false)
        func measured(at minutes: Int64) async -> Int {
            let ledger = MeasurementLedger(
                recorded: [metric.key(Self.start): .claimed(by: "another")],
                pen: .init(claim: { _ in true }, record: { _, _ in }))
            let probe = Probe()
            let known = await ledger.measurements(
                of: metric, at: (0...minutes).map(Self.time), from: probe, until: { !$0.isEmpty })
            #expect(known.measurements.count == probe.count.withLock { $0 })
            return known.measurements.count
        }
        #expect(await measured(at: 1) == 0)
        #expect(await measured(at: 4) == 0)
        // Whoever began is not measuring any more.
        #expect(await measured(at: 5) == 1)
    }
}
