/// When the engine looks at the branch, and when it applies what it has seen there.
package struct SyncSchedule: Sendable {
    package var interval: Duration
    package var delay: Duration
    private var nextPoll: Moment?
    private var seen: (revision: String, at: Moment)?
    private var applied: [String: String] = [:]

    package init(interval: Duration, delay: Duration) {
        self.interval = interval
        self.delay = delay
    }

    /// Whether the branch is to be looked at now; if so, the next time is one interval later.
    package mutating func isPollDue(at now: Moment) -> Bool {
        if let nextPoll, now < nextPoll { return false }
        nextPoll = now + interval
        return true
    }

    package mutating func saw(_ revision: String, at now: Moment) {
        guard seen?.revision != revision else { return }
        seen = (revision, now)
    }

    /// The revision that an environment is to be given now: one that is new to it, or the same again so that drift is
    /// corrected at each poll.
    package mutating func due(for environment: Environment, isPoll: Bool, at now: Moment) -> String? {
        guard let seen, !environment.isSuspended, now - seen.at >= delay + environment.extraDelay else { return nil }
        let isNew = applied[environment.name] != seen.revision
        guard isNew || isPoll else { return nil }
        applied[environment.name] = seen.revision
        return seen.revision
    }

    /// The whole cluster is new: everything is to be applied again.
    package mutating func forget() {
        applied = [:]
    }
}
