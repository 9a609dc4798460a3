package import Analysis

/// The versions that were found in a window, and how they were looked for.
package struct VersionSearch: Sendable {
    /// As it was asked.
    package let query: String
    package let label: String
    package let window: Window
    /// How finely beginnings are known: a version may have begun so much before it was first seen.
    let interval: Duration
    /// Whether there was any series at all.
    let isAnswered: Bool
    /// In the order in which they appeared.
    package let versions: [VersionSpan]

    /// Those that began in the window; one that was there from its first moment on has begun earlier.
    package var releases: [VersionSpan] { versions.filter { $0.previous != nil && $0.first > window.start } }

    /// What of a release is judged: its beginning, until the next one begins or it ends.
    ///
    /// - Parameter length: of the longest window, counted from the earliest time at which the release may have begun, so
    ///   that what was done after that time, such as a promotion, is no part of it.
    package func window(of version: VersionSpan, length: Duration) -> Window {
        let next = versions.first { $0.first > version.first }?.first ?? version.last
        let end = min(version.first + length - interval, version.last, next)
        return Window(start: version.first, end: max(version.first, end))
    }

    /// Why there is no release, and what to change; nil where there is one.
    package var problem: (message: String, hint: String)? {
        guard releases.isEmpty else { return nil }
        let asked = "\(query) from \(window.start.rfc3339) to \(window.end.rfc3339)"
        let further = "look further back: --since 90d"
        guard isAnswered else {
            return ("\(asked) found no series", "check the selector and --prometheus, or \(further)")
        }
        guard let first = versions.first else {
            let message = "\(asked) found series, none of which has the label \(label)"
            return (
                message,
                "name a label that they have by --version-label, and ask for the series themselves: sum() takes labels away"
            )
        }
        let known = versions.count == 1 ? "only the version \(first.version)" : "\(versions.count) versions"
        let were = versions.count == 1 ? "was" : "were"
        return ("\(asked) found \(known), which \(were) there from the beginning on", further)
    }
}
