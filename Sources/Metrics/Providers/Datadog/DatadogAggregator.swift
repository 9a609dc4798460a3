internal import Analysis

/// How Datadog makes one number of a window's points.
enum DatadogAggregator: String {
    case avg, min, max, sum, last, percentile, mean, l2norm, area
    /// The oldest point, which is what Flagger takes.
    case first

    /// Those that a template may state.
    static let stated: [Self] = [.avg, .min, .max, .sum, .last, .percentile, .mean, .l2norm, .area]

    /// Of points that are in the order of time, at least one.
    func number(_ points: ArraySlice<Series.Point>) -> Double {
        let values = points.map(\.value)
        return switch self {
        case .first: values.first ?? .nan
        case .min: values.min() ?? .nan
        case .max: values.max() ?? .nan
        case .sum: values.reduce(0, +)
        default: values.last ?? .nan
        }
    }
}
