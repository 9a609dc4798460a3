/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored as POSIX does.
///
/// Every clock reading enters the program as a value of this type; nothing in the pure targets asks for the time.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The nearest millisecond; a value that is not finite or out of range becomes the nearest representable time.
    package init(seconds: Double) {
        let scaled = (seconds * 1000).rounded()
        milliseconds = Int64(exactly: scaled) ?? (scaled > 0 ? Self.bound : -Self.bound)
    }

    /// Seconds since 1970 with a fraction.
    package var seconds: Double { Double(milliseconds) / 1000 }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (time: Self, span: Duration) -> Self {
        Self(milliseconds: time.milliseconds.addingSaturated(span.milliseconds))
    }

    package static func - (time: Self, span: Duration) -> Self {
        Self(milliseconds: time.milliseconds.subtractingSaturated(span.milliseconds))
    }

    /// How long after `earlier` this time is; negative when it is before.
    package static func - (later: Self, earlier: Self) -> Duration {
        .milliseconds(later.milliseconds.subtractingSaturated(earlier.milliseconds))
    }

    /// The first instant that is not before this one and lies on the grid of `step` counted from 1970.
    package func alignedUp(to step: Duration) -> Self {
        let width = step.milliseconds
        guard width > 0 else { return self }
        let rest = milliseconds % width
        if rest == 0 { return self }
        return Self(milliseconds: milliseconds - rest + (rest > 0 ? width : 0))
    }

    /// The year 5138, where every sum of two times still fits.
    private static let bound: Int64 = 100_000_000_000_000
}

extension Duration {
    /// Whole milliseconds, rounded towards zero; saturates instead of trapping.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds > 0 ? .max / 4 : .min / 4 }
        return product.addingSaturated(attoseconds / 1_000_000_000_000_000)
    }

    /// Seconds with a fraction.
    package var inSeconds: Double { Double(milliseconds) / 1000 }
}

extension Int64 {
    fileprivate func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
