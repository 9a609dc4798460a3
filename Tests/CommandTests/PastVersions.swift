import Analysis
import Support

/// The requests of an application that is released every two hours: the new version has a tenth of the traffic beside the
/// old one for half an hour, then all of it.
///
/// Three of the forty-one versions fail more often than the one before, until somebody has helped.
enum PastVersions {
    private static let first = Timestamp(rfc3339: "2025-11-02T00:00:00Z") ?? Timestamp(seconds: 0)
    private static let count = 41
    private static let every = 120
    private static let beside = 30
    private static let rate = 0.004
    /// How much larger the share of failed requests is, by the number of the version.
    private static let troubles = [9: 0.02, 23: 0.25, 37: 0.01]

    static let end = (first + .seconds(60 * every * count)).rfc3339
    /// When the worst of them has been served for a while.
    static let trouble = (first + .seconds(60 * (every * 23 + 20))).rfc3339
    static let worst = (version: name(23), before: name(22))

    private static func name(_ number: Int) -> String { "v1.\(number).0" }

    /// In the OpenMetrics format: all requests of each minute by version and code.
    static let text: String = {
        var random = SplitMix64(seed: 40)
        // What each version serves beside the one before it, and that one beside it.
        let besides = (0...count).map { number in
            var scenario = ErrorScenario("beside", rate: rate)
            scenario.added = troubles[number] ?? 0
            return scenario.draw(beside, requestsPerSecond: 10, &random)
        }
        var lines: [String] = []
        for number in 0..<count {
            let alone = ErrorScenario("alone", rate: rate).draw(every - beside, requestsPerSecond: 10, &random)
            let served =
                besides[number].map { ($0.canaryTotal, $0.canaryBad) }
                + (alone + besides[number + 1]).map { ($0.baselineTotal, $0.baselineBad) }
            var (total, bad) = (0.0, 0.0)
            for (minute, requests) in served.enumerated() {
                let time = first + .seconds(60 * (every * number + minute))
                total += requests.0
                bad += requests.1
                for (code, value) in [("200", total - bad), ("500", bad)] {
                    lines.append(
                        "http_requests_total{app=\"checkout\",version=\"\(name(number))\",code=\"\(code)\"} "
                            + "\(Int(value)) \(time.milliseconds / 1000)")
                }
            }
        }
        return "# TYPE http_requests counter\n" + lines.joined(separator: "\n") + "\n# EOF\n"
    }()
}
