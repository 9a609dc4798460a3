import Analysis
import Support
import Testing

@Suite("The compare judge as Kayenta's")
struct KayentaModeTests {
    private static func judge(
        _ canary: [Double], _ baseline: [Double], _ change: (inout CompareSettings) -> Void = { _ in }
    ) -> CompareOutcome {
        var settings = CompareSettings()
        settings.mode = .kayenta
        change(&settings)
        return CompareJudge(metric: "latency", settings: settings).judge(canary: canary, baseline: baseline)
    }

    private static let canary: [Double] = [42, 44, 43, 51, 47, 49, 45, 46, 48, 50]
    private static let baseline: [Double] = [12, 14, 13, 21, 17, 19, 15, 16, 18, 20]

    @Test("a side without data", arguments: [([], baseline), (canary, []), ([], []), ([.nan], baseline)])
    func noData(_ canary: [Double], _ baseline: [Double]) {
        #expect(Self.judge(canary, baseline).classification == .noData)
        #expect(!Self.judge(canary, baseline).isCriticalFailure)
        #expect(Self.judge(canary, baseline).deviation == 1)
        let critical = Self.judge(canary, baseline) {
            $0.isCritical = true
            $0.mustHaveData = true
        }
        #expect((critical.classification, critical.isCriticalFailure) == (.noData, true))
        let required = Self.judge(canary, baseline) { $0.mustHaveData = true }
        #expect((required.classification, required.verdict) == (.missingRequired, .fail))
        if !canary.contains(where: \.isNaN) {
            let replaced = Self.judge(canary, baseline) { $0.nanStrategy = .replace }
            #expect((replaced.classification, replaced.deviation) == (.pass, 1))
        }
    }

    @Test("identical sides pass without a test, in whatever order")
    func identical() {
        let outcome = Self.judge(Self.baseline.reversed(), Self.baseline)
        #expect((outcome.classification, outcome.reason, outcome.deviation) == (.pass, .identical, 1))
        #expect(Self.judge([3, 3, 3], [3]).reason == .identical)
    }

    @Test("one point on each side is an error, which the score does not see")
    func allTied() {
        let outcome = Self.judge([1], [2])
        #expect((outcome.classification, outcome.reason) == (.error, .allTied))
        #expect(outcome.verdict == .needsMoreData)
        let score = CompareScoring().score([outcome])
        #expect((score.summary, score.classification) == (100, .pass))
    }

    @Test("constant sides that differ get noise, the same each time")
    func noise() throws {
        let (canary, baseline) = ([Double](repeating: 30, count: 6), [Double](repeating: 10, count: 6))
        let outcome = Self.judge(canary, baseline)
        #expect((outcome.classification, outcome.hasNoise) == (.high, true))
        #expect(outcome == Self.judge(canary, baseline))
        #expect(abs(try #require(outcome.shift?.estimate) - 20) < 0.002)
        #expect(abs(try #require(outcome.deviation) - 3) < 0.001)
        #expect(outcome.canary.summary.deviation == 0)
        let zero = Self.judge(canary, [0, 0, 0, 0, 0])
        #expect((zero.classification, zero.effectSize, zero.deviation) == (.high, nil, nil))
        // A ratio of negative means is small where the canary is the higher one.
        let negative = Self.judge(baseline.map { -$0 }, canary.map { -$0 })
        #expect((negative.classification, negative.reason, negative.hasNoise) == (.pass, .smallEffect, true))
        #expect(!Self.judge(Self.canary, [1, 1, 1, 1]).hasNoise)
    }

    @Test("an effect below the allowed one passes, and one below the critical one is not critical")
    func effects() {
        func limits(_ allowed: Double, _ critical: Double) -> CompareOutcome {
            Self.judge(Self.canary, Self.baseline) {
                $0.isCritical = true
                $0.effectSize.allowedIncrease = allowed
                $0.effectSize.criticalIncrease = critical
            }
        }
        // The means are 46.5 and 16.5: a ratio of 2.81…
        #expect((limits(2, 2.5).classification, limits(2, 2.5).isCriticalFailure) == (.high, true))
        #expect((limits(2, 3).classification, limits(2, 3).isCriticalFailure) == (.high, false))
        #expect((limits(3, 3).classification, limits(3, 3).reason) == (.pass, .smallEffect))
        let low = Self.judge(Self.baseline, Self.canary) {
            $0.isCritical = true
            $0.effectSize.measure = .cles
            $0.effectSize.allowedDecrease = 0.2
            $0.effectSize.criticalDecrease = 0.1
        }
        #expect((low.classification, low.isCriticalFailure, low.effectSize) == (.low, true, 0))
        #expect(Self.judge(Self.canary, Self.baseline).classification == .high)
    }

    @Test("the bound is a share of the shift itself, so that a tiny but certain shift is high")
    func bound() throws {
        let canary = Self.baseline.map { 1000 + $0 / 1000 + 0.1 }
        let baseline = Self.baseline.map { 1000 + $0 / 1000 }
        let outcome = Self.judge(canary, baseline)
        #expect(outcome.classification == .high)
        #expect(try #require(outcome.shift?.bound) == 0.25 * (try #require(outcome.shift?.estimate)))
        var settings = CompareSettings()
        settings.mode = .exact
        #expect(
            CompareJudge(metric: "latency", settings: settings).judge(canary: canary, baseline: baseline).verdict
                == .pass)
    }

    @Test("on small numbers its roots are noise, and the exact judge's are not")
    func unit() {
        let base = (0..<20).map { Double($0 * 3 % 20) + 0.5 }
        func labels(_ distance: Double, unit: Double) -> [CompareOutcome.Classification] {
            let canary = (0..<20).map { (Double($0 * 7 % 20) + distance) * unit }, baseline = base.map { $0 * unit }
            return [
                Self.judge(canary, baseline).classification,
                CompareJudge(metric: "any").judge(canary: canary, baseline: baseline).classification,
            ]
        }
        #expect([1, 1e-6].map { labels(12, unit: $0) } == [[.high, .high], [.pass, .high]])
        #expect([1, 1e-5].map { labels(7, unit: $0) } == [[.pass, .high], [.high, .high]])
    }
}
