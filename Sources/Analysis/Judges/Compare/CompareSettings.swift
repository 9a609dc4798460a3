/// How a metric of the canary is compared with the baseline's.
///
/// The keys are those of Kayenta's `analysisConfigurations.canary` where Kayenta has the setting.
package struct CompareSettings: Equatable, Sendable {
    package enum Mode: String, Codable, CaseIterable, Sendable {
        /// The exact interval of the shift against a margin that is a share of the baseline.
        case exact
        /// Kayenta's `NetflixACAJudge-v1.0`, its oddities included.
        case kayenta
        /// PipeCD's analysis: the p value of the Mann-Whitney test at 0.05.
        case pipecd
    }

    /// In which direction a difference is bad.
    package enum Direction: String, Codable, CaseIterable, Sendable {
        case increase, decrease, either

        var includesIncrease: Bool { self != .decrease }
        var includesDecrease: Bool { self != .increase }

        /// PipeCD's `deviation`: `EITHER`, `HIGH` or `LOW`.
        package init?(deviation: String) {
            switch deviation {
            case "EITHER": self = .either
            case "HIGH": self = .increase
            case "LOW": self = .decrease
            default: return nil
            }
        }
    }

    package enum NaNStrategy: String, Codable, CaseIterable, Sendable {
        case remove
        /// By zero: right for counts of rare events, where nothing was counted because nothing happened.
        case replace
    }

    package var mode = Mode.exact
    package var baseline = BaselineSource.canaryPrimary
    package var direction = Direction.either
    package var nanStrategy = NaNStrategy.remove
    package var outliers = Outliers()
    package var effectSize = EffectSizeLimits()
    /// A failure of this metric alone fails the score.
    package var isCritical = false
    /// Kayenta: counts as a failure without data, for which the exact judge always waits.
    package var mustHaveData = false
    /// Reported, and left out of the score.
    package var isMuted = false
    /// The groups of the score that the metric counts in.
    package var groups = ["default"]
    /// Kayenta: the bound that the interval must clear, as a share of the estimated shift.
    package var tolerance = 0.25
    /// The confidence of the interval, 1 - α; PipeCD's α is always 0.05.
    package var confidence = 0.98
    /// Exact: with fewer values on either side there is no answer yet.
    package var minimumPoints = 8
    /// Exact: the shift that is tolerated, as a share of the baseline's median.
    package var margin = 0.1
    /// Exact: the shift that is tolerated at least, in the metric's unit, as ten times of nothing is nothing.
    package var minimumShift = 0.0
    /// Exact: how often the same release is judged; α is divided by it.
    package var judgements = 1
    /// How often the release has been judged by earlier windows; nobody states it.
    package var earlier = 0

    package init() {}

    /// The confidence of one of the judgements.
    package var confidencePerJudgement: Double { 1 - (1 - confidence) * shareOfEarlier / Double(max(1, judgements)) }

    /// Kayenta's confidence, which knows of no number of judgements.
    var confidencePerWindow: Double { earlier > 0 ? 1 - (1 - confidence) * shareOfEarlier : confidence }

    /// The share of α that a window has: all of it where it is the first, and 1/2, 1/6, 1/12… for those that follow.
    ///
    /// These sum up to 1, so that windows without end find a difference by chance no more than twice as often as the first.
    var shareOfEarlier: Double { earlier > 0 ? 1 / (Double(earlier) * Double(earlier + 1)) : 1 }

    /// The shift that the exact judge tolerates, given the baseline's median.
    package func toleratedShift(median: Double) -> Double {
        max(minimumShift, margin * median.magnitude) * baseline.toleranceFactor
    }
}

/// Whatever is not given has its default.
extension CompareSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case mode, baseline, direction, nanStrategy, outliers, effectSize, mustHaveData, groups, tolerance, confidence,
            minimumPoints, margin, minimumShift, judgements
        case isCritical = "critical"
        case isMuted = "muted"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, into value: inout Value) throws {
            value = try container.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        self.init()
        try read(.mode, into: &mode)
        try read(.baseline, into: &baseline)
        try read(.direction, into: &direction)
        try read(.nanStrategy, into: &nanStrategy)
        try read(.outliers, into: &outliers)
        try read(.effectSize, into: &effectSize)
        try read(.isCritical, into: &isCritical)
        try read(.mustHaveData, into: &mustHaveData)
        try read(.isMuted, into: &isMuted)
        try read(.groups, into: &groups)
        try read(.tolerance, into: &tolerance)
        try read(.confidence, into: &confidence)
        try read(.minimumPoints, into: &minimumPoints)
        try read(.margin, into: &margin)
        try read(.minimumShift, into: &minimumShift)
        try read(.judgements, into: &judgements)
    }
}
