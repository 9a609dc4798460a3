/// The settings of the sequential judge as a template states them, with what it counts.
package struct SequentialTemplate: Decodable, Hashable, Sendable {
    /// Nil where the counts come from elsewhere than a provider.
    package var canary: SideQueries?
    package var stable: SideQueries?
    package var baseline: Baseline?
    /// What is counted, in the plural.
    package var noun: String?
    /// What the bounds of buckets are measured in.
    package var unit: BucketUnit?
    package var shape: HistogramSettings.Shape?
    package var counting: CountingTemplate

    private enum CodingKeys: String, CodingKey { case canary, stable, baseline, noun, unit, shape }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        canary = try container.decodeIfPresent(SideQueries.self, forKey: .canary)
        stable = try container.decodeIfPresent(SideQueries.self, forKey: .stable)
        baseline = try container.decodeIfPresent(Baseline.self, forKey: .baseline)
        noun = try container.decodeIfPresent(String.self, forKey: .noun)
        unit = try container.decodeIfPresent(BucketUnit.self, forKey: .unit)
        shape = try container.decodeIfPresent(HistogramSettings.Shape.self, forKey: .shape)
        counting = try CountingTemplate(from: decoder)
    }

    package init() { counting = CountingTemplate() }

    /// - Parameters:
    ///   - stages: at how many weights the rollout is judged.
    ///   - sharing: how many gating metrics share α.
    package func settings(stages: Int = 1, sharing: Int = 1) -> SequentialSettings {
        var settings = counting.settings(stages: stages, sharing: sharing)
        if let baseline { settings.baseline = baseline }
        return settings
    }

    package func histogramSettings(stages: Int = 1, sharing: Int = 1) -> HistogramSettings {
        var settings = HistogramSettings(
            settings(stages: stages, sharing: sharing),
            warmUpIntervals: counting.warmUpIntervals ?? HistogramSettings().sequential.warmUpIntervals)
        if let shape { settings.shape = shape }
        return settings
    }

    package var isHistogram: Bool { canary?.buckets != nil }

    func validate() throws(TemplateError) {
        do throws(TemplateError) {
            try counting.validate()
            if let canary { try canary.validate("canary") }
            if let stable { try stable.validate("stable") }
            if canary != nil, stable == nil, baseline != .previous {
                throw TemplateError(
                    "stable is missing", hint: "state its queries, or baseline: previous to compare with earlier times")
            }
            if let canary, let stable, (canary.buckets == nil) != (stable.buckets == nil) {
                throw TemplateError("one side states buckets, the other counts")
            }
        } catch {
            throw error.at("sequential")
        }
    }
}

/// The settings of the test of one release against a bar.
package struct ConfidentTemplate: Decodable, Hashable, Sendable {
    package var canary: SideQueries?
    /// The bad rate that is tolerated, between 0 and 1.
    package var bar: Double
    package var noun: String?
    package var counting: CountingTemplate

    private enum CodingKeys: String, CodingKey { case canary, bar, noun }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        canary = try container.decodeIfPresent(SideQueries.self, forKey: .canary)
        bar = try container.decode(Double.self, forKey: .bar)
        noun = try container.decodeIfPresent(String.self, forKey: .noun)
        counting = try CountingTemplate(from: decoder)
    }

    package init(bar: Double) {
        self.bar = bar
        counting = CountingTemplate()
    }

    func validate() throws(TemplateError) {
        do throws(TemplateError) {
            try counting.validate()
            guard bar > 0, bar < 1 else {
                throw TemplateError(
                    "\(Readable.number(bar)) is no rate between 0 and 1", at: "bar", hint: "1 % is 0.01")
            }
            if let canary {
                try canary.validate("canary")
                if canary.buckets != nil { throw TemplateError("a bar is for counts, not for buckets", at: "canary") }
            }
        } catch {
            throw error.at("confident")
        }
    }
}

/// What the judges of counts have in common.
package struct CountingTemplate: Decodable, Hashable, Sendable {
    package var alpha: Double?
    package var beta: Double?
    package var tolerateRatio: Double?
    package var rejectRatio: Double?
    package var floor: Double?
    package var maximumRate: Double?
    package var noise: Double?
    package var dispersion: Double?
    package var minimumIntervals: Int?
    package var plannedIntervals: Int?
    package var minimumEvidenceIntervals: Int?
    package var minimumRequests: Double?
    package var warmUpIntervals: Int?
    package var panic: PanicTemplate?

    package init() {}

    package func settings(stages: Int, sharing: Int) -> SequentialSettings {
        var settings = SequentialSettings()
        func take<Number>(_ given: Number?, _ into: inout Number) { into = given ?? into }
        take(alpha, &settings.alpha)
        take(beta, &settings.beta)
        take(tolerateRatio, &settings.tolerateRatio)
        take(rejectRatio, &settings.rejectRatio)
        take(floor, &settings.floor)
        take(noise, &settings.noise)
        take(dispersion, &settings.dispersion)
        take(minimumIntervals, &settings.minimumIntervals)
        take(plannedIntervals, &settings.plannedIntervals)
        take(minimumEvidenceIntervals, &settings.minimumEvidenceIntervals)
        take(minimumRequests, &settings.minimumRequests)
        take(warmUpIntervals, &settings.warmUpIntervals)
        settings.maximumRate = maximumRate
        settings.stages = max(1, stages)
        settings.metricsSharingAlpha = max(1, sharing)
        switch panic {
        case nil: break
        case .off?: settings.panic = nil
        case .rule(let rate, let ratio, let alpha)?:
            var rule = SequentialSettings.Panic()
            take(rate, &rule.rate)
            take(ratio, &rule.ratio)
            take(alpha, &rule.alpha)
            settings.panic = rule
        }
        return settings
    }

    /// Each against the other one's default where that is not stated.
    private func validateRatios() throws(TemplateError) {
        let tolerated = tolerateRatio ?? SequentialSettings().tolerateRatio
        let rejected = rejectRatio ?? SequentialSettings().rejectRatio
        guard !(rejected > tolerated && rejected.isFinite) else { return }
        throw TemplateError(
            "rejectRatio, \(Readable.number(rejected)), is not above tolerateRatio, \(Readable.number(tolerated))",
            at: rejectRatio == nil ? "tolerateRatio" : "rejectRatio",
            hint: rejectRatio == nil
                ? "state a rejectRatio above it: a pass proves the canary to be below that"
                : "a pass proves the canary to be below rejectRatio")
    }

    /// More than anybody waits for, and few enough that no product of it overflows.
    private static let mostIntervals = 1_000_000

    func validate() throws(TemplateError) {
        for (name, chance) in [("alpha", alpha), ("beta", beta)] {
            if let chance, !(chance > 0 && chance < 0.5) {
                throw TemplateError("\(Readable.number(chance)) is no chance between 0 and 0.5", at: name)
            }
        }
        for (name, rate) in [("floor", floor), ("maximumRate", maximumRate)] {
            if let rate, !(rate > 0 && rate < 1) {
                throw TemplateError(
                    "\(Readable.number(rate)) is no rate between 0 and 1", at: name, hint: "1 % is 0.01")
            }
        }
        if let tolerateRatio, !(tolerateRatio >= 1 && tolerateRatio.isFinite) {
            throw TemplateError("a canary at least as good as stable is always tolerated", at: "tolerateRatio")
        }
        try validateRatios()
        let counts = [
            ("minimumIntervals", minimumIntervals), ("plannedIntervals", plannedIntervals),
            ("minimumEvidenceIntervals", minimumEvidenceIntervals),
        ]
        for (name, count) in counts {
            if let count, !(1...Self.mostIntervals).contains(count) {
                throw TemplateError("is a number of intervals from 1 to \(Self.mostIntervals)", at: name)
            }
        }
        let least = minimumIntervals ?? SequentialSettings().minimumIntervals
        let planned = plannedIntervals ?? SequentialSettings().plannedIntervals
        if planned < least {
            throw TemplateError(
                "\(planned) intervals are fewer than the \(least) before a pass",
                at: plannedIntervals == nil ? "minimumIntervals" : "plannedIntervals",
                hint: "state plannedIntervals of at least \(least)")
        }
        for (name, number) in [("noise", noise), ("minimumRequests", minimumRequests)] {
            if let number, !(number >= 0 && number.isFinite) {
                throw TemplateError("is a number of at least 0", at: name)
            }
        }
        if let dispersion, !(dispersion >= 1 && dispersion.isFinite) {
            throw TemplateError("is a number of at least 1", at: "dispersion")
        }
        if let warmUpIntervals, warmUpIntervals < 0 {
            throw TemplateError("is a number of intervals of at least 0", at: "warmUpIntervals")
        }
        if case .rule(let rate, let ratio, let alpha)? = panic {
            let isRight =
                (rate.map { $0 > 0 && $0 < 1 } ?? true) && (ratio.map { $0 >= 1 && $0.isFinite } ?? true)
                && (alpha.map { $0 > 0 && $0 < 0.5 } ?? true)
            if !isRight {
                throw TemplateError(
                    "needs a rate between 0 and 1, a ratio of at least 1 and a small alpha", at: "panic")
            }
        }
    }
}

/// When nothing more is waited for; `none` is never.
package enum PanicTemplate: Decodable, Hashable, Sendable {
    case off
    case rule(rate: Double?, ratio: Double?, alpha: Double?)

    private enum CodingKeys: String, CodingKey { case rate, ratio, alpha }

    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            guard text == "none" else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "panic is a rule with rate, ratio and alpha, or the word none"))
            }
            self = .off
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = .rule(
            rate: try container.decodeIfPresent(Double.self, forKey: .rate),
            ratio: try container.decodeIfPresent(Double.self, forKey: .ratio),
            alpha: try container.decodeIfPresent(Double.self, forKey: .alpha))
    }
}
