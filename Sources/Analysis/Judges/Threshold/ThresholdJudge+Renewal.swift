extension ThresholdJudge {
    /// What a pass is worth that has grown old.
    package struct Renewal: Sendable {
        package let outcome: MetricOutcome
        /// The first and the last measurement of the window that it is about.
        package let window: Window
    }

    /// Judges the windows since a pass that are as long as the one that passed: one that failed is a failure, and
    /// otherwise the newest one says what the pass is worth.
    ///
    /// Every one of them is looked at, one for each measurement at its end, so that it does not matter who looked while
    /// they were the newest.
    ///
    /// - Parameters:
    ///   - measurements: all since the beginning, in the order of time.
    ///   - passed: the outcome of the first of them.
    ///   - due: until then the pass was fresh, and windows that had ended before were nobody's business.
    /// - Returns: nil where no window has ended since then.
    package func renewal(
        _ measurements: [Measurement], of passed: MetricOutcome, from due: Timestamp
    ) -> Renewal? {
        guard let end = measurements.lastIndex(where: { $0.time == passed.endedAt }),
            let newest = measurements.last, newest.time >= due, measurements.count > end + 1
        else { return nil }
        let measured = measurements.map { ($0, outcome(of: $0)) }
        let windows = (end + 1..<measured.count).lazy.map { $0 - end...$0 }
        let failed = windows.first { measured[$0.upperBound].0.time >= due && fails(measured[$0]) }
        let window = failed ?? measured.count - 1 - end...measured.count - 1
        return Renewal(
            outcome: walk(measured[window]),
            window: Window(start: measured[window.lowerBound].0.time, end: measured[window.upperBound].0.time))
    }

    /// The verdict of a walk without its words.
    private func fails(_ measured: ArraySlice<(Measurement, MeasurementOutcome)>) -> Bool {
        var counters = MeasurementCounters()
        for (_, outcome) in measured {
            counters.add(outcome)
            let phase = limits.assess(counters).phase
            if phase.isCompleted { return phase == .failed || phase == .error && mode == .argo }
        }
        return false
    }
}
