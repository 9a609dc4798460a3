/// A share of requests, as the usual success and error rates have it: what was counted, divided by all that came.
package struct PromQLRatio: Hashable, Sendable {
    /// Asks for the requests in one window: the divisor, times the window's length where it is a rate.
    package let requests: String
    /// The window, which ends at each measurement.
    package let range: Duration
    /// The share is given in percent.
    package let isPercent: Bool

    /// Endings of counters that add up something else than requests; divided by a count they make a mean.
    private static let amounts = ["_sum", "_seconds_total", "_bytes_total"]

    /// Nil where the query is not one share of counters over one window.
    package init?(_ query: String) {
        let whole = PromQLScan(query)
        guard whole.divisors.count == 1, let divisor = whole.divisors.first else { return nil }
        let names = whole.selectors.compactMap(\.name)
        guard !names.contains(where: { name in Self.amounts.contains { name.hasSuffix($0) } }) else { return nil }
        let scan = PromQLScan(divisor)
        let windows = Set(scan.selectors.map(\.range))
        let functions = Set(scan.calls.map(\.name)).intersection(["rate", "increase"])
        guard windows.count == 1, let window = windows.first, let range = window, range > .zero,
            scan.selectors.allSatisfy({ $0.reach == range + $0.offset }),
            functions.count == 1, let function = functions.first
        else { return nil }
        self.range = range
        isPercent = whole.isPercent
        requests = function == "rate" ? "(\(divisor)) * \(Readable.number(range.inSeconds))" : divisor
    }
}
