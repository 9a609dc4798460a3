/// The range in which a Flagger metric's value has to be, and the unit in which it is compared.
package struct FlaggerBounds: Hashable, Sendable {
    package enum Unit: String, Codable, CaseIterable, Hashable, Sendable {
        case none, percent, milliseconds
    }

    package let minimum: Double?
    package let maximum: Double?
    package let unit: Unit

    package init(minimum: Double? = nil, maximum: Double? = nil, unit: Unit = .none) {
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
    }

    /// The bounds of a metric for one of its sources.
    ///
    /// The deprecated `threshold`, 0 where it is not stated either, is the least success rate and the most of everything
    /// else: a metric without any bound fails on every value above 0.
    package init(_ metric: FlaggerMetric, source: FlaggerMetric.Source) {
        let builtIn: FlaggerMetric.BuiltIn? = if case .builtIn(let builtIn) = source { builtIn } else { nil }
        unit = builtIn == .successRate ? .percent : builtIn == .duration ? .milliseconds : .none
        if let range = metric.thresholdRange {
            minimum = range.min
            maximum = range.max
        } else {
            let bound = metric.threshold ?? 0
            minimum = builtIn == .successRate ? bound : nil
            maximum = builtIn == .successRate ? nil : bound
        }
    }

    /// Whether a value, which is never NaN, is within the bounds; they belong to the range.
    ///
    /// Milliseconds are compared whole, the bounds', too, with what follows the point cut off.
    package func admit(_ value: Double) -> Bool {
        guard unit != .milliseconds else {
            let value = Self.nanoseconds(value)
            return minimum.map { value >= Self.nanoseconds($0) } ?? true
                && maximum.map { value <= Self.nanoseconds($0) } ?? true
        }
        return !(minimum.map { value < $0 } ?? false) && !(maximum.map { value > $0 } ?? false)
    }

    /// A Go duration of whole milliseconds.
    ///
    /// It wraps around, so that what no duration can hold, such as an infinite one, is 0: Flagger takes that for fast.
    private static func nanoseconds(_ milliseconds: Double) -> Int {
        GoNumber.truncated(milliseconds) &* 1_000_000
    }

    /// The bounds as a table shows them: `>= 99 %`; nil where there are none.
    package var summary: String? {
        let bounds = [minimum.map { ">= \(readable($0))" }, maximum.map { "<= \(readable($0))" }].compactMap { $0 }
        return bounds.isEmpty ? nil : bounds.joined(separator: " and ")
    }

    /// The value as it is compared, with its unit.
    package func readable(_ value: Double) -> String {
        switch unit {
        case .none: Readable.number(value)
        case .percent: "\(Readable.number(value)) %"
        case .milliseconds: "\(Readable.number(value.rounded(.towardZero))) ms"
        }
    }
}
