import Analysis
import Support
import Testing

/// Every number that Kayenta's own tests assert, to the tolerance that they state.
@Suite("The compare judge agrees with Kayenta", .enabled(if: SharedFolder.has("vectors/kayenta.json")))
struct KayentaVectorTests {
    @Test("every section has cases")
    func sections() throws {
        let file = try #require(KayentaVectors.file)
        let counts = [
            file.mannWhitney.count, file.wilcoxonDiff.count, file.classifier.count, file.meanInequality.count,
            file.scorer.count, file.transforms.count, file.detectors.count, file.statistics.count,
            file.effectSizes.count,
        ]
        #expect(counts.allSatisfy { $0 > 0 })
    }

    @Test("interval and estimate", arguments: KayentaVectors.file?.mannWhitney ?? [])
    func mannWhitney(_ row: KayentaVectors.MannWhitney) throws {
        let curve = try #require(RankSumCurve(row.x, row.y))
        let interval = try curve.interval(confidence: row.confidenceLevel)
        #expect(row.expected.lower.agrees(with: interval.lower), "\(interval)")
        #expect(row.expected.upper.agrees(with: interval.upper), "\(interval)")
        #expect(row.expected.estimate.agrees(with: try curve.estimate()))
    }

    @Test("the standardized rank sum", arguments: KayentaVectors.file?.wilcoxonDiff ?? [])
    func wilcoxonDiff(_ row: KayentaVectors.WilcoxonDiff) throws {
        let curve = try #require(RankSumCurve(row.x, row.y))
        switch row.expected {
        case .value(let expected):
            let found = try curve.value(at: try #require(row.mu), quantile: try #require(row.quantile))
            #expect(abs(found - expected) <= row.tol)
        case .intermediate(let expected):
            let confidence = try #require(row.confidenceLevel)
            let interval = try curve.interval(confidence: confidence)
            let low = NormalDistribution.quantile((1 - confidence) / 2)
            let found = [
                "muMin": curve.minimum, "muMax": curve.maximum, "zqLower": -low, "zqUpper": low,
                "wilcoxonDiff(muMin,zqLower)": try curve.value(at: curve.minimum, quantile: -low),
                "wilcoxonDiff(muMax,zqLower)": try curve.value(at: curve.maximum, quantile: -low),
                "wilcoxonDiff(muMin,zqUpper)": try curve.value(at: curve.minimum, quantile: low),
                "wilcoxonDiff(muMax,zqUpper)": try curve.value(at: curve.maximum, quantile: low),
                "ciLower": interval.lower, "ciUpper": interval.upper, "estimate": try curve.estimate(),
            ]
            #expect(!expected.isEmpty)
            for (name, value) in expected {
                let number = try #require(found[name], "\(name)")
                #expect(abs(number - value) <= row.tol, "\(name)")
            }
        }
    }

    @Test("classification", arguments: KayentaVectors.file?.classifier ?? [])
    func classifier(_ row: KayentaVectors.Classifier) {
        let outcome = CompareJudge(metric: "latency", settings: row.settings)
            .judge(canary: row.experiment.map(\.value), baseline: row.control.map(\.value))
        #expect(outcome.classification.rawValue == row.expected.classification)
        if let critical = row.expected.critical { #expect(outcome.isCriticalFailure == critical) }
        if let deviation = row.expected.deviation { #expect(deviation.agrees(with: outcome.deviation, to: 1e-9)) }
        if row.expected.reasonNonEmpty == true { #expect(!outcome.sentence.isEmpty) }
        guard let derived = row.derived, derived.noise != true else { return }
        // Of a second implementation, not of Kayenta's tests.
        if let lower = derived.lower { #expect(lower.agrees(with: outcome.shift?.lower, to: 1e-9)) }
        if let upper = derived.upper { #expect(upper.agrees(with: outcome.shift?.upper, to: 1e-9)) }
        if let estimate = derived.estimate { #expect(estimate.agrees(with: outcome.shift?.estimate, to: 1e-9)) }
        if let bound = derived.bound { #expect(bound.agrees(with: outcome.shift?.bound, to: 1e-9)) }
        if let effect = derived.effectSize { #expect(effect.agrees(with: outcome.effectSize, to: 1e-9)) }
        if let deviation = derived.deviation { #expect(deviation.agrees(with: outcome.deviation, to: 1e-9)) }
        #expect(derived.classification == nil || derived.classification == outcome.classification.rawValue)
        #expect(derived.critical == nil || derived.critical == outcome.isCriticalFailure)
    }

    @Test("the larger mean", arguments: KayentaVectors.file?.meanInequality ?? [])
    func meanInequality(_ row: KayentaVectors.Classifier) {
        let found = MeanInequality.classify(
            canary: row.experiment.map(\.value), baseline: row.control.map(\.value), direction: row.settings.direction)
        #expect(found.rawValue == row.expected.classification)
    }

    @Test("scores", arguments: KayentaVectors.file?.scorer ?? [])
    func scorer(_ row: KayentaVectors.Scorer) {
        var scoring = CompareScoring()
        scoring.groupWeights = row.groupWeights
        let score = scoring.score(row.metrics.map(\.entry))
        #expect(score.summary == row.expected.summaryScore)
        if let groups = row.expected.groupScoresSorted { #expect(score.groups.map(\.score).sorted() == groups) }
    }

    @Test("what is dropped", arguments: KayentaVectors.file?.transforms ?? [])
    func transforms(_ row: KayentaVectors.Transform) throws {
        let found: [Double]
        switch row.op {
        case "removeNaNs", "replaceNaNs":
            var settings = CompareSettings()
            settings.nanStrategy = row.op == "removeNaNs" ? .remove : .replace
            let outcome = CompareJudge(metric: "any", settings: settings)
                .judge(canary: row.input.map(\.value), baseline: row.input.map(\.value))
            let expected = SampleSummary(row.expected.map(\.value))
            #expect(outcome.canary.summary == expected)
            #expect(outcome.baseline.summary == expected)
            return
        default: found = try row.detector.inliers(of: row.input.map(\.value))
        }
        #expect(found == row.expected.map(\.value))
    }

    @Test("outliers", arguments: KayentaVectors.file?.detectors ?? [])
    func detectors(_ row: KayentaVectors.Detection) throws {
        #expect(try row.detector.outliers(in: row.input.map(\.value)) == row.expected)
    }

    @Test("statistics", arguments: KayentaVectors.file?.statistics ?? [])
    func statistics(_ row: KayentaVectors.Statistic) throws {
        switch row.expected {
        case .value(let expected):
            #expect(row.fn == "normalQuantile")
            let found = NormalDistribution.quantile(try #require(row.p))
            #expect(abs(found - expected) <= (row.tol ?? 0))
        case .percentiles(let expected):
            let percentiles = Percentiles(row.input ?? [])
            #expect(!expected.isEmpty)
            for row in expected { #expect(abs(percentiles.value(at: row.p) - row.value) <= row.tol) }
        case .summary(let expected):
            let found = SampleSummary(row.input ?? [])
            #expect(!expected.isEmpty)
            let numbers = [
                "min": found.minimum, "max": found.maximum, "mean": found.mean, "std": found.deviation,
                "count": Double(found.count),
            ]
            for (name, value) in expected {
                let number = try #require(numbers[name], "\(name)")
                #expect(abs(number - value) <= (row.tol ?? 0), "\(name)")
            }
        }
    }

    @Test("effect sizes", arguments: KayentaVectors.file?.effectSizes ?? [])
    func effectSizes(_ row: KayentaVectors.Effect) throws {
        let found: Double
        switch row.fn {
        case "cohenD": found = EffectSize.cohenD(canary: row.experiment, baseline: row.control)
        default: found = try #require(EffectSize(rawValue: row.fn)).value(canary: row.experiment, baseline: row.control)
        }
        #expect(row.expected.agrees(with: found), "\(found)")
    }
}
