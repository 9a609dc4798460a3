import Analysis
import Foundation
import Support
import Testing

@Suite("The compare judge")
struct CompareJudgeTests {
    private static func judge(
        _ canary: [Double], _ baseline: [Double], _ change: (inout CompareSettings) -> Void = { _ in }
    ) -> CompareOutcome {
        var settings = CompareSettings()
        change(&settings)
        return CompareJudge(metric: "latency", settings: settings).judge(canary: canary, baseline: baseline)
    }

    /// Thirty values around `center`, evenly spread over 10 % to either side; their median is `center`.
    private static func spread(_ center: Double, count: Int = 30) -> [Double] {
        (0..<count).map { center * (0.9 + 0.2 * Double($0) / Double(count - 1)) }
    }

    @Test("a shift beyond the margin fails, in the directions that count")
    func directions() {
        let (high, low, base) = (Self.spread(150), Self.spread(60), Self.spread(100))
        for (direction, verdicts) in [
            (CompareSettings.Direction.either, [Verdict.fail, .fail, .pass]), (.increase, [.fail, .pass, .pass]),
            (.decrease, [.pass, .fail, .pass]),
        ] {
            let found = [high, low, base].map { canary in
                Self.judge(canary, base) { $0.direction = direction }.verdict
            }
            #expect(found == verdicts, "\(direction)")
        }
        #expect(Self.judge(low, base) { $0.direction = .increase }.reason == .harmlessDirection)
        #expect(Self.judge(high, base).classification == .high)
        #expect(Self.judge(low, base).classification == .low)
    }

    @Test("every number on the way is there")
    func numbers() throws {
        let outcome = Self.judge([12, 13, 14, 15, 16, 17, 18, 19, .nan], [10, 11, 9, 8, 12, 13, 7, 10, 14])
        #expect((outcome.canary.points, outcome.canary.missing, outcome.canary.summary.count) == (9, 1, 8))
        #expect((outcome.baseline.points, outcome.baseline.missing, outcome.baseline.summary.count) == (9, 0, 9))
        #expect((outcome.canary.summary.mean, outcome.canary.summary.median) == (15.5, 15.5))
        #expect(outcome.baseline.summary.median == 10)
        let shift = try #require(outcome.shift)
        #expect(shift.estimate == 5)
        #expect((shift.lower, shift.upper) == (2, 8))
        #expect((shift.bound, shift.confidence) == (1, 0.98))
        let test = try #require(outcome.test)
        #expect(test.u == 67.5)
        #expect(test.method == .exact)
        #expect(test.p < 0.01)
        #expect(abs(try #require(outcome.deviation) - 15.5 / (94.0 / 9)) < 1e-15)
        #expect(outcome.effectSize == outcome.deviation)
        #expect((outcome.classification, outcome.verdict, outcome.reason) == (.high, .fail, .higher))
    }

    /// The bounds are the 294th differences of 900 from either end, 44.66 and -36.41, counted in Python.
    @Test("the sentence says what a tired person needs")
    func sentences() {
        let base = Self.spread(100)
        func sentence(
            _ canary: [Double], _ baseline: [Double], _ change: (inout CompareSettings) -> Void = { _ in }
        ) -> String { Self.judge(canary, baseline, change).sentence }
        #expect(
            sentence(Self.spread(150), base)
                == "canary latency is at least 44 % above stable's: median 150 against 100 over 30 points")
        #expect(
            sentence(Self.spread(60), base)
                == "canary latency is at least 36 % below stable's: median 60 against 100 over 30 points")
        #expect(
            sentence(base, Self.spread(101, count: 28)) { $0.direction = .increase }
                == "canary latency is at most 10 % above stable's: median 100 against 101 over 30 points against 28")
        #expect(
            sentence([1, 2], base)
                == "canary latency needs more data: 2 points against 30 of stable's, 8 wanted on each side")
        #expect(sentence([], base) == "canary latency has no data: 0 points against 30 of stable's")
        #expect(
            sentence(base, base) {
                $0.baseline = .previous
                $0.minimumShift = 20
            } == "canary latency is within 30 of the previous release's: median 100 against 100 over 30 points")
        #expect(
            sentence(Self.spread(150), base) { $0.mode = .kayenta }
                == "canary latency is clearly above stable's: mean 150 against 100 over 30 points")
        #expect(
            sentence(Self.spread(150), base) { $0.mode = .pipecd }
                == "canary latency is clearly above stable's (p below 0.0001): median 150 against 100 over 30 points")
    }

    @Test("a distance in percent is rounded down, so that it stays true")
    func roundedDown() {
        let base = [Double](repeating: 100, count: 20)
        #expect(Self.judge(base.map { $0 + 19.99 }, base).sentence.contains("at least 19 % above"))
        #expect(Self.judge(base.map { $0 + 1.999 }, base) { $0.margin = 0 }.sentence.contains("at least 1.9 % above"))
        #expect(Self.judge(base, base.map { _ in 0 }).sentence.contains("at least 100 above"))
    }

    @Test("too few points never pass and never fail", arguments: 0...7)
    func tooFew(_ count: Int) {
        let few = [Double](repeating: 1000, count: count)
        let base = Self.spread(100)
        #expect(Self.judge(few, base).verdict == .needsMoreData)
        #expect(Self.judge(base, few).verdict == .needsMoreData)
        #expect(Self.judge(base, few) { $0.minimumPoints = 0 }.verdict != .pass)
        #expect(Self.judge(few, few) { $0.mustHaveData = true }.verdict == .needsMoreData)
    }

    @Test("points too few for the confidence are too few, however few are asked for")
    func confidence() {
        let outcome = Self.judge([5, 6, 7], [1, 2, 3]) { $0.minimumPoints = 2 }
        #expect(outcome.reason == .tooFewPoints)
        #expect(outcome.sentence.hasSuffix("too few for a confidence of 98 %"))
        let more = Self.judge(Self.spread(200, count: 8), Self.spread(100, count: 8)) { $0.judgements = 1000 }
        #expect(more.reason == .tooFewPoints)
    }

    @Test("an infinite value is a mistake of the query, and NaN is no value")
    func notFinite() {
        let base = Self.spread(100)
        for mode in CompareSettings.Mode.allCases {
            #expect(Self.judge(base + [.infinity], base) { $0.mode = mode }.verdict == .error)
        }
        #expect(Self.judge(base + [.nan, .nan], base).verdict == .pass)
        #expect(Self.judge([Double](repeating: .nan, count: 30), base).verdict == .needsMoreData)
        let replaced = Self.judge([Double](repeating: .nan, count: 30), base) { $0.nanStrategy = .replace }
        #expect(replaced.classification == .low)
        #expect(replaced.canary.missing == 30)
    }

    @Test("outliers are dropped where that is asked for")
    func outliers() {
        let base = Self.spread(100)
        let outcome = Self.judge(base + [1e6, -1e6], base) { $0.outliers.strategy = .remove }
        #expect(outcome.canary.outliers == 2)
        #expect(outcome.canary.summary == outcome.baseline.summary)
        #expect(Self.judge(base + [1e6], base).canary.outliers == 0)
    }

    @Test("an effect size that is given must be reached, too")
    func effectSize() {
        let (canary, base) = (Self.spread(150), Self.spread(100))
        #expect(Self.judge(canary, base) { $0.effectSize.allowedIncrease = 1.4 }.verdict == .fail)
        let small = Self.judge(canary, base) { $0.effectSize.allowedIncrease = 1.6 }
        #expect((small.verdict, small.reason) == (.pass, .smallEffect))
        let critical = Self.judge(canary, base) {
            $0.isCritical = true
            $0.effectSize.measure = .cles
            $0.effectSize.criticalIncrease = 0.9
        }
        #expect(critical.isCriticalFailure)
        #expect(critical.effectSize == 1)
    }

    @Test("against the release before, half as much again is tolerated")
    func previous() {
        let (canary, base) = (Self.spread(100).map { $0 + 14 }, Self.spread(100).map { $0 / 1000 + 100 })
        #expect(Self.judge(canary.map { $0 / 1000 + 114 }, base).verdict == .fail)
        #expect(Self.judge(canary.map { $0 / 1000 + 114 }, base) { $0.baseline = .previous }.verdict == .pass)
    }

    /// The share of 200 releases that fail, out of normal samples whose canary is shifted.
    private static func failing(_ seed: UInt64, points: Int, shift: Double, noise: Double) -> Double {
        var random = SplitMix64(seed: seed)
        func draw(_ mean: Double) -> [Double] { (0..<points).map { _ in mean + noise * random.gaussian() } }
        let fails = (0..<200).count { _ in judge(draw(100 + shift), draw(100)).verdict == .fail }
        return Double(fails) / 200
    }

    @Test("healthy canaries hardly ever fail", arguments: [8, 30], [2.0, 30])
    func healthy(_ points: Int, _ noise: Double) {
        #expect(Self.failing(51, points: points, shift: 0, noise: noise) <= 0.01)
        // At the margin itself a canary fails as often as α says, on its one side.
        #expect(Self.failing(52, points: points, shift: 10, noise: noise) <= 0.03)
    }

    @Test("shifts that matter are found", arguments: [(8, 2.0), (30, 10), (60, 20)])
    func detects(_ points: Int, _ noise: Double) {
        #expect(Self.failing(53, points: points, shift: 30, noise: noise) > 0.95)
    }
}
