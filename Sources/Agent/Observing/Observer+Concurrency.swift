internal import Analysis
internal import Rollouts

/// Many rollouts at once, for no longer than a tick may take.
extension Observer {
    /// Observes all of them.
    ///
    /// At the deadline what still waits is cancelled, and that and what has not begun is left to the next tick. Those on
    /// their way back come first, then those that move; within each the order changes from minute to minute, so that
    /// none is left again and again.
    func observe(_ subjects: [Subject], until deadline: ContinuousClock.Instant) async -> [RolloutReport] {
        await withTaskGroup(of: RolloutReport?.self) { group in
            group.addTask {
                await ports.sleep(deadline)
                return nil
            }
            var reports: [RolloutReport] = []
            var waiting = ordered(subjects)[...]
            var running = 0
            var isOver = false
            while running > 0 || !waiting.isEmpty {
                while !isOver, running < width, let subject = waiting.popFirst() {
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

    private func ordered(_ subjects: [Subject]) -> [Subject] {
        let byUrgency = Dictionary(grouping: subjects) { subject in
            switch blank(subject.rollout).state?.phase {
            case .rollingBack: 0
            case .progressing: 1
            default: 2
            }
        }
        return byUrgency.sorted { $0.key < $1.key }.flatMap { _, subjects in
            let start = Int(now.milliseconds / 60_000 % Int64(subjects.count))
            return Array(subjects[start...] + subjects[..<start])
        }
    }

    func unobserved(_ subject: Subject) -> RolloutReport {
        var report = blank(subject.rollout)
        report.trouble = "the tick's time was over before everything was asked; the next one looks again"
        return report
    }
}
