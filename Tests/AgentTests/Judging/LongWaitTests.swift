import Agent
import Analysis
import Manifests
import Rollouts
import Testing

/// A stage that waits for days, judged by a service that is asked about each time by itself.
@Suite("Analyses of stages that last for days")
struct LongWaitTests {
    /// Refuses to be asked about more times than it says, as the real ones do; bad in the last minutes where it is told.
    private struct Service: MetricSource {
        var isBadAfter = Int64.max
        let traits = MetricTraits(isRetroactive: true, delay: .zero, place: "metrics.example.com", mostTimes: 100)

        func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
            guard times.count <= 100 else { throw MetricFailure(.configuration, "\(times.count) are too many") }
            return times.map { time in
                let minute = (time - LongWaitTests.start).milliseconds / 60_000
                let values: [Double] = [minute > isBadAfter ? 9 : 1]
                return Measurement(time: time, reading: .value(.vector(values)))
            }
        }
    }

    fileprivate static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func reading(
        _ metric: String, after minutes: Int64, from service: Service, as id: AnalysisRequest.ID = .inline(1),
        _ adjust: (inout AnalysisSpec) -> Void = { _ in }
    ) async -> AnalysisReading {
        let template = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: rate}
            spec:
              metrics:
              - {name: rate, provider: {influxdb: {}}, \(metric)}

            """
        let documents = DocumentReader.read(
            Tree(files: [".headgate/rollouts/rate.yaml": template]), shipped: Bakery.shipped)
        let side = MetricSide(namespace: "bakery", service: "bread")
        let runner = AnalysisRunner(
            subject: .init(stable: side, canary: side, templates: documents.templates),
            sources: MetricSources(
                store: { _ throws(MetricFailure) in throw MetricFailure(.configuration, "there is none") },
                source: { _ throws(MetricFailure) in service }),
            now: start + .seconds(60 * minutes), delay: .zero)
        var spec = AnalysisSpec(templates: [.init(templateName: "rate")])
        adjust(&spec)
        return await runner.reading(for: AnalysisRequest(id: id, spec: spec, from: start, failuresFrom: start))
    }

    private static let days: Int64 = 3 * 24 * 60

    @Test(
        "conditions pass as before, and fail by the newest time",
        arguments: [
            ("interval: 1m, count: 5", AnalysisRequest.ID.inline(1), true), ("count: 1", .inline(1), true),
            ("interval: 1m", .background, false),
        ])
    func conditions(_ limits: String, _ id: AnalysisRequest.ID, _ isDecided: Bool) async {
        let metric = limits + ", successCondition: \"result[0] < 5\""
        let early = await Self.reading(metric, after: 20, from: Service(), as: id)
        let late = await Self.reading(metric, after: Self.days, from: Service(), as: id)
        #expect(early.verdict == .pass, "\(early.sentence)")
        #expect(late.verdict == .pass, "\(late.sentence)")
        #expect((late.completedAt != nil) == isDecided)
        #expect(late.completedAt == early.completedAt)
        let bad = await Self.reading(metric, after: Self.days, from: Service(isBadAfter: Self.days - 20), as: id)
        #expect(bad.verdict == .fail, "\(bad.sentence)")
    }

    @Test(
        "so do judges that look back",
        arguments: [
            "judge: {compare: {canary: canary, stable: stable}}, count: 10",
            "judge: {confident: {bar: 0.5, canary: {bad: \"0\", total: total}}}",
        ])
    func judges(_ judge: String) async {
        let late = await Self.reading("interval: 1m, \(judge)", after: Self.days, from: Service())
        #expect(![.error, .unknown].contains(late.verdict), "\(late.sentence)")
    }

    @Test func `so do Flagger's checks`() async {
        func reading(_ minutes: Int64, _ service: Service = Service()) async -> AnalysisReading {
            await Self.reading("count: 1", after: minutes, from: service, as: .background) { spec in
                spec.templates = []
                spec.metrics = [FlaggerMetric(name: "rate", thresholdRange: .init(max: 5), query: "rate")]
            }
        }
        #expect(await reading(20).verdict == .pass)
        #expect(await reading(Self.days).verdict == .pass)
        #expect(await reading(Self.days, Service(isBadAfter: Self.days - 5)).verdict == .fail)
    }
}
