import Agent
import Analysis
import Metrics
import Rollouts
import Support
import Testing

/// What raw counters tell of what has happened.
@Suite("Counting from a real Prometheus", .enabled(if: ScrapedHistory.isPossible))
struct CountingTests {
    /// Sums over the whole time.
    private struct Counts: Equatable {
        var bad = 0.0
        var total = 0.0
    }

    /// Of the canary and of stable, from the evidence of a reading: lines such as `1 of 1,200 against 54 of 10,800`.
    private static func counted(_ reading: AnalysisReading) -> [Counts] {
        var sums = [Counts(), Counts()]
        for point in reading.evidence.first?.metrics.first?.measurements ?? [] {
            let sides = point.text.replacing(",", with: "").split(separator: " against ")
            for (index, side) in sides.enumerated() {
                let numbers = side.split(separator: " of ").compactMap { Double($0) }
                sums[index].bad += numbers[0]
                sums[index].total += numbers[1]
            }
        }
        return sums
    }

    @Test(
        "what is counted is what happened, as far as scrapes can show it, in stores that look back for long or not",
        arguments: [20, 300])
    func counts(lookback: Int) async throws {
        var random = SplitMix64(seed: 42)
        let shops = (0..<Soak.count(16, soaking: 100)).map { ScrapedShop($0, &random) }
        let analyses = shops.map { ReplayedAnalysis.template("counts", $0, &random, [ReplayedAnalysis.errors]) }
        var text = ""
        for shop in shops { shop.write(to: &text) }
        try await ScrapedHistory(text + "# EOF\n").serve(lookback: .seconds(lookback)) { server in
            let store = try await RealStore.ready(server)
            var (plain, sum, all) = (0, Counts(), Counts())
            for (shop, analysis) in zip(shops, analyses) {
                let end = Timestamp(seconds: ScrapedShop.end)
                let found = Self.counted(await analysis.reading(at: end, from: store))
                let times = MeasurementGrid(liveAt: analysis.request.servedSince, interval: .seconds(60))
                    .times(until: end - ReplayedAnalysis.delay)
                for (side, counts) in zip(["canary", "stable"], found) {
                    let truth = shop.truth(of: side, at: times, context: 5, lookback: Double(lookback))
                    let story = "\(side) of \(shop.namespace): \(counts), truth \(truth)"
                    // A restart that nothing shows hides what was counted before it, and adds nothing.
                    #expect(counts.bad <= truth.bad + truth.hiddenBad, "\(story)")
                    #expect(counts.total <= truth.total + truth.hiddenTotal, "\(story)")
                    // What a store keeps for minutes may hide what is as high again, and show what was counted last.
                    if truth.isPlain, lookback < 60 {
                        #expect(counts == Counts(bad: truth.bad, total: truth.total), "\(story)")
                    }
                    plain += truth.isPlain ? 1 : 0
                    sum = Counts(bad: sum.bad + counts.bad, total: sum.total + counts.total)
                    all = Counts(bad: all.bad + truth.bad, total: all.total + truth.total)
                }
            }
            #expect(plain > shops.count)
            #expect(sum.bad > 0.98 * all.bad && sum.total > 0.98 * all.total)
        }
    }

    @Test func `increase loses most of the errors of a new canary, whose series begin with them`() async throws {
        var random = SplitMix64(seed: 7)
        var text = ""
        var happened = 0
        for number in 0..<12 {
            var pod = ScrapedPod("new-\(number)", of: "canary", bounds: ["0.5", "+Inf"])
            let fate = ScrapedPod.Fate(
                span: ScrapedShop.beginning...ScrapedShop.end, restarts: [], unseen: [], past: 0)
            pod.live(fate, &random) { _ in
                .init(requestsPerSecond: 0.1, badShare: 0.003, shares: [0.9, 0.1], load: 1)
            }
            happened += pod.errors.count
            pod.write(to: &text, namespace: "new")
        }
        try await ScrapedHistory(text + "# EOF\n").serve { server in
            let store = try await RealStore.ready(server)
            let beginning = Timestamp(seconds: ScrapedShop.beginning)
            let times = MeasurementGrid(liveAt: beginning, interval: .seconds(60))
                .times(until: Timestamp(seconds: ScrapedShop.end))
            func series(_ query: String) async throws -> [Series] {
                try await store.range(
                    RangeQuery(
                        query: query, start: times[0], end: times[times.count - 1], step: .seconds(60)))
            }
            let errors = #"http_requests_total{namespace="new",code=~"5.."}"#
            let all = #"http_requests_total{namespace="new"}"#
            let counted = Counters.increments(of: try await series(errors), beside: try await series(all), at: times)
                .reduce(0, +)
            let increased = try await series("sum(increase(\(errors)[1m]))").flatMap(\.points).map(\.value)
                .filter(\.isFinite).reduce(0, +)
            // Those of the first minute are before the first time at which anything is seen.
            #expect(counted >= Double(happened - 2) && counted <= Double(happened))
            #expect(increased < counted / 2)
        }
    }
}
