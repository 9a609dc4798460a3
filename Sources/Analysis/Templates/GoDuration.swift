/// A span of time as Go writes it: `1h5m`, `1.5s`, `300ms`, `-2m`.
package struct GoDuration: Hashable, Sendable {
    package let duration: Duration

    package init(_ duration: Duration) {
        self.duration = duration
    }

    /// Reads what Go's ParseDuration reads.
    ///
    /// - Parameter bareSeconds: also takes a whole number alone, as seconds; Argo allows that for pauses.
    package init(parsing text: String, bareSeconds: Bool = false) throws(TemplateError) {
        if bareSeconds, let seconds = GoNumber.int(text), seconds.magnitude < 1 << 40 {
            duration = .seconds(seconds)
            return
        }
        do throws(GoDurationText.Problem) {
            duration = .nanoseconds(try GoDurationText.nanoseconds(text))
        } catch {
            throw TemplateError(error.message, hint: Self.hint(for: error, in: text))
        }
    }

    private static func hint(for problem: GoDurationText.Problem, in text: String) -> String {
        switch problem.unit {
        case "d"?: "a day is not a unit in Go; write 24h"
        case let unit?: "unknown unit \(unit); units are ms, s, m and h"
        case nil where problem.lacksUnit: "missing unit; write \(text)s for seconds"
        case nil: "expected a number with a unit such as 90s, 5m or 1h, not longer than 292 years"
        }
    }
}
