@testable import Analysis
import Support
import Testing

/// Whatever stands in a template, looking at it ends, and says the same again.
@Suite("Looking at damaged metrics")
struct LintRobustnessTests {
    private static let queries = [
        "sum(rate(http_requests_total{code!~\"5..\"}[5m])) / sum(rate(http_requests_total[5m])) * 100",
        "histogram_quantile(0.99, sum by (le) (rate(x_bucket[1h30m] offset 5m)))",
        "max_over_time((a / on (x) group_left (y) b)[30m:1m] @ end()) or vector(0) # so",
    ]
    private static let conditions = [
        "len(result) == 0 || result[0] >= 0.95", "all(result, # < 0.5) && any(result, {# > 0.1})",
        "result.a.b[0] > 5 and not (result.ok ?? false) or isNaN(result.x)",
        "default(result, 0) < 5 ? 1 < 2 : 2 in 1..3",
    ]
    private static let pieces = Array("()[]{}<>=!&|#.,:0159ab \"'`*/-+%?\u{0}é😀") + Array("resultmhsoffset")

    private static func damaged(_ text: String, _ random: inout SplitMix64) -> String {
        var characters = Array(text)
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0..<max(1, characters.count), using: &random)
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where place < characters.count: characters.remove(at: place)
            case 1 where place < characters.count: characters[place] = piece
            case 2: characters = Array(characters[..<min(place, characters.count)])
            default: characters.insert(piece, at: min(place, characters.count))
            }
        }
        return String(characters)
    }

    @Test func `damaged queries and conditions are looked at to the end`() throws {
        var random = SplitMix64(seed: 11)
        var read = 0
        let kinds = ["prometheus", "web", "datadog", "cloudWatch", "loki", "wavefront", "skywalking"]
        for _ in 0..<Soak.count(1000, soaking: 20_000) {
            func pick<Element>(_ elements: [Element]) -> Element {
                elements[Int.random(in: 0..<elements.count, using: &random)]
            }
            let query = Self.damaged(pick(Self.queries), &random)
            let condition = Self.damaged(pick(Self.conditions), &random)
            let metric = LintedMetric(query: query, success: condition) {
                $0.kind = pick(kinds)
                if Bool.random(using: &random) { ($0.success, $0.failure) = (nil, condition) }
            }
            let mode = pick([Expression.Mode.safe, .argo])
            guard let resolved = try? metric.resolved(mode) else { continue }
            read += 1
            let window = pick([nil, .zero, .seconds(600)] as [Duration?])
            let findings = MetricLint(resolved, mode: mode, window: window).findings
            #expect(findings == MetricLint(resolved, mode: mode, window: window).findings)
            let observed = ObservedTraffic(requests: 50, errorRate: 0.04, scrapeInterval: .seconds(15))
            let traffic = TrafficLint(resolved, mode: mode, window: window, observed: observed)
            #expect(traffic.findings.allSatisfy { !$0.message.isEmpty && !$0.hint.isEmpty })
        }
        #expect(read > 200)
    }

    @Test func `conditions that would take long are not tried`() throws {
        let nested = (0..<20).reduce("# > 1") { inner, _ in "all(result, {\(inner)})" }
        let wide = "result[0] in [\((0..<1500).map(String.init).joined(separator: ","))]"
        let ranges = "all(1..900, all(1..900, # > 0)) || result[0] > 1"
        for condition in [nested.replacing("all(result, {# > 1})", with: "result[0] > 1"), wide, ranges] {
            let metric = try LintedMetric(success: condition) { $0.kind = "web" }.resolved()
            let time = ContinuousClock().measure { _ = MetricLint(metric).findings }
            #expect(time < .seconds(5), "\(condition.prefix(20))")
        }
    }
}
