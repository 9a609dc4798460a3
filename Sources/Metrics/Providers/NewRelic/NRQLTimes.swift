internal import Analysis

/// The time range of a query in New Relic's language, so that the query can be asked about any time.
///
/// Bounds that count back from now, `SINCE 10 minutes ago UNTIL 1 minute ago`, become milliseconds since 1970 for each
/// time (https://docs.newrelic.com/docs/nrql/using-nrql/query-time-range). What is quoted or a comment is left alone.
struct NRQLTimes: Sendable {
    private enum Bound: Hashable, Sendable {
        case ago(Duration)
        case now
        case absolute
        /// `today`, `last week`, `monday`: depends on the day that it is asked.
        case calendar
    }

    private struct Clause: Sendable {
        let isStart: Bool
        let bound: Bound
        /// How many parentheses it stands in: a subquery has its own range.
        let depth: Int
        /// Of the bound, in the words of the query.
        let words: Range<Int>
    }

    private let query: String
    private let words: [NRQLWord]
    private let clauses: [Clause]
    private let window: Duration

    /// - Parameter window: what a query without SINCE looks back; New Relic itself takes an hour.
    init(_ query: String, window: Duration) {
        self.query = query
        self.window = window
        words = NRQLWord.words(of: query)
        clauses = Self.clauses(words)
    }

    /// Whether the same question can be asked about a past time.
    var isRetroactive: Bool { !clauses.contains { $0.bound == .calendar } }

    var hasStart: Bool { clauses.contains { $0.isStart && $0.depth == 0 } }

    /// Whether every time has the same answer.
    var isFixed: Bool {
        let outer = clauses.filter { $0.depth == 0 }
        return outer.contains { !$0.isStart && $0.bound == .absolute } && outer.allSatisfy { $0.bound == .absolute }
            && hasStart
    }

    /// The query about the window that ends at `time`; one that depends on the calendar is left as it is.
    func query(at time: Timestamp) -> String {
        guard isRetroactive else { return query }
        var text = ""
        var position = query.startIndex
        for clause in clauses {
            let bound = words[clause.words]
            guard
                let range = bound.first.flatMap({ first in
                    bound.last.map { first.range.lowerBound..<$0.range.upperBound }
                })
            else { continue }
            text += query[position..<range.lowerBound]
            switch clause.bound {
            case .ago(let span): text += Self.text(time - span)
            case .now: text += Self.text(time)
            case .absolute, .calendar: text += query[range]
            }
            if clause.isStart, !hasEnd(clause.depth) { text += " UNTIL \(Self.text(time))" }
            position = range.upperBound
        }
        text += query[position...]
        guard !hasStart else { return text }
        let end = hasEnd(0) ? "" : " UNTIL \(Self.text(time))"
        // On a line of its own, since the last one may end with a comment.
        return "\(text)\nSINCE \(Self.text(time - window))\(end)"
    }

    private func hasEnd(_ depth: Int) -> Bool { clauses.contains { !$0.isStart && $0.depth == depth } }

    private static func text(_ time: Timestamp) -> String { String(time.milliseconds) }

    // MARK: Reading

    private static func clauses(_ words: [NRQLWord]) -> [Clause] {
        words.indices.compactMap { index in
            let keyword = words[index].text.uppercased()
            guard keyword == "SINCE" || keyword == "UNTIL", let (bound, length) = bound(words[(index + 1)...]) else {
                return nil
            }
            return Clause(
                isStart: keyword == "SINCE", bound: bound, depth: words[index].depth,
                words: index + 1..<index + 1 + length)
        }
    }

    /// What follows the keyword, and how many words it is.
    private static func bound(_ words: ArraySlice<NRQLWord>) -> (Bound, length: Int)? {
        guard let first = words.first else { return nil }
        if first.isQuoted { return (.absolute, 1) }
        if first.text.uppercased() == "NOW" { return (.now, 1) }
        guard let number = Int64(first.text) else { return (.calendar, 1) }
        let next = words.dropFirst().prefix(2).map { $0.text.uppercased() }
        if next.count == 2, next[1] == "AGO" {
            guard let unit = unit(next[0]), number < 1 << 32 else { return (.calendar, 3) }
            return (.ago(.milliseconds(unit * number)), 3)
        }
        // The milliseconds of any day after 1970 have more digits than a count of units.
        return (number > 1_000_000_000 ? .absolute : .calendar, 1)
    }

    /// Milliseconds; months and years have no fixed length.
    private static func unit(_ word: String) -> Int64? {
        switch word {
        case "SECOND", "SECONDS": 1000
        case "MINUTE", "MINUTES": 60_000
        case "HOUR", "HOURS": 3_600_000
        case "DAY", "DAYS": 86_400_000
        case "WEEK", "WEEKS": 604_800_000
        default: nil
        }
    }
}
