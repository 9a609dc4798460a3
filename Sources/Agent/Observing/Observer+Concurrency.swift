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
        await each(ordered(subjects), until: deadline, observe, leaving: unobserved)
    }

    /// Asks the forge for those whose decision hangs on it.
    func askForge(for reports: [RolloutReport], until deadline: ContinuousClock.Instant) async -> [RolloutReport] {
        var asking = self
        asking.asksForge = true
        return await asking.each(rotated(reports), until: deadline) { [asking] report in
            var report = report
            if let deliberation = report.deliberation { report.take(await asking.decided(deliberation)) }
            return Task.isCancelled ? unanswered(report) : report
        } leaving: {
            unanswered($0)
        }
    }

    private func unanswered(_ report: RolloutReport) -> RolloutReport {
        var report = report
        report.deliberation = nil
        report.decision = Decision(
            .progressing(.forge("it has not answered in time; the next tick asks again")),
            effects: report.decision?.effects ?? [])
        return report
    }

    private func each<Item: Sendable>(
        _ items: [Item], until deadline: ContinuousClock.Instant,
        _ body: @escaping @Sendable (Item) async -> RolloutReport, leaving: (Item) -> RolloutReport
    ) async -> [RolloutReport] {
        await withTaskGroup(of: RolloutReport?.self) { group in
            group.addTask {
                await ports.sleep(deadline)
                return nil
            }
            var reports: [RolloutReport] = []
            var waiting = items[...]
            var running = 0
            var isOver = false
            while running > 0 || !waiting.isEmpty {
                while !isOver, running < width, let item = waiting.popFirst() {
                    group.addTask { await body(item) }
                    running += 1
                }
                if isOver {
                    reports += waiting.map(leaving)
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
        return byUrgency.sorted { $0.key < $1.key }.flatMap { rotated($1) }
    }

    /// Another one first from minute to minute.
    private func rotated<Item>(_ items: [Item]) -> [Item] {
        guard !items.isEmpty else { return [] }
        let start = Int(now.milliseconds / 60_000 % Int64(items.count))
        return Array(items[start...] + items[..<start])
    }

    func unobserved(_ subject: Subject) -> RolloutReport {
        var report = blank(subject.rollout)
        report.trouble = "the tick's time was over before everything was asked; the next one looks again"
        return report
    }
}
