import Analysis
import Foundation
import Support
import Testing

@Suite("What must hold for every comparison")
struct ComparePropertyTests {
    private static let seeds: [UInt64] = Array(61...64)

    private static func settings(_ random: inout SplitMix64) -> CompareSettings {
        var settings = CompareSettings()
        settings.mode = random.pick(CompareSettings.Mode.allCases)
        settings.baseline = random.pick(BaselineSource.allCases)
        settings.direction = random.pick(CompareSettings.Direction.allCases)
        settings.nanStrategy = random.pick(CompareSettings.NaNStrategy.allCases)
        settings.outliers.strategy = random.pick(CompareSettings.Outliers.Strategy.allCases)
        settings.effectSize.measure = random.pick(EffectSize.allCases)
        settings.isCritical = random.oneIn(3)
        settings.mustHaveData = random.oneIn(3)
        settings.minimumPoints = Int.random(in: 0...10, using: &random)
        settings.margin = random.pick([0, 0.1, 0.5])
        return settings
    }

    private static func shift(_ outcome: CompareOutcome) -> [Double?] {
        [outcome.shift?.estimate, outcome.shift?.lower, outcome.shift?.upper]
    }

    @Test("in another unit the exact judge says the same", arguments: seeds)
    func scale(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
            let canary = random.sample(upTo: 30), baseline = random.sample(upTo: 30)
            var settings = Self.settings(&random)
            settings.mode = .exact
            let judge = CompareJudge(metric: "any", settings: settings)
            let outcome = judge.judge(canary: canary, baseline: baseline)
            // Powers of two scale without rounding, so that everything is the same to the last digit.
            for factor in [0x1p-40, 0.5, 4096, 0x1p60] {
                let scaled = judge.judge(canary: canary.map { $0 * factor }, baseline: baseline.map { $0 * factor })
                #expect(scaled.classification == outcome.classification)
                #expect(scaled.reason == outcome.reason)
                #expect(scaled.test == outcome.test)
                #expect(scaled.deviation == outcome.deviation)
                #expect(Self.shift(scaled) == Self.shift(outcome).map { $0.map { $0 * factor } })
            }
        }
    }

    @Test("moved by the same amount, both sides have the same shift", arguments: seeds)
    func translation(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var settings = CompareSettings()
        settings.margin = 0
        for _ in 0..<150 {
            // Whole numbers, so that nothing is rounded.
            let canary = random.sample(upTo: 30).map { ($0 * 100).rounded() }
            let baseline = random.sample(upTo: 30).map { ($0 * 100).rounded() }
            let judge = CompareJudge(metric: "any", settings: settings)
            let outcome = judge.judge(canary: canary, baseline: baseline)
            let moved = judge.judge(canary: canary.map { $0 + 1e6 }, baseline: baseline.map { $0 + 1e6 })
            #expect(Self.shift(moved) == Self.shift(outcome))
            #expect(moved.classification == outcome.classification)
            #expect(moved.test == outcome.test)
        }
    }

    @Test("with the sides swapped, high is low", arguments: seeds)
    func swapped(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let opposite: [CompareOutcome.Classification: CompareOutcome.Classification] = [.high: .low, .low: .high]
        for _ in 0..<150 {
            let canary = random.sample(upTo: 30), baseline = random.sample(upTo: 30)
            var settings = CompareSettings()
            settings.margin = 0
            settings.mode = random.oneIn(3) ? .pipecd : .exact
            let judge = CompareJudge(metric: "any", settings: settings)
            let (one, other) = (
                judge.judge(canary: canary, baseline: baseline), judge.judge(canary: baseline, baseline: canary)
            )
            #expect(other.classification == opposite[one.classification] ?? one.classification)
            let mirrored = [one.shift?.estimate, one.shift?.upper, one.shift?.lower].map { $0.map { 0 - $0 } }
            #expect(Self.shift(other) == mirrored)
            #expect(abs((one.test?.p ?? 0) - (other.test?.p ?? 0)) < 1e-12)
        }
    }

    @Test("the order of the points does not matter", arguments: seeds)
    func order(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
            let canary = random.sample(upTo: 30), baseline = random.sample(upTo: 30)
            let judge = CompareJudge(metric: "any", settings: Self.settings(&random))
            let outcome = judge.judge(canary: canary, baseline: baseline)
            let shuffled = judge.judge(
                canary: canary.shuffled(using: &random), baseline: baseline.shuffled(using: &random))
            #expect(shuffled.classification == outcome.classification)
            #expect(Self.shift(shuffled) == Self.shift(outcome))
        }
    }

    @Test("nothing that a backend may send traps, passes without data or cannot be written as JSON", arguments: seeds)
    func hostile(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let encoder = JSONEncoder()
        for _ in 0..<400 {
            let canary = random.hostileSample(), baseline = random.hostileSample()
            let settings = Self.settings(&random)
            let outcome = CompareJudge(metric: "any", settings: settings).judge(canary: canary, baseline: baseline)
            #expect(!outcome.sentence.isEmpty)
            if settings.mode == .exact, min(canary.count, baseline.count) < max(1, settings.minimumPoints) {
                #expect(outcome.verdict != .pass && outcome.verdict != .fail)
            }
            let read = try JSONDecoder().decode(CompareOutcome.self, from: encoder.encode(outcome))
            #expect(read == outcome)
            #expect(try !encoder.encode(CompareScoring().score([outcome])).isEmpty)
        }
    }

    @Test("settings that make no sense do not trap, and are refused", arguments: [Double.nan, -1, 0, 1, 2, .infinity])
    func strange(_ number: Double) {
        var settings = CompareSettings()
        settings.confidence = number
        settings.margin = number
        settings.minimumShift = number
        settings.tolerance = number
        settings.outliers.strategy = .remove
        settings.outliers.outlierFactor = number
        settings.judgements = .min
        settings.minimumPoints = .min
        #expect(throws: TemplateError.self) { try settings.validate() }
        for mode in CompareSettings.Mode.allCases {
            settings.mode = mode
            let judge = CompareJudge(metric: "any", settings: settings)
            #expect(!judge.judge(canary: [1, 2, 3, 4], baseline: [2, 3, 4, 5]).sentence.isEmpty)
            #expect(!judge.judge(canary: [1], baseline: [2]).sentence.isEmpty)
        }
    }
}
