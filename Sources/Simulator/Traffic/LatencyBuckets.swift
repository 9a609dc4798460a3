import Glibc

/// The bounds of the latency histogram, and the share of a log-normal latency that falls in each bucket.
enum LatencyBuckets {
    /// Upper bounds in seconds; a last bucket without one follows.
    static let bounds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2.5, 5, 10,
    ]

    /// The probability of each bucket, the one without bound last.
    static func shares(median: Double, sigma: Double) -> [Double] {
        var shares: [Double] = []
        var below = 0.0
        for bound in bounds {
            let cumulated = distribution(bound, median: median, sigma: sigma)
            shares.append(cumulated - below)
            below = cumulated
        }
        return shares + [max(0, 1 - below)]
    }

    /// A latency that stands for all in a bucket: the geometric mean of its bounds, within the last the bound below it.
    static func representative(_ bucket: Int) -> Double {
        guard bucket < bounds.count else { return bounds[bounds.count - 1] }
        let lower = bucket == 0 ? bounds[0] / 4 : bounds[bucket - 1]
        return (lower * bounds[bucket]).squareRoot()
    }

    private static func distribution(_ latency: Double, median: Double, sigma: Double) -> Double {
        guard median > 0 else { return 1 }
        guard sigma > 0 else { return latency >= median ? 1 : 0 }
        return 0.5 * erfc(-(log(latency) - log(median)) / (sigma * 2.0.squareRoot()))
    }
}
