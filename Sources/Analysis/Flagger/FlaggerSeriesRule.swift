/// Which series counts where a query has several at one moment.
///
/// A query that means something has one. In which order a backend lists several is its own affair.
package enum FlaggerSeriesRule: String, Codable, Hashable, Sendable {
    case first, last
    /// More than one is a failed query.
    case only

    package func reading(of values: [Double]) -> FlaggerReading {
        guard let first = values.first, let last = values.last else { return .noData("no values were found") }
        if self == .only, values.count > 1 { return .failure("the query has \(values.count) values instead of one") }
        let value = self == .first ? first : last
        return value.isNaN ? .noData("the value is NaN") : .value(value)
    }
}

/// What a metric was at one check.
package enum FlaggerReading: Hashable, Sendable {
    case value(Double)
    case noData(String)
    /// The query could not be asked or answered; the text says why.
    case failure(String)

    /// The reading of a measurement, in which an array stands for several series.
    package init(_ reading: Measurement.Reading, by rule: FlaggerSeriesRule) {
        switch reading {
        case .absent: self = .noData("no values were found")
        case .failure(let message): self = .failure(message)
        case .value(.array(let elements, _)): self = rule.reading(of: elements.compactMap(\.number))
        case .value(let value):
            if let number = value.number {
                self = rule.reading(of: [number])
            } else {
                self = value.isNil ? .noData("no values were found") : .failure("the value is no number")
            }
        }
    }
}
