/// Judges a metric by conditions on its values, one measurement after the other, as Argo's analysis run does.
///
/// It looks back: the answer comes from all measurements since the stage became live, walked in order up to the first
/// state that is final. So it does not matter when, or how often, somebody asks.
package struct ThresholdJudge: Sendable {
    /// What a point of the grid without data means.
    package enum NoDataPolicy: String, Codable, Sendable {
        /// Nothing: the metric waits for points that have data.
        case wait
        /// A success.
        case ok
        /// A failure.
        case bad
    }

    package var metric: String
    package var conditions: Conditions
    package var limits: MeasurementLimits
    package var mode: Expression.Mode
    package var noData: NoDataPolicy
    /// The provider has judged already: its values have a member `phase` that says how.
    package var statesPhase = false

    package init(
        metric: String, conditions: Conditions, limits: MeasurementLimits, mode: Expression.Mode = .safe,
        noData: NoDataPolicy = .wait
    ) {
        self.metric = metric
        self.conditions = conditions
        self.limits = limits
        self.mode = mode
        self.noData = noData
    }

    /// Walks the measurements, which are in the order of time.
    ///
    /// - Parameter isTerminating: the stage has ended, and with it what this metric could still have measured.
    package func judge(_ measurements: some Sequence<Measurement>, isTerminating: Bool = false) -> MetricOutcome {
        walk(measurements.lazy.map { ($0, outcome(of: $0)) }, isTerminating: isTerminating)
    }

    /// Walks measurements of which it is known what they mean.
    func walk(
        _ measured: some Sequence<(Measurement, MeasurementOutcome)>, isTerminating: Bool = false
    ) -> MetricOutcome {
        var counters = MeasurementCounters()
        var last: Measurement?
        var lastCounted: Timestamp?
        var message: String?
        var points: [MeasuredPoint] = []
        for (measurement, outcome) in measured {
            points.append(MeasuredPoint(measurement, outcome))
            counters.add(outcome)
            last = measurement
            switch outcome {
            case .noData(let text), .error(let text): message = text
            default: lastCounted = measurement.time
            }
            let (phase, reason) = limits.assess(counters)
            if phase.isCompleted {
                return MetricOutcome(
                    metric: metric, phase: phase, counters: counters, last: last, lastCounted: lastCounted,
                    endedAt: measurement.time,
                    sentence: sentence(phase, reason, counters, measurement, message), isStrict: mode == .argo,
                    measurements: points.suffix(MeasuredPoint.most))
            }
        }
        var (phase, reason) = limits.assess(counters, isTerminating: isTerminating)
        if mode == .safe, phase == .successful, counters.count == 0 {
            (phase, reason) = (.inconclusive, "the stage ended without a single measurement that had data")
        }
        return MetricOutcome(
            metric: metric, phase: phase, counters: counters, last: last, lastCounted: lastCounted,
            endedAt: phase.isCompleted ? last?.time : nil,
            sentence: sentence(phase, reason, counters, last, message), isStrict: mode == .argo,
            measurements: points.suffix(MeasuredPoint.most))
    }

    func outcome(of measurement: Measurement) -> MeasurementOutcome {
        let outcome: MeasurementOutcome
        switch measurement.reading {
        case .failure(let message): outcome = .error(message)
        case .value(let value) where statesPhase: outcome = MeasurementOutcome(stated: value)
        case .value(let value): outcome = conditions.outcome(of: value, mode: mode, now: measurement.time)
        // What an instant query of Prometheus returns where no series matches.
        case .absent: outcome = conditions.outcome(of: .vector([]), mode: mode, now: measurement.time)
        }
        guard case .noData = outcome else { return outcome }
        return switch noData {
        case .wait: outcome
        case .ok: .successful
        case .bad: .failed
        }
    }

    /// The words of a provider that judges by itself.
    private func stated(_ last: Measurement?) -> String? {
        guard statesPhase, case .value(let value)? = last?.reading, case .string(let words)? = value["message"] else {
            return nil
        }
        return Readable.line(words)
    }

    private func sentence(
        _ phase: MetricPhase, _ reason: String, _ counters: MeasurementCounters, _ last: Measurement?,
        _ message: String?
    ) -> String {
        let counted = "\(counters.successful) of \(Readable.plural(counters.measurements, "measurement")) succeeded"
        switch phase {
        case .pending: return "\(metric) has not been measured yet"
        case .running:
            let wanted = limits.count.map { " of \($0) wanted" } ?? ""
            let gaps = counters.noData > 0 ? ", \(counters.noData) had no data" : ""
            let errors = counters.error > 0 ? ", \(counters.error) could not be judged: \(message ?? "")" : ""
            return "\(metric) goes on: \(counters.count)\(wanted) counted, \(counters.failed) failed\(gaps)\(errors)"
        case .successful: return "\(metric) passed: \(counted)"
        case .failed, .inconclusive, .error:
            let word = phase == .failed ? "failed" : phase == .error ? "could not be judged" : "is inconclusive"
            var text = "\(metric) \(word): \(reason)"
            if phase == .failed, case .value(let value)? = last?.reading, let wanted = conditions.summary {
                text += "; last value \(value.readable), wanted \(wanted)"
            } else if let message = message ?? stated(last) {
                text += "; \(message)"
            }
            return text
        }
    }
}

/// What a backend answered for one time of the grid.
package struct Measurement: Hashable, Sendable {
    package enum Reading: Hashable, Sendable {
        case value(Value)
        /// The backend was asked and has nothing for this time.
        case absent
        /// The measurement itself failed; the text says how.
        case failure(String)
    }

    package let time: Timestamp
    package let reading: Reading

    package init(time: Timestamp, reading: Reading) {
        self.time = time
        self.reading = reading
    }

    /// The measurements of a grid from the series of a range query: one vector per time, in the order of the series.
    package static func series(_ series: [Series], at times: [Timestamp]) -> [Measurement] {
        let positions = GridPositions(times)
        var values: [[Value]] = Array(repeating: [], count: times.count)
        for one in series {
            for point in one.points {
                if let position = positions[point.time] { values[position].append(.double(point.value)) }
            }
        }
        return zip(times, values).map { time, values in
            Measurement(time: time, reading: values.isEmpty ? .absent : .value(.array(values, of: .double)))
        }
    }
}

extension Value {
    /// The value as a commit message shows it; the only element of a vector stands for the vector.
    package var readable: String {
        switch self {
        case .double(let double): Readable.number(double)
        case .string(let text): Readable.line(text)
        case .array(let elements, _) where elements.count == 1: elements[0].readable
        case .array(let elements, _) where elements.allSatisfy({ $0.number != nil }):
            "[" + elements.map(\.readable).joined(separator: ", ") + "]"
        default: description
        }
    }
}
