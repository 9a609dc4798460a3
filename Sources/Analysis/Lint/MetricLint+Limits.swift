/// Limits that cannot be reached, and stages that are too short.
extension MetricLint {
    var limitFindings: [LintFinding] {
        unreachable + [withoutSuccess].compactMap(\.self) + (window.map(stageFindings) ?? [])
    }

    private var limits: MeasurementLimits { metric.limits }
    /// Only conditions, and what judges by itself, count failures and successes.
    private var countsMeasurements: Bool { metric.judge == nil }

    // MARK: Limits among themselves

    private var unreachable: [LintFinding] {
        guard countsMeasurements, let count = limits.count else { return [] }
        var findings: [LintFinding] = []
        if limits.failure >= count {
            findings.append(
                LintFinding(
                    .neverFails, .error, at: "failureLimit",
                    "never fails: \(Readable.plural(limits.failure, "failure")) of "
                        + "\(Readable.plural(count, "measurement")) \(limits.failure == 1 ? "is" : "are") tolerated",
                    hint: metric.interval > .zero
                        ? "state a failureLimit below count" : "state interval and count, or failureLimit: 0"))
        }
        if limits.consecutiveSuccess > count {
            findings.append(
                LintFinding(
                    .neverPasses, .error, at: "consecutiveSuccessLimit",
                    "never passes: \(limits.consecutiveSuccess) successes in a row are wanted of "
                        + Readable.plural(count, "measurement"),
                    hint: "state interval and count: \(limits.consecutiveSuccess) at least"))
        }
        return findings
    }

    /// What is neither good nor bad counts towards the end like everything else, and at the end what is tolerated passes.
    private var withoutSuccess: LintFinding? {
        let canBeInconclusive = metric.conditions.success != nil && metric.conditions.failure != nil || shape == .phase
        guard countsMeasurements, canBeInconclusive, let count = limits.count, limits.inconclusive > 0,
            limits.consecutiveSuccess == 0, limits.failure < count, limits.inconclusive >= count - limits.failure
        else { return nil }
        let failures = limits.failure > 0 ? "\(Readable.plural(limits.failure, "failure")) and " : ""
        return LintFinding(
            .passesWithoutSuccess, .warning, at: "inconclusiveLimit",
            "passes without a single success: \(failures)\(limits.inconclusive) inconclusive of "
                + "\(Readable.plural(count, "measurement")) are tolerated",
            hint: "state smaller limits, or consecutiveSuccessLimit for what has to succeed")
    }

    // MARK: The stage

    private func stageFindings(_ window: Duration) -> [LintFinding] {
        let stage = "the stage lasts \(Readable.span(window))"
        guard metric.initialDelay <= window else {
            return [
                LintFinding(
                    .neverMeasured, .error, at: "initialDelay",
                    "the first measurement is \(Readable.span(metric.initialDelay)) after the stage began, and \(stage)",
                    hint: "state a shorter initialDelay, or a longer pause")
            ]
        }
        guard metric.interval > .zero else { return [] }
        let possible = (window - metric.initialDelay).milliseconds / max(1, metric.interval.milliseconds) + 1
        var findings: [LintFinding] = []
        if metric.interval > window, limits.count != 1 {
            findings.append(
                LintFinding(
                    .longerThanStage, .warning, at: "interval",
                    "is measured once: every \(Readable.span(metric.interval)), and \(stage)",
                    hint: "state a shorter interval, or a longer pause"))
        } else if countsUpTo, let count = limits.count, count > possible {
            findings.append(
                LintFinding(
                    .longerThanStage, .warning, at: "count",
                    "\(count) measurements, one every \(Readable.span(metric.interval)), take longer than the stage: "
                        + "\(stage), which is enough for \(possible)",
                    hint: "state a smaller count or interval, or a longer pause"))
        }
        guard countsMeasurements, limits.count.map({ $0 > possible }) ?? true else { return findings }
        if limits.failure >= possible, limits.failure < limits.count ?? .max {
            findings.append(
                LintFinding(
                    .neverFails, .warning, at: "failureLimit",
                    "never fails within the stage, which has time for "
                        + "\(Readable.plural(Int(possible), "measurement")): failureLimit is \(limits.failure)",
                    hint: "state a smaller failureLimit or interval, or a longer pause"))
        }
        if limits.consecutiveSuccess > possible, limits.consecutiveSuccess <= limits.count ?? .max {
            findings.append(
                LintFinding(
                    .longerThanStage, .warning, at: "consecutiveSuccessLimit",
                    "\(limits.consecutiveSuccess) successes in a row need more than the "
                        + "\(Readable.plural(Int(possible), "measurement")) for which the stage has time",
                    hint: "state a smaller consecutiveSuccessLimit or interval, or a longer pause"))
        }
        return findings
    }

    /// The judges of counts go on for as long as it takes.
    private var countsUpTo: Bool {
        switch metric.judge {
        case .sequential?, .confident?: false
        case .compare?, nil: true
        }
    }
}
