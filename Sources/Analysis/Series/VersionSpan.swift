/// When a version of an application served, by a label of its series.
package struct VersionSpan: Hashable, Sendable {
    package let version: String
    /// When it was first seen, and last.
    package let first: Timestamp
    package let last: Timestamp
    /// What served when it appeared; nil for the first of all.
    package let previous: String?

    /// The versions in the order in which they appeared.
    ///
    /// - Parameter label: whose values are the versions; series without it are nobody's.
    package static func folding(_ series: [Series], label: String) -> [VersionSpan] {
        var bounds: [String: (first: Timestamp, last: Timestamp)] = [:]
        for one in series {
            guard let version = one.labels[label], !version.isEmpty else { continue }
            for point in one.points where point.value.isFinite {
                let known = bounds[version] ?? (point.time, point.time)
                bounds[version] = (min(known.first, point.time), max(known.last, point.time))
            }
        }
        let ordered = bounds.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }
        return ordered.enumerated().map { index, entry in
            // The newest of those that had appeared before and were still there.
            let before = ordered[..<index].last { $0.value.last >= entry.value.first } ?? ordered[..<index].last
            return VersionSpan(
                version: entry.key, first: entry.value.first, last: entry.value.last, previous: before?.key)
        }
    }
}
