import Analysis
import Support
import Testing

@Suite("What a sample looks like")
struct SampleTests {
    private static let sample = [3.2, 1.1, 8.4, 5.5, 2.7, 9.9, 4.1]

    /// `numpy.mean`, `numpy.std` with `ddof=1` and 0, `numpy.median`.
    @Test("summary")
    func summary() {
        let found = SampleSummary(Self.sample)
        #expect(found.count == 7)
        #expect((found.minimum, found.maximum, found.median) == (1.1, 9.9, 4.1))
        #expect(abs(found.mean - 4.985_714_285_714_287) < 1e-14)
        #expect(abs(found.deviation - 3.171_975_499_815_308) < 1e-14)
        #expect(abs(SampleSummary.populationDeviation(of: Self.sample) - 2.936_678_673_715_097) < 1e-14)
    }

    /// `numpy.percentile`, whose default is the same definition.
    @Test(
        "percentiles",
        arguments: zip(
            [0.0, 1, 10, 25, 33, 50, 75, 90, 99, 100], [1.1, 1.196, 2.06, 2.95, 3.19, 4.1, 6.95, 9, 9.81, 9.9]))
    func percentiles(_ percent: Double, _ expected: Double) {
        #expect(abs(Percentiles(Self.sample).value(at: percent) - expected) < 1e-12)
    }

    @Test("a sample without values, or with one")
    func small() {
        let none = SampleSummary([])
        #expect((none.count, none.mean, none.deviation, none.median) == (0, 0, 0, 0))
        let one = SampleSummary([3])
        #expect((one.count, one.mean, one.deviation, one.median) == (1, 3, 0, 3))
        #expect(Percentiles([]).value(at: 50).isNaN)
        #expect(Percentiles([7]).value(at: 99) == 7)
        #expect(Percentiles([7, 8]).value(at: .nan).isNaN)
        #expect(Percentiles([7, 8]).value(at: 200) == 8)
    }

    @Test("a mean is exact far from zero")
    func farFromZero() {
        let found = SampleSummary([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])
        #expect(found.mean == 1e9 + 10)
        #expect(abs(found.deviation - 30.0.squareRoot()) < 1e-12)
    }

    @Test("numbers that are not finite are left out, and huge ones do not become infinite")
    func hostile() {
        let found = SampleSummary([.nan, .infinity, 2, -.infinity, 4])
        #expect((found.count, found.mean, found.minimum, found.maximum) == (2, 3, 2, 4))
        var random = SplitMix64(seed: 48)
        for _ in 0..<300 {
            let sample = random.hostileSample()
            let found = SampleSummary(sample)
            #expect([found.mean, found.median, found.deviation].allSatisfy { $0.isFinite })
            #expect(found.minimum <= found.median && found.median <= found.maximum)
            _ = Percentiles(sample).value(at: 99)
            for detector in [OutlierDetector.kSigma(k: 3), .interquartileRange(factor: 3, sparesTails: true)] {
                #expect(detector.outliers(in: sample).count == sample.count)
            }
        }
    }

    @Test("outliers lie beyond the fences, or beyond k standard deviations")
    func outliers() {
        let sample: [Double] = [10, 11, 12, 11, 10, 12, 11, 60]
        let fences = OutlierDetector.interquartileRange(factor: 1.5, sparesTails: false)
        #expect(fences.inliers(of: sample) == [10, 11, 12, 11, 10, 12, 11])
        #expect(OutlierDetector.kSigma(k: 2).outliers(in: sample) == [Bool](repeating: false, count: 7) + [true])
        #expect(OutlierDetector.kSigma(k: 2).outliers(in: []) == [])
        #expect(fences.outliers(in: [5, 5, 5, 5]) == [false, false, false, false])
    }

    @Test("a fence at the outer percentiles drops the farthest values only of large samples")
    func sparedTails() {
        let detector = OutlierDetector.interquartileRange(factor: 3, sparesTails: true)
        // The 99th percentile of eight values is close to their maximum, but below it.
        #expect(detector.outliers(in: [1, 1, 1, 1, 1, 1, 1, 9]).last == true)
        let many = [Double](repeating: 1, count: 50) + [Double](repeating: 9, count: 5)
        #expect(!detector.outliers(in: many).contains(true))
    }

    /// By numpy: pooled variance of 4 and 3 values; 11 of 12 pairs are larger.
    @Test("effect sizes")
    func effectSizes() {
        let canary = [5.1, 6.3, 7.7, 8.2], baseline = [4.4, 5.0, 6.1]
        #expect(abs(EffectSize.cohenD(canary: canary, baseline: baseline) - 1.363_679_195_208_152_2) < 1e-12)
        #expect(abs(EffectSize.meanRatio.value(canary: canary, baseline: baseline) - 1.320_967_741_935_483_7) < 1e-12)
        #expect(EffectSize.cles.value(canary: canary, baseline: baseline) == 11.0 / 12)
        #expect(EffectSize.cles.value(canary: [1, 2], baseline: [1, 2]) == 0.5)
        #expect(EffectSize.meanRatio.value(canary: [1, 2], baseline: [0]).isNaN)
        for effect in EffectSize.allCases { #expect(effect.value(canary: [], baseline: [1]).isNaN) }
        #expect(EffectSize.cohenD(canary: [1], baseline: [1]).isNaN)
    }
}
