internal import Analysis

/// Many rollouts at once, for no longer than a tick may take.
extension Observer {
    /// How many rollouts are observed at the same time: each waits for the network most of the time.
    private static let width = 8

    /// Observes all of them.
    ///
    /// At the deadline what still waits is cancelled, and what has not begun is said to be left to
    /// the next tick; which ones come first changes from minute to minute, so that none is left again and again.
    func observe(_ subjects: [Subject], until deadline: ContinuousClock.Instant) async -> [RolloutReport] {
        await withTaskGroup(of: RolloutReport?.self) { group in
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return nil
            }
            var reports: [RolloutReport] = []
            var waiting = rotated(subjects)[...]
            var running = 0
            var isOver = false
            while running > 0 || !waiting.isEmpty {
                while !isOver, running < Self.width, let subject = waiting.popFirst() {
                    group.addTask { await observe(subject) }
                    running += 1
                }
                if isOver {
                    reports += waiting.map(unobserved)
                    waiting = []
                }
                guard running > 0, let next = await group.next() else { continue }
                if let report = next {
                    reports.append(report)
                    running -= 1
                } else {
                    isOver = true
                    group.cancelAll()
                }
            }
            group.cancelAll()
            return reports
        }
    }

    private func rotated(_ subjects: [Subject]) -> [Subject] {
        guard !subjects.isEmpty else { return [] }
        let start = Int(now.milliseconds / 60_000 % Int64(subjects.count))
        return Array(subjects[start...] + subjects[..<start])
    }

    private func unobserved(_ subject: Subject) -> RolloutReport {
        var report = blank(subject.rollout)
        report.trouble = "the tick's time was over before this rollout was looked at; the next one looks again"
        return report
    }
}
