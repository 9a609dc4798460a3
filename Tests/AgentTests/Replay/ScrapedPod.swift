import Foundation
import Support

/// One pod of an application that counts its requests, and what a Prometheus has seen of it by scraping every fifteen
/// seconds.
struct ScrapedPod {
    /// One scrape that succeeded.
    ///
    /// Counters begin anew with each life of the pod's process.
    struct Scrape {
        let time: Double
        let life: Int
        let counts: Counts
        let load: Double
    }

    /// What a life has counted so far.
    struct Counts {
        var good = 0.0
        /// By status code.
        var bad = ["500": 0.0, "503": 0.0]
        /// Requests by the first bound that they are below.
        var buckets: [Double]

        var allBad: Double { bad.values.reduce(0, +) }
        var total: Double { good + allBad }
    }

    /// What a pod is asked to do at one time.
    struct Traffic {
        var requestsPerSecond: Double
        var badShare: Double
        /// The share of requests in each bucket.
        var shares: [Double]
        var load: Double
    }

    let service: String
    let name: String
    let bounds: [String]
    private(set) var scrapes: [Scrape] = []
    /// What happened, scraped or not: bad requests by the time at which they did.
    private(set) var errors: [Double] = []

    static let scrapeInterval = 15.0

    init(_ name: String, of service: String, bounds: [String]) {
        self.name = name
        self.service = service
        self.bounds = bounds
    }

    /// How a pod has lived.
    struct Fate {
        var span: ClosedRange<Double>
        var restarts: [Double]
        var unseen: [ClosedRange<Double>]
        /// How many requests its counters have when it is first seen: of a pod that is older than the history.
        var past: Double
    }

    mutating func live(_ fate: Fate, _ random: inout SplitMix64, _ traffic: (Double) -> Traffic) {
        var life = 0
        var counts = Counts(buckets: Array(repeating: 0, count: bounds.count))
        counts.buckets[0] = fate.past
        counts.good = (fate.past * 0.98).rounded()
        counts.bad["500"] = fate.past - counts.good
        var restarts = fate.restarts.sorted()[...]
        var time = fate.span.lowerBound + random.uniform() * Self.scrapeInterval
        while time <= fate.span.upperBound {
            if let restart = restarts.first, restart <= time {
                restarts = restarts.dropFirst()
                life += 1
                counts = Counts(buckets: Array(repeating: 0, count: bounds.count))
                time += 5 + (random.uniform() * 60).rounded()
                continue
            }
            let asked = traffic(time)
            serve(asked, &counts, &random, at: time)
            if !fate.unseen.contains(where: { $0.contains(time) }) {
                let load = random.oneIn(40) ? .nan : asked.load + random.normal()
                scrapes.append(Scrape(time: (time * 1000).rounded() / 1000, life: life, counts: counts, load: load))
            }
            time += Self.scrapeInterval
        }
    }

    private mutating func serve(
        _ traffic: Traffic, _ counts: inout Counts, _ random: inout SplitMix64, at time: Double
    ) {
        let requests = traffic.requestsPerSecond * Self.scrapeInterval
        var total = 0.0
        for (index, share) in traffic.shares.enumerated() {
            let count = random.poisson(requests * share)
            counts.buckets[index] += count
            total += count
        }
        let bad = min(total, random.poisson(total * traffic.badShare))
        let first = (0..<Int(bad)).reduce(0.0) { sum, _ in sum + (random.oneIn(3) ? 0 : 1) }
        counts.bad["500", default: 0] += first
        counts.bad["503", default: 0] += bad - first
        counts.good += total - bad
        errors += Array(repeating: time, count: Int(bad))
    }

    // MARK: OpenMetrics

    /// Writes all scrapes; a series begins when it first has something to say.
    func write(to text: inout String, namespace: String) {
        let labels =
            #"job="shop",namespace="\#(namespace)",service="\#(service)",pod="\#(name)",instance="\#(name):8080""#
        func write(_ series: String, _ value: (Scrape) -> Double?) {
            for scrape in scrapes {
                guard let value = value(scrape) else { continue }
                let number = value.isNaN ? "NaN" : value == value.rounded() ? "\(Int(value))" : "\(value)"
                text += "\(series) \(number) \(Self.text(scrape.time))\n"
            }
        }
        write("http_requests_total{\(labels),code=\"200\"}") { $0.counts.good }
        for code in ["500", "503"] {
            write("http_requests_total{\(labels),code=\"\(code)\"}") { scrape in
                scrape.counts.bad[code].flatMap { $0 > 0 ? $0 : nil }
            }
        }
        for (index, bound) in bounds.enumerated() {
            write("http_request_duration_seconds_bucket{\(labels),le=\"\(bound)\"}") { scrape in
                scrape.counts.buckets[...index].reduce(0, +)
            }
        }
        write("http_request_duration_seconds_count{\(labels)}") { $0.counts.buckets.reduce(0, +) }
        write("load{\(labels)}") { $0.load }
    }

    /// Without an exponent.
    private static func text(_ time: Double) -> String {
        let milliseconds = Int((time * 1000).rounded())
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    // MARK: Truth

    /// What a question for a time finds: the newest scrape, if it is no older than the store looks back.
    func visible(at time: Double, lookback: Double) -> Scrape? {
        guard let scrape = scrapes.last(where: { $0.time <= time }), scrape.time > time - lookback else { return nil }
        return scrape
    }
}
