/// What people read at night.
extension CompareOutcome {
    /// The outcome in one sentence: `canary latency is at least 12 % above stable's: median 240 against 210 over 30 points`.
    var written: String {
        let subject = "canary \(metric)"
        switch reason {
        case .higher, .lower: return "\(subject) is \(distance) \(side) \(theirs)\(chance): \(numbers)"
        case .harmlessDirection: return "\(subject) is \(side) \(theirs), which does no harm: \(numbers)"
        case .smallEffect: return "\(subject) is \(side) \(theirs), by less than the allowed effect: \(numbers)"
        case .withinMargin: return "\(subject) is \(limit) \(theirs): \(numbers)"
        case .notSignificant:
            let beyond = tolerated.map { " beyond \($0)" } ?? ""
            return "\(subject) shows no certain difference from \(theirs)\(beyond)\(chance): \(numbers)"
        case .identical: return "\(subject) has the same values as \(theirs): \(numbers)"
        case .noData: return "\(subject) has no data: \(points)"
        case .nothingToCompare: return "\(subject) has nothing to compare, which passes here: \(points)"
        case .tooFewPoints: return "\(subject) needs more data: \(points), \(wanted)"
        case .notANumber: return "\(subject) needs more data: some of its values, or of \(theirs), are not numbers"
        case .infiniteValue:
            return "\(subject) could not be judged: a value is infinite, as where a query divides by zero"
        case .allTied: return "\(subject) could not be judged: too few different values, \(points)"
        }
    }

    /// What was asked of the metric.
    var condition: String {
        "\(limit) \(theirs)"
    }

    private var theirs: String { "\(settings.baseline.owner)'s" }

    private var isAbove: Bool {
        if let estimate = shift?.estimate { return estimate > 0 }
        return reason == .higher || classification == .high
    }

    private var side: String { isAbove ? "above" : "below" }

    /// How far the canary is away at least: the nearer bound of the interval, rounded down so that it stays true.
    private var distance: String {
        guard settings.mode == .exact, let nearer = isAbove ? shift?.lower : shift?.upper else { return "clearly" }
        let median = baseline.summary.median.magnitude
        guard median > 0 else { return "at least \(Readable.number(nearer.magnitude))" }
        let percent = nearer.magnitude / median * 100
        let scale = percent < 10 ? 10.0 : 1
        return "at least \(Readable.number((percent * scale).rounded(.down) / scale)) %"
    }

    private var chance: String {
        guard settings.mode == .pipecd, let test else { return "" }
        return test.p < 0.0001 ? " (p below 0.0001)" : " (p = \(Readable.number(test.p)))"
    }

    /// `within 10 % of`, `at most 10 % above`; without a tolerance `like`, `not above`.
    private var limit: String {
        switch (settings.direction, tolerated) {
        case (.either, let tolerated?): "within \(tolerated) of"
        case (.increase, let tolerated?): "at most \(tolerated) above"
        case (.decrease, let tolerated?): "at most \(tolerated) below"
        case (.either, nil): "like"
        case (.increase, nil): "not above"
        case (.decrease, nil): "not below"
        }
    }

    private var tolerated: String? {
        guard settings.mode == .exact else { return nil }
        let factor = settings.baseline.toleranceFactor
        let bound = settings.toleratedShift(median: baseline.summary.median)
        if bound > settings.minimumShift * factor || (baseline.summary.count == 0 && settings.margin > 0) {
            return "\(Readable.number(settings.margin * factor * 100)) %"
        }
        return bound > 0 ? Readable.number(bound) : nil
    }

    /// `median 240 against 210 over 30 points`; Kayenta's judge speaks of means.
    private var numbers: String {
        let isMean = settings.mode == .kayenta
        let (ours, other) = (canary.summary, baseline.summary)
        let values = [isMean ? ours.mean : ours.median, isMean ? other.mean : other.median].map(Readable.number)
        let counts =
            ours.count == other.count
            ? Readable.plural(ours.count, "point") : "\(Readable.plural(ours.count, "point")) against \(other.count)"
        return "\(isMean ? "mean" : "median") \(values[0]) against \(values[1]) over \(counts)"
    }

    private var points: String {
        "\(Readable.plural(canary.summary.count, "point")) against \(baseline.summary.count) of \(theirs)"
    }

    private var wanted: String {
        min(canary.summary.count, baseline.summary.count) < settings.minimumPoints
            ? "\(settings.minimumPoints) wanted on each side"
            : "too few for a confidence of \(Readable.number(settings.confidencePerJudgement * 100)) %"
    }
}
