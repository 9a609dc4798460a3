package import Analysis
package import Rollouts

/// One release's way through the rollouts: where it was stated, by whom, and how it came out.
package struct ReleaseWayReport: Sendable {
    package var now: Timestamp
    /// What was asked for.
    package var release: String
    /// In the order in which the release came to them.
    package var stops: [Stop]

    /// One rollout that has had the release, or states it.
    package struct Stop: Sendable {
        package var id: RolloutID
        /// Its attempts at the release, oldest first.
        package var records: [ReleaseRecord]
        /// The commits that stated it, oldest first.
        package var statements: [Statement]

        var began: Timestamp? { [records.first?.began, statements.first?.time].compactMap(\.self).min() }
    }

    /// A commit that stated a release.
    package struct Statement: Equatable, Sendable {
        package var commit: CommitID
        package var time: Timestamp
        package var author: String
        package var subject: String
        package var release: Release
        /// The Promotion that brought it; nil where a person did.
        package var promotion: String?

        package init(
            commit: CommitID, time: Timestamp, author: String, subject: String, release: Release,
            promotion: String? = nil
        ) {
            self.commit = commit
            self.time = time
            self.author = author
            self.subject = subject
            self.release = release
            self.promotion = promotion
        }
    }

    /// What is known of one rollout: the commits that changed its state and those that stated a release, oldest first.
    package struct Past: Sendable {
        package var id: RolloutID
        package var events: [HistoryEvent]
        package var statements: [Statement]

        package init(id: RolloutID, events: [HistoryEvent], statements: [Statement]) {
            self.id = id
            self.events = events
            self.statements = statements
        }
    }

    /// - Parameter release: a version, an image, or the start of a digest.
    package init(now: Timestamp, release: String, pasts: [Past]) {
        self.now = now
        self.release = release
        let stops = pasts.compactMap { past -> Stop? in
            let records = ReleaseRecord.folding(HistoryEvent.classifying(past.events)).reversed()
            let own = records.filter { Self.means(release, $0.release.values) }
            let statements = past.statements.filter { Self.means(release, $0.release) }
            return own.isEmpty && statements.isEmpty ? nil : Stop(id: past.id, records: own, statements: statements)
        }
        self.stops = stops.sorted {
            ($0.began?.milliseconds ?? .max, $0.id) < ($1.began?.milliseconds ?? .max, $1.id)
        }
    }

    private static func means(_ text: String, _ release: Release) -> Bool {
        let images = release.values.filter { $0.key.hasPrefix("image.") }.map(\.value)
        return release.title == text || images.contains { $0 == text || ImageReference($0).version == text }
            || (text.count >= 8 && release.digest.hex.hasPrefix(text))
    }

    /// - Parameter isWhole: with every commit below its attempt.
    package func lines(_ layout: Layout, isWhole: Bool = false) -> [String] {
        guard !stops.isEmpty else { return ["No rollout has had the release \(release)."] }
        return stops.enumerated().flatMap { index, stop in
            (index == 0 ? [] : [""]) + lines(of: stop, layout, isWhole)
        }
    }

    private func lines(of stop: Stop, _ layout: Layout, _ isWhole: Bool) -> [String] {
        var lines = [layout.palette.paint("\(stop.id)", .strong)]
        // What was stated before an attempt began led to it.
        var statements = stop.statements[...]
        for record in stop.records {
            while let next = statements.first, let began = record.began, next.time <= began {
                lines.append(line(of: next, layout))
                statements = statements.dropFirst()
            }
            let report = HistoryReport(now: now, id: stop.id, record: record)
            lines += report.lines(layout, isWhole: isWhole).map { "  " + $0 }
        }
        lines += statements.map { line(of: $0, layout) }
        if stop.records.isEmpty { lines.append("  not begun") }
        return lines
    }

    private func line(of statement: Statement, _ layout: Layout) -> String {
        let by = statement.promotion.map { "stated by the promotion \($0)" } ?? "stated by \(statement.author)"
        let head = "  \(HistoryReport.minute(statement.time))  "
        let text = "\(by) in \(statement.commit.short): \(statement.subject)"
        return layout.palette.paint(head, .faint) + text.cut(to: layout.width.map { max(20, $0 - head.count) })
    }
}

extension ReleaseWayReport {
    /// The documented form for scripts; a member that has no value is left out.
    package var json: JSON {
        .members([
            "time": .string(now.rfc3339), "release": .string(release), "rollouts": .array(stops.map(\.json)),
        ])
    }
}

extension ReleaseWayReport.Stop {
    fileprivate var json: JSON {
        .members([
            "environment": .string(id.environment), "namespace": .string(id.namespace), "name": .string(id.name),
            "stated": .array(statements.map(\.json)), "releases": .array(records.map(\.json)),
        ])
    }
}

extension ReleaseWayReport.Statement {
    fileprivate var json: JSON {
        .members([
            "commit": .string(commit.hex), "time": .string(time.rfc3339), "author": .string(author),
            "subject": .string(subject), "promotion": .text(promotion),
        ])
    }
}
