import Agent
import Analysis
import Foundation
import Rollouts
import Support
import Testing

/// A verdict is a function of the history and of the time at which somebody looks, whoever has looked before.
@Suite("Replaying analyses from a real Prometheus", .enabled(if: ScrapedHistory.isPossible))
struct ReplayTests {
    /// One agent that watches one analysis, at times of its own.
    private struct Watch {
        let shop: ScrapedShop
        let analysis: ReplayedAnalysis
        var ticks: [Timestamp]
        var readings: [(now: Timestamp, reading: AnalysisReading)] = []
        /// When the analysis had failed by what a store said that did not answer everything.
        var failures: [Timestamp] = []

        init(_ shop: ScrapedShop, _ analysis: ReplayedAnalysis, _ random: inout SplitMix64) {
            self.shop = shop
            self.analysis = analysis
            ticks = []
            // A busy agent, one that looks now and then, and one that is away for long.
            let pace = random.pick([30.0, 240, 900])
            var time = shop.served + random.uniform() * 120
            while time < ScrapedShop.end, ticks.count < 14 {
                ticks.append(Timestamp(seconds: (time * 1000).rounded() / 1000))
                time += random.oneIn(6) ? 1200 + random.uniform() * 2400 : pace * (0.2 + random.uniform())
            }
            ticks.append(Timestamp(seconds: ScrapedShop.end))
        }

        var name: String { "\(shop.namespace), \(analysis.name)" }

        mutating func tick(_ now: Timestamp, _ store: any SeriesStore, _ random: inout SplitMix64) async {
            let isDown = random.oneIn(6)
            let unreliable = UnreliableStore(
                store, until: now - ReplayedAnalysis.delay,
                answers: isDown ? Int.random(in: 0...4, using: &random) : .max)
            let reading = await analysis.reading(at: now, from: unreliable)
            #expect(unreliable.late == [], "\(name): asked about the future")
            if unreliable.hasFailed {
                // One metric may fail the release by itself, and nothing that was not asked passes it.
                #expect([.unknown, .fail].contains(reading.verdict), "\(name): \(reading.sentence)")
                if reading.verdict == .fail { failures.append(now) }
            } else {
                readings.append((now, reading))
            }
        }
    }

    private static func watches(_ shops: [ScrapedShop], _ random: inout SplitMix64) throws -> [Watch] {
        typealias Analysis = ReplayedAnalysis
        return try shops.flatMap { shop in
            let kinds = [
                try Analysis.builtIn(shop, isPromoted: false, &random),
                try Analysis.builtIn(shop, isPromoted: true, &random),
                Analysis.template(
                    "conditions", shop, &random,
                    [Analysis.threshold("one", &random), Analysis.threshold("two", &random), Analysis.once("once")]),
                Analysis.template(
                    "endless conditions", shop, id: .background, &random,
                    [Analysis.threshold("one", isEndless: true, &random)]),
                Analysis.template(
                    "counts", shop, id: random.pick([.background, .inline(1)]), &random,
                    [Analysis.sequential("errors", &random), Analysis.confident("bar", &random)]),
                Analysis.template(
                    "fine counts", shop, &random,
                    [
                        Analysis.sequential("errors", interval: "10s", &random)
                    ]),
                Analysis.template(
                    "histograms", shop, &random,
                    [Analysis.histogram("latency", &random), Analysis.threshold("one", &random)]),
                Analysis.template("comparison", shop, &random, [Analysis.compare("load", &random)]),
                Analysis.template(
                    "score", shop, spec: "score: {pass: 90, marginal: 60}", &random,
                    [Analysis.compare("load", &random), Analysis.compare("same", &random)]),
            ]
            return kinds.map { Watch(shop, $0, &random) }
        }
    }

    @Test(arguments: 0..<Soak.count(2, soaking: 20))
    func `a verdict is the same whoever looked when`(seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed) &+ 20_231_114)
        let shops = (0..<6).map { ScrapedShop($0, &random) }
        var text = ""
        for shop in shops { shop.write(to: &text) }
        let history = try ScrapedHistory(text + "# EOF\n")
        var watches = try Self.watches(shops, &random)

        let url = try await history.serve { server in
            let store = try await RealStore.ready(server)
            for index in watches.indices {
                let ticks = watches[index].ticks
                for now in ticks.prefix(ticks.count / 2) { await watches[index].tick(now, store, &random) }
            }
            return server.url
        }
        // Nobody listens there now.
        for watch in watches {
            let gone = UnreliableStore(RealStore.store(url), until: Timestamp(seconds: ScrapedShop.end))
            let reading = await watch.analysis.reading(at: watch.ticks[watch.ticks.count / 2], from: gone)
            // Before there is anything to measure nobody is asked.
            let verdict: Verdict = gone.questions > 0 ? .unknown : .needsMoreData
            #expect(reading.verdict == verdict, "\(watch.name): \(reading.sentence)")
        }
        try await history.serve { server in
            let store = try await RealStore.ready(server)
            for index in watches.indices {
                let ticks = watches[index].ticks
                for now in ticks.dropFirst(ticks.count / 2) { await watches[index].tick(now, store, &random) }
                try await Self.replay(watches[index], store, &random)
            }
        }
        for watch in watches { Self.check(watch) }
    }

    /// Somebody who looks for the first time finds what those have found who have been looking all along.
    private static func replay(_ watch: Watch, _ store: any SeriesStore, _ random: inout SplitMix64) async throws {
        let last = try #require(watch.readings.last, "\(watch.name): the store was always away")
        for (now, reading) in [last, random.pick(watch.readings)] {
            #expect(await watch.analysis.reading(at: now, from: store) == reading, "\(watch.name) at \(now.rfc3339)")
        }
    }

    /// Nothing that has failed passes later, and nothing has passed at two times.
    private static func check(_ watch: Watch) {
        let failed = watch.readings.first { $0.reading.verdict == .fail }
        let passed = watch.readings.first { $0.reading.verdict == .pass }
        if let known = watch.failures.first {
            for (now, reading) in watch.readings where now >= known {
                #expect(reading.verdict == .fail, "\(watch.name) at \(now.rfc3339): \(reading.sentence)")
            }
        }
        for (now, reading) in watch.readings {
            let story = "\(watch.name) at \(now.rfc3339): \(reading.verdict), \(reading.sentence)"
            #expect(reading.verdict != .unknown && reading.verdict != .error, "\(story)")
            if let failed, now >= failed.now {
                #expect(reading.verdict == .fail, "\(story), before that \(failed.reading.sentence)")
                #expect(reading.sentence == failed.reading.sentence, "\(story)")
                #expect(reading.completedAt == failed.reading.completedAt, "\(story)")
            }
            if let passed, reading.verdict == .pass {
                #expect(reading.completedAt == passed.reading.completedAt, "\(story)")
            }
        }
    }
}
