/// What an analysis says about a release.
package enum Verdict: String, Codable, CaseIterable, Sendable {
    case pass, fail, inconclusive
    /// Undecided so far; more will be known later.
    case needsMoreData
    /// The backend could not be reached: the history will be read again.
    case unknown
    /// The configuration is wrong, and a person must correct it.
    case error

    /// The verdict of a stage from those of its gating metrics, first match wins: any fail, any error, any unknown;
    /// pass if all pass; at the deadline inconclusive, before it more data is needed.
    ///
    /// - Parameters:
    ///   - isSoaked: whether the minimum window has passed, before which nothing does.
    ///   - isPastDeadline: whether waiting for more data has ended.
    package static func folding(
        _ verdicts: some Sequence<Verdict>, isSoaked: Bool = true, isPastDeadline: Bool
    ) -> Verdict {
        let verdicts = Set(verdicts)
        for decisive in [fail, error, unknown] where verdicts.contains(decisive) { return decisive }
        if verdicts.isSubset(of: [.pass]) { return isSoaked ? .pass : .needsMoreData }
        if isPastDeadline { return .inconclusive }
        // A metric that has ended inconclusive waits for nothing but the others.
        return verdicts.contains(.needsMoreData) ? .needsMoreData : .inconclusive
    }

    /// Whether a pass that was reached with data up to `decidedAt` still counts at `now`: for two intervals and the
    /// backend's delay.
    package static func isFresh(
        decidedAt: Timestamp, now: Timestamp, interval: Duration, delay: Duration
    ) -> Bool {
        now <= decidedAt + interval + interval + delay
    }
}
