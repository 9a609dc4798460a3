package import Analysis
package import Rollouts

/// The releases of one rollout as its branch has had them.
package struct HistoryReport: Sendable {
    package var now: Timestamp
    package var id: RolloutID
    /// Newest first.
    package var releases: [ReleaseRecord]
    /// How many older ones are left out.
    package var omitted: Int

    /// - Parameters:
    ///   - events: oldest first.
    ///   - limit: how many releases are shown; nil for all.
    package init(now: Timestamp, id: RolloutID, events: [HistoryEvent], limit: Int? = nil) {
        self.now = now
        self.id = id
        let all = ReleaseRecord.folding(HistoryEvent.classifying(events))
        releases = Array(all.prefix(limit ?? all.count))
        omitted = all.count - releases.count
    }

    /// One attempt alone.
    init(now: Timestamp, id: RolloutID, record: ReleaseRecord) {
        self.now = now
        self.id = id
        releases = [record]
        omitted = 0
    }

    /// - Parameter isWhole: with every commit below its release.
    package func lines(_ layout: Layout, isWhole: Bool = false) -> [String] {
        guard !releases.isEmpty else { return ["\(id) has no history: the agent has committed nothing for it yet."] }
        var table = TextTable()
        for release in releases { table.add(row(of: release)) }
        var lines = table.lines(layout)
        if isWhole {
            lines = zip(lines, releases).flatMap { line, release in [line] + commits(of: release, layout) }
        }
        if omitted > 0 {
            lines.append(layout.palette.paint("… and \(omitted) older; --limit shows more", .faint))
        }
        return lines
    }

    private func row(of record: ReleaseRecord) -> [TextTable.Cell] {
        let from = record.previous.map { "\($0.values.title) → " } ?? ""
        let attempt = record.release.attempt > 1 ? " (attempt \(record.release.attempt))" : ""
        return [
            .init(text: record.began.map { Self.minute($0) } ?? "-", tint: .faint),
            .init(text: from + record.release.values.title + attempt, tint: .strong),
            .init(text: record.outcome, tint: record.ending.tint),
        ]
    }

    /// To the minute, always with the date: a history is read weeks later.
    static func minute(_ time: Timestamp) -> String {
        let text = time.rfc3339
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }
}

extension ReleaseRecord {
    /// How it came out, in words.
    package var outcome: String {
        let length = began.flatMap { began in
            ended.map { RelativeTime.span(($0 - began).milliseconds / 1000) }
        }
        let after = length.map { " after \($0)" } ?? ""
        switch ending {
        case .underWay(let stage): return "under way, at \(stage)"
        case .setBack(let stage, let author, let commit):
            return "set back to \(stage) by \(author) in \(commit.short)"
        case .adopted: return "adopted"
        case .stable: return "stable\(after)"
        case .goingBack(let reason): return "going back\(Self.because(reason))"
        case .rolledBack(let reason): return "rolled back from \(highest)\(after)\(Self.because(reason))"
        case .reverted(let author, let commit): return "reverted by \(author) in \(commit.short)\(after)"
        case .superseded: return "superseded\(after)"
        }
    }

    private static func because(_ reason: String) -> String {
        reason.isEmpty ? "" : ": \(StandingSummary.brief(reason))"
    }
}

extension HistoryReport {
    private func commits(of record: ReleaseRecord, _ layout: Layout) -> [String] {
        record.events.reversed().map { event in
            let mark = event.kind == .step ? "" : " (\(event.kind.rawValue) by \(event.author))"
            let name = "\(id.name): "
            let subject = event.subject.hasPrefix(name) ? String(event.subject.dropFirst(name.count)) : event.subject
            let head = "  \(event.commit.short)  \(Self.minute(event.time))  "
            let rest = (subject + mark).cut(to: layout.width.map { max(20, $0 - head.count) })
            return layout.palette.paint(head, .faint) + rest
        }
    }
}

extension ReleaseRecord.Ending {
    fileprivate var tint: Palette.Tint {
        switch self {
        case .stable, .adopted: .good
        case .underWay, .goingBack, .superseded: .moving
        case .rolledBack, .reverted, .setBack: .bad
        }
    }
}
