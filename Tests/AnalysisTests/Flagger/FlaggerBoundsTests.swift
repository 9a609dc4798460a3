import Analysis
import Testing

@Suite("The range of a Flagger metric")
struct FlaggerBoundsTests {
    private static func bounds(_ metric: FlaggerMetric) -> FlaggerBounds {
        FlaggerBounds(metric, source: metric.sources[0])
    }

    @Test(
        "bounds belong to the range",
        arguments: [
            (99.0, true), (98.999, false), (100, true), (-.infinity, false), (.infinity, true),
        ])
    func inclusive(value: Double, isAdmitted: Bool) {
        let rate = FlaggerMetric(name: "request-success-rate", thresholdRange: .init(min: 99))
        #expect(Self.bounds(rate).admit(value) == isAdmitted)
        let both = FlaggerMetric(name: "x", thresholdRange: .init(min: 99, max: 100), query: "up")
        #expect(Self.bounds(both).admit(value) == (isAdmitted && value <= 100))
    }

    @Test(
        "milliseconds are compared whole, and what no duration can hold is 0",
        arguments: [
            (500.0, true), (500.999, true), (501, false), (0, true), (-1, true), (.infinity, true), (1e300, true),
            (9_223_372_036_854, false),
        ])
    func milliseconds(value: Double, isAdmitted: Bool) {
        for most in [500, 500.7] {
            let metric = FlaggerMetric(name: "request-duration", thresholdRange: .init(max: most))
            #expect(Self.bounds(metric).admit(value) == isAdmitted, "\(value) <= \(most)")
        }
        // A bound of half a millisecond is one of 0.
        let seconds = FlaggerMetric(name: "request-duration", thresholdRange: .init(max: 0.5))
        #expect(Self.bounds(seconds).admit(0.9))
        #expect(!Self.bounds(seconds).admit(1))
    }

    @Test("the deprecated threshold is the least success rate and the most of everything else")
    func threshold() {
        let rate = Self.bounds(FlaggerMetric(name: "request-success-rate", threshold: 99))
        #expect(rate.admit(99) && rate.admit(100) && !rate.admit(98.9))
        let duration = Self.bounds(FlaggerMetric(name: "request-duration", threshold: 500))
        #expect(duration.admit(500.9) && duration.admit(0) && !duration.admit(501))
        let other = Self.bounds(FlaggerMetric(name: "errors", threshold: 5, query: "up"))
        #expect(other.admit(5) && !other.admit(5.01))
        // It counts only without a range.
        let both = Self.bounds(
            FlaggerMetric(name: "errors", thresholdRange: .init(max: 10), threshold: 5, query: "up"))
        #expect(both.admit(10) && !both.admit(10.1))
        // What is named like a metric of Flagger's own and asked by a template is no success rate.
        let metric = FlaggerMetric(name: "request-success-rate", threshold: 99, templateRef: .init(name: "t"))
        let template = FlaggerBounds(metric, source: metric.sources[1])
        #expect(template.admit(1) && !template.admit(100))
    }

    @Test("without any bound every value above 0 fails, and every success rate passes")
    func boundless() {
        let other = Self.bounds(FlaggerMetric(name: "errors", query: "up"))
        #expect(other.admit(0) && other.admit(-1) && !other.admit(0.001))
        let duration = Self.bounds(FlaggerMetric(name: "request-duration"))
        #expect(duration.admit(0.9) && !duration.admit(1))
        #expect(Self.bounds(FlaggerMetric(name: "request-success-rate")).admit(0))
        let empty = Self.bounds(FlaggerMetric(name: "errors", thresholdRange: .init(), query: "up"))
        #expect(empty.admit(1e9) && empty.summary == nil)
    }

    @Test("bounds and values are read with their units")
    func words() {
        let rate = Self.bounds(FlaggerMetric(name: "request-success-rate", thresholdRange: .init(min: 99)))
        #expect(rate.summary == ">= 99 %")
        #expect(rate.readable(98.7654) == "98.77 %")
        let duration = Self.bounds(FlaggerMetric(name: "request-duration", thresholdRange: .init(min: 1, max: 500)))
        #expect(duration.summary == ">= 1 ms and <= 500 ms")
        #expect(duration.readable(212.9) == "212 ms")
        #expect(FlaggerBounds(maximum: 0.5).readable(.infinity) == "+Inf")
    }
}
