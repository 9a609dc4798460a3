/// What each check of a Flagger analysis asks of one metric.
package struct FlaggerCheck: Hashable, Sendable {
    package var metric: String
    package var bounds: FlaggerBounds
    package var series: FlaggerSeriesRule
    /// What the backend's value is multiplied with before it is compared.
    package var scale: Double
    /// Stands for an answer without values; nil where that is no value.
    package var valueOfNothing: Double?
    /// False where not every time could be asked for: at the others the metric says nothing, whatever the mode.
    package var isAlwaysAsked = true

    package init(
        metric: String, bounds: FlaggerBounds, series: FlaggerSeriesRule = .last, scale: Double = 1,
        valueOfNothing: Double? = nil
    ) {
        self.metric = metric
        self.bounds = bounds
        self.series = series
        self.scale = scale
        self.valueOfNothing = valueOfNothing
    }

    /// - Parameters:
    ///   - provider: the backend of a template; Flagger's own metrics and queries of the Canary go to Prometheus.
    ///   - scale: the built-in query's.
    package init(
        _ metric: FlaggerMetric, source: FlaggerMetric.Source, provider: FlaggerProvider.Kind = .prometheus,
        scale: Double = 1
    ) {
        self.init(
            metric: metric.name, bounds: FlaggerBounds(metric, source: source), series: provider.series, scale: scale,
            valueOfNothing: provider.valueOfNothing)
    }

    /// What one reading means.
    enum Result: Hashable {
        case inRange(Double)
        case outOfRange(Double)
        case noData(String)
        case failure(String)
        /// Nobody asked at that time.
        case unasked
    }

    /// Safe mode takes nothing that is not a finite number for a value, and never a value for data that are missing.
    func result(of reading: Measurement.Reading, mode: FlaggerJudge.Mode) -> Result {
        switch FlaggerReading(reading, by: series) {
        case .failure(let message): return .failure(message)
        case .noData(let message):
            guard mode == .compat, let valueOfNothing else { return .noData(message) }
            return judged(valueOfNothing)
        case .value(let value):
            guard mode == .compat || value.isFinite else { return .noData("the value is \(Readable.number(value))") }
            return judged(value * scale)
        }
    }

    private func judged(_ value: Double) -> Result { bounds.admit(value) ? .inRange(value) : .outOfRange(value) }
}
