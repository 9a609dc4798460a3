/// What a judge needs of a source beside values of now.
package enum MetricNeed: Hashable, Sendable {
    /// What was counted over a time that has passed.
    case counts
    /// Values of a time that has passed.
    case values
    /// The counters of a histogram's buckets.
    case buckets
}
