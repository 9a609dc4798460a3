import Analysis
import Foundation
import Testing

@Suite("Verdicts")
struct VerdictTests {
    @Test(
        "a stage's verdict from its metrics', before and at the deadline",
        arguments: [
            ([.pass, .pass], .pass, .pass), ([.pass, .needsMoreData], .needsMoreData, .inconclusive),
            ([.pass, .inconclusive], .inconclusive, .inconclusive),
            ([.needsMoreData, .inconclusive], .needsMoreData, .inconclusive), ([.unknown, .pass], .unknown, .unknown),
            ([.error, .unknown], .error, .error),
            ([.fail, .error, .unknown, .needsMoreData], .fail, .fail), ([], .pass, .pass),
        ] as [([Verdict], Verdict, Verdict)])
    func fold(_ verdicts: [Verdict], _ before: Verdict, _ after: Verdict) {
        #expect(Verdict.folding(verdicts, isPastDeadline: false) == before)
        #expect(Verdict.folding(verdicts, isPastDeadline: true) == after)
        #expect(Verdict.folding(verdicts.reversed(), isPastDeadline: true) == after)
    }

    @Test("nothing passes before the minimum window, but a failure is one at once")
    func soak() {
        #expect(Verdict.folding([.pass], isSoaked: false, isPastDeadline: false) == .needsMoreData)
        #expect(Verdict.folding([.fail, .pass], isSoaked: false, isPastDeadline: false) == .fail)
    }

    @Test("a dry run decides nothing")
    func dryRun() {
        let window = Window(start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 600_000))
        let metrics = [Verdict.fail, .pass].map {
            MetricEvidence(
                metric: $0.rawValue, verdict: $0, isDryRun: $0 == .fail, sentence: "",
                counts: .init(good: 1, bad: 0, undecided: 0), window: window)
        }
        #expect(Evidence.verdict(of: metrics, isPastDeadline: false) == .pass)
    }

    @Test("a pass is fresh for two intervals and the backend's delay")
    func freshness() {
        let decided = Timestamp(milliseconds: 0)
        func isFresh(_ seconds: Int) -> Bool {
            Verdict.isFresh(
                decidedAt: decided, now: decided + .seconds(seconds), interval: .seconds(60), delay: .seconds(30))
        }
        #expect(isFresh(150))
        #expect(!isFresh(151))
    }

    @Test("evidence survives the way to a note and back")
    func coding() throws {
        let window = Window(start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 600_500))
        let evidence = Evidence(
            window: window, verdict: .pass,
            metrics: [
                MetricEvidence(
                    metric: "latency-p99", verdict: .pass, sentence: "fine", value: "212 ms", condition: "<= 500 ms",
                    baseline: "208 ms",
                    counts: .init(good: 10, bad: 0, undecided: 0), window: window)
            ])
        let data = try JSONEncoder().encode(evidence)
        #expect(String(decoding: data, as: UTF8.self).contains("1970-01-01T00:10:00.500Z"))
        #expect(try JSONDecoder().decode(Evidence.self, from: data) == evidence)
    }

    @Test(
        "numbers as people read them",
        arguments: [
            (0.998_72, "0.9987"), (212.0, "212"), (212.34, "212.3"), (12_345.67, "12346"), (0.000_123_44, "0.0001234"),
            (0, "0"), (-1.5, "-1.5"), (.nan, "NaN"),
            (1e300, "1e+300"), (-.infinity, "-Inf"), (0.1 + 0.2, "0.3"),
        ] as [(Double, String)])
    func numbers(_ value: Double, _ text: String) {
        #expect(Readable.number(value) == text)
    }

    @Test("counts and spans as people read them")
    func counts() {
        #expect(Readable.count(81_400) == "81,400")
        #expect(Readable.count(999) == "999")
        #expect(Readable.line(of: "sum(good)\n  / sum(all)\n") == "sum(good) / sum(all)")
        #expect(Readable.count(-1_234_567.4) == "-1,234,567")
        #expect(Readable.span(.seconds(420)) == "7 minutes")
        #expect(Readable.span(.seconds(3660)) == "1 hour 1 minute")
        #expect(Readable.span(.zero) == "0 seconds")
    }
}
