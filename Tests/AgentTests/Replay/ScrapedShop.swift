import Analysis
import Foundation
import Support

/// A history of two hours of an application in which a release began, drawn at random: with pods that are born and go,
/// restarts, and times at which nobody scraped some of them or any.
struct ScrapedShop {
    let namespace: String
    private(set) var pods: [ScrapedPod] = []
    /// When the canary first had traffic.
    let served: Double
    private let trouble: Trouble
    private let troubled: ClosedRange<Double>

    /// What is wrong with a release, if anything.
    enum Trouble: CaseIterable {
        case none, errors, manyErrors, slowness, load, silence
    }

    /// On a multiple of a minute.
    static let beginning = 1_700_000_040.0
    static let end = beginning + 6600
    private static let past = beginning - 1800

    init(_ number: Int, _ random: inout SplitMix64) {
        namespace = "shop-\(number)"
        trouble = Trouble.allCases[number % Trouble.allCases.count]
        served = Self.beginning + (random.uniform() * 60_000).rounded() / 1000
        // From the beginning or not, for good or not.
        let onset = served + (random.oneIn(2) ? 0 : random.uniform() * 3600)
        troubled = onset...(random.oneIn(2) ? Self.end : onset + 300 + random.uniform() * 1200)
        let rate = random.pick([0.2, 1, 5])
        let badShare = random.pick([0.002, 0.01, 0.04])
        let outage = random.oneIn(2) ? [Self.span(120...720, in: Self.past...Self.end, &random)] : []
        let ownBounds = random.oneIn(3)
        func pod(
            _ side: String, _ name: Int, from: Double, to: Double = Self.end, past: Double = 0, crashes: Bool = false,
            _ random: inout SplitMix64
        ) {
            let isCanary = side == "canary"
            let bounds = ["0.1", "0.5", "1", "+Inf"]
            var pod = ScrapedPod(
                "\(namespace)-\(side)-\(name)", of: side,
                bounds: isCanary && ownBounds ? ["0.1", "0.25", "0.5", "1", "+Inf"] : bounds)
            let gaps = random.oneIn(3) ? [Self.span(60...480, in: from...to, &random)] : []
            let restarts = crashes ? 12 : random.oneIn(3) ? Int.random(in: 1...3, using: &random) : 0
            let fate = ScrapedPod.Fate(
                span: from...to, restarts: (0..<restarts).map { _ in from + random.uniform() * (to - from) },
                unseen: outage + gaps, past: past)
            let buckets = pod.bounds.count
            pod.live(fate, &random) { time in
                traffic(at: time, isCanary: isCanary, rate: rate, badShare: badShare, bounds: buckets)
            }
            pods.append(pod)
        }
        for name in 0..<2 {
            let past = (random.uniform() * 1e6).rounded()
            pod("stable", name, from: Self.past, past: past, &random)
        }
        if random.oneIn(2) {
            pod("stable", 2, from: Self.past, to: served + random.uniform() * 3600, past: 7e5, &random)
        }
        if random.oneIn(2) { pod("stable", 3, from: served + random.uniform() * 3600, &random) }
        let crashes = random.oneIn(3)
        for name in 0..<Int.random(in: 1...3, using: &random) {
            pod("canary", name, from: served - 60 + random.uniform() * 90, crashes: crashes, &random)
        }
        if random.oneIn(2) { pod("canary", 4, from: served + random.uniform() * 3000, &random) }
    }

    private static func span(
        _ length: ClosedRange<Double>, in whole: ClosedRange<Double>, _ random: inout SplitMix64
    ) -> ClosedRange<Double> {
        let start = whole.lowerBound + random.uniform() * (whole.upperBound - whole.lowerBound)
        return start...start + Double.random(in: length, using: &random)
    }

    private func traffic(
        at time: Double, isCanary: Bool, rate: Double, badShare: Double, bounds: Int
    ) -> ScrapedPod.Traffic {
        let isTroubled = isCanary && troubled.contains(time)
        let isServing = !isCanary || time >= served && !(isTroubled && trouble == .silence)
        let slow = isTroubled && trouble == .slowness ? 0.35 : 0.1
        let rest = Array(repeating: slow / Double(bounds - 1), count: bounds - 1)
        let bad: Double =
            switch isTroubled ? trouble : .none {
            case .errors: badShare * 3
            case .manyErrors: 0.5
            default: badShare
            }
        return ScrapedPod.Traffic(
            requestsPerSecond: isServing ? rate * (isCanary ? 1 : 3) : 0, badShare: bad, shares: [1 - slow] + rest,
            load: isTroubled && trouble == .load ? 14 : 10)
    }

    func write(to text: inout String) {
        for pod in pods { pod.write(to: &text, namespace: namespace) }
    }

    // MARK: Truth

    /// What was counted on one side by the scrapes that can be seen at some times.
    struct Truth {
        var bad = 0.0
        var total = 0.0
        /// What else was scraped, between those times and before a restart.
        var hiddenBad = 0.0
        var hiddenTotal = 0.0
        /// Whether each restart shows in the sum of the pod's counters, which is all that they can tell.
        var isPlain = true

        /// Adds what processes have counted that ended since a scrape.
        fileprivate mutating func hide(_ scrapes: [ScrapedPod.Scrape], after before: ScrapedPod.Scrape) {
            for (life, scrapes) in Dictionary(grouping: scrapes, by: \.life) {
                guard let counts = scrapes.last?.counts else { continue }
                hiddenBad += counts.allBad - (life == before.life ? before.counts.allBad : 0)
                hiddenTotal += counts.total - (life == before.life ? before.counts.total : 0)
            }
        }
    }

    /// - Parameter context: so many times before the first are looked at, too.
    func truth(of side: String, at times: [Timestamp], context: Int, lookback: Double) -> Truth {
        let interval = times[1].seconds - times[0].seconds
        let all = (1...context).reversed().map { times[0].seconds - interval * Double($0) } + times.map(\.seconds)
        let pods = pods.filter { $0.service == side }
        let first = all.first { time in pods.contains { $0.visible(at: time, lookback: lookback) != nil } } ?? .infinity
        var truth = Truth()
        for pod in pods {
            var before: ScrapedPod.Scrape?
            for time in all {
                guard let scrape = pod.visible(at: time, lookback: lookback) else { continue }
                defer { before = scrape }
                var counted = before.flatMap { $0.life == scrape.life ? $0.counts : nil }
                if before == nil, time == first { counted = scrape.counts }
                guard time > times[0].seconds else { continue }
                if let before, before.life != scrape.life {
                    truth.isPlain = truth.isPlain && scrape.counts.isLess(than: before.counts)
                    truth.hide(pod.scrapes.filter { $0.time > before.time && $0.life < scrape.life }, after: before)
                }
                truth.bad += scrape.counts.allBad - (counted?.allBad ?? 0)
                truth.total += scrape.counts.total - (counted?.total ?? 0)
            }
        }
        return truth
    }
}

extension ScrapedPod.Counts {
    /// Whether these counts show that they are of another life: no code has reached what it had, and all codes together
    /// are far from it.
    fileprivate func isLess(than before: Self) -> Bool {
        bad.allSatisfy { $0.value == 0 || $0.value < before.bad[$0.key, default: 0] } && good + allBad < before.good
    }
}
