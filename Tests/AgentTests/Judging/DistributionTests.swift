import Agent
import Analysis
import Foundation
import Rollouts
import Testing

/// Built-in metrics whose set knows the buckets.
@Suite("Distributions behind the built-in metrics")
struct DistributionTests {
    /// Twenty requests a second on each side, of which so many a second lie in each bucket.
    private struct Shop: SeriesStore {
        /// Up to 0.1 s, up to 0.5 s, above.
        let stable: [Double]
        let canary: [Double]
        var bounds = true

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            let shares = query.query.contains("b\"") ? canary : stable
            if query.query.hasPrefix("bucket"), !bounds { throw MetricFailure(.configuration, "too many samples") }
            func series(_ bound: String, _ rate: Double) -> Series {
                var points: [Series.Point] = []
                var time = query.start
                while time <= query.end {
                    let seconds = time.seconds - DistributionTests.start.seconds + 100_000
                    points.append(.init(time: time, value: (seconds * rate).rounded()))
                    time = time + query.step
                }
                return Series(labels: bound.isEmpty ? [:] : ["le": bound], points: points)
            }
            switch query.query.prefix(4) {
            case "buck":
                return [
                    series("0.1", shares[0]), series("0.5", shares[0] + shares[1]), series("+Inf", shares.reduce(0, +)),
                ]
            case "good": return [series("0.5", shares[0] + shares[1])]
            default: return [series("", shares.reduce(0, +))]
            }
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { DistributionTests.start }
    }

    fileprivate static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func reading(_ shop: Shop, minutes: Int64 = 15, bar: Double? = 0.01) async throws -> AnalysisReading
    {
        let json = """
            {"name": "latency", "noun": "requests slower than 500 ms", "good": "good{s=\\"{{service}}\\"}",
             "total": "total{s=\\"{{service}}\\"}", "bucket": "bucket{s=\\"{{service}}\\"}"}
            """
        let metric = try JSONDecoder().decode(MetricSetDocument.CountMetric.self, from: Data(json.utf8))
        var judging = PlanDocument.Judging()
        judging.maximumRate = bar
        let runner = AnalysisRunner(
            subject: .init(
                stable: MetricSide(namespace: "shop", service: "a"),
                canary: MetricSide(namespace: "shop", service: "b"),
                metrics: [metric], judging: judging),
            sources: MetricSources { _ in shop }, now: start + .seconds(minutes * 60), delay: .zero)
        return await runner.reading(
            for: AnalysisRequest(id: .background, spec: nil, from: start, failuresFrom: start))
    }

    @Test func `a canary that is slower below the bound of the counts fails by its buckets`() async throws {
        let slower = Shop(stable: [15, 5, 0], canary: [8, 12, 0])
        let reading = try await Self.reading(slower)
        #expect(reading.verdict == .fail)
        #expect(reading.sentence.hasPrefix("canary requests are slower than stable's"), "\(reading.sentence)")
        #expect(reading.evidence.first?.metrics.map(\.metric) == ["latency"])
    }

    @Test func `one that is as fast as stable passes, by the counts where they can say so`() async throws {
        let alike = try await Self.reading(Shop(stable: [15, 5, 0], canary: [15, 5, 0]))
        #expect(alike.verdict == .pass)
        #expect(alike.sentence.contains("requests slower than 500 ms"), "\(alike.sentence)")
        // Without a bar nobody can prove anything by counts of nothing: the buckets can.
        let unbarred = try await Self.reading(Shop(stable: [15, 5, 0], canary: [15, 5, 0]), bar: nil)
        #expect(unbarred.verdict == .pass)
        #expect(unbarred.sentence.hasPrefix("canary requests are not slower"), "\(unbarred.sentence)")
        // All in one bucket: only the counts know anything.
        #expect(try await Self.reading(Shop(stable: [20, 0, 0], canary: [20, 0, 0])).verdict == .pass)
    }

    @Test func `counts above the bar fail whatever the buckets say, and alone where there are none`() async throws {
        let broken = Shop(stable: [15, 4.9, 0.1], canary: [10, 5, 5])
        #expect(try await Self.reading(broken).verdict == .fail)
        let alone = try await Self.reading(Shop(stable: [15, 5, 0], canary: [8, 12, 0], bounds: false))
        #expect(alone.verdict == .pass)
        #expect(alone.sentence.contains("requests slower than 500 ms"))
    }
}
