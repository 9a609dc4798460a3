/// Whether the traffic is enough for the bars that conditions state.
extension TrafficLint {
    /// A chance of failing a healthy release that nobody need be told of.
    private static let harmlessChance = 0.01
    /// Counts of tolerated failures beyond that are not looked at.
    private static let mostTolerated = 100_000

    var barFindings: [LintFinding] {
        guard let requests = observed.requests, requests.isFinite, requests >= 0 else { return [] }
        let seen = requests * min(max(observed.canaryShare, 0), 1)
        let strictest = bars.max { $0.successRate < $1.successRate }
        return [strictest.flatMap { fewRequests($0, seen) }, falseRollback(seen)].compactMap { $0 }
    }

    private static func percent(_ share: Double) -> String { Readable.number(share * 100) + " %" }

    private func fewRequests(_ bar: RateBar, _ seen: Double) -> LintFinding? {
        let least = bar.leastRequests
        guard seen < least else { return nil }
        return LintFinding(
            .fewRequests, .warning, at: bar.role.rawValue,
            "a bar of \(Self.percent(bar.successRate)) success needs \(Readable.count(least)) requests in a measurement, "
                + "and the canary has \(Readable.count(seen)): single failures decide",
            hint: longer(least, seen) + "judge: sequential, which may be used at any traffic")
    }

    /// The range that has enough requests, where it is one that people wait for.
    private func longer(_ least: Double, _ seen: Double) -> String {
        let instead = "state "
        guard let ratio, seen > 0 else { return instead }
        let minutes = (ratio.range.inSeconds * least / seen / 60 - 1e-9).rounded(.up)
        guard minutes <= 24 * 60 else { return instead }
        return "look at [\(PromQLDuration.text(.seconds(minutes * 60)))], or state "
    }

    // MARK: Healthy releases

    /// The chance that a release with stable's errors fails; nil where too little is known, or failures are not counted.
    package var rollbackChance: Double? {
        guard let requests = observed.requests else { return nil }
        return failure(requests * min(max(observed.canaryShare, 0), 1))?.ofMetric
    }

    private struct Failure {
        let bar: RateBar
        let errorRate: Double
        let count: Int
        let ofMeasurement: Double
        let ofMetric: Double
    }

    private func failure(_ seen: Double) -> Failure? {
        guard let bar = bars.first, bar.role == (metric.conditions.failure == nil ? .success : .failure),
            let errorRate = observed.errorRate, (0...1).contains(errorRate), let count = measurements,
            metric.limits.consecutiveSuccess == 0, (0...Self.mostTolerated).contains(metric.limits.failure)
        else { return nil }
        let each = RollbackChance.ofMeasurement(missing: bar, requests: seen, errorRate: errorRate, empty: empty)
        return Failure(
            bar: bar, errorRate: errorRate, count: count, ofMeasurement: each,
            ofMetric: RollbackChance.exceeding(metric.limits.failure, of: count, each: each))
    }

    /// As many as are stated, or as the stage has.
    private var measurements: Int? {
        if let count = metric.limits.count { return count }
        guard let window, metric.interval > .zero, window >= metric.initialDelay else { return nil }
        return Int(clamping: (window - metric.initialDelay).milliseconds / max(1, metric.interval.milliseconds) + 1)
    }

    /// What the conditions say of a share of nothing.
    private var empty: RollbackChance.Empty {
        let shape = ResultShape(of: metric.provider)
        let nothing: Value = shape == .number ? .double(.nan) : .vector([.nan])
        return switch metric.conditions.outcome(of: nothing, mode: mode) {
        case .failed: .fails
        case .successful: .passes
        case .inconclusive, .error: .skipped
        case .noData:
            switch metric.noData {
            case .wait: .skipped
            case .ok: .passes
            case .bad: .fails
            }
        }
    }

    private func falseRollback(_ seen: Double) -> LintFinding? {
        guard seen > 0, let failure = failure(seen) else { return nil }
        let errors = "\(Self.percent(failure.errorRate)) errors"
        guard failure.bar.passes(good: 1 - failure.errorRate, bad: failure.errorRate) else {
            return LintFinding(
                .falseRollback, .error, at: failure.bar.role.rawValue,
                "stable itself misses the bar: it has \(errors), and \(Self.percent(failure.bar.successRate)) success is wanted",
                hint: "state a bar that stable meets, or judge: sequential, which compares with stable")
        }
        guard failure.ofMetric >= Self.harmlessChance else { return nil }
        func cases(_ chance: Double) -> String { "\(Int(min(max((chance * 100).rounded(), 1), 99))) of 100" }
        return LintFinding(
            .falseRollback, .warning, at: failure.bar.role.rawValue,
            "a healthy release fails in \(cases(failure.ofMetric)) cases: with stable's \(errors) a measurement of "
                + "\(Readable.count(seen)) requests misses the bar in \(cases(failure.ofMeasurement)), and of "
                + "\(Readable.plural(failure.count, "measurement")) \(metric.limits.failure) may",
            hint: "state judge: sequential, which compares with stable, or a bar further away from stable's errors")
    }
}
