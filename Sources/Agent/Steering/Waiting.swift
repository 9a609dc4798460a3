/// Looks at one rollout again and again until it has reached a goal, has ended elsewhere, or the time is over.
package struct Waiting: Sendable {
    package let reference: RolloutReference
    package let goal: WaitGoal
    package let interval: Duration
    package let timeout: Duration

    package init(reference: RolloutReference, goal: WaitGoal, interval: Duration, timeout: Duration) {
        self.reference = reference
        self.goal = goal
        self.interval = interval
        self.timeout = timeout
    }

    package enum Outcome: Sendable {
        case reached(RolloutReport)
        case ended(RolloutReport)
        /// The last report, where there was one.
        case timedOut(RolloutReport?)
    }

    /// - Parameters:
    ///   - clock: what measures the timeout and the intervals.
    ///   - look: one tick that carries nothing out; its errors end the waiting only at the first look.
    ///   - hear: called with each report whose standing is another than the last one's.
    package func run<C: Clock<Duration>>(
        on clock: C, look: () async throws -> TickReport, hear: (RolloutReport) -> Void
    ) async throws -> Outcome {
        let end = clock.now.advanced(by: timeout)
        var last: RolloutReport?
        var isFirst = true
        while true {
            do {
                let report = try await report(in: look())
                if isFirst || report.standing != last?.standing { hear(report) }
                last = report
                switch goal.progress(of: report) {
                case .reached: return .reached(report)
                case .ended: return .ended(report)
                case .pending: break
                }
            } catch let error where isFirst || error is SteeringRefusal {
                throw error
            } catch {}
            isFirst = false
            let next = clock.now.advanced(by: interval)
            guard next < end else {
                try await clock.sleep(until: end, tolerance: nil)
                return .timedOut(last)
            }
            try await clock.sleep(until: next, tolerance: nil)
        }
    }

    private func report(in tick: TickReport) throws -> RolloutReport {
        let id = try reference.find(in: tick.rollouts.map(\.id))
        guard let report = tick.rollouts.first(where: { $0.id == id }) else {
            throw SteeringRefusal("there is no rollout \"\(reference)\"")
        }
        return report
    }
}
