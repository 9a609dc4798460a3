internal import Analysis
internal import Rollouts
internal import Synchronization

/// How much a run may still ask: by its own limit and by the forge's, with a reserve that only rollbacks spend.
final class RequestBudget: Sendable {
    private struct State {
        var spent = 0
        var end: Timestamp
        var limit: RateLimit?
        var silence: Timestamp?
    }

    private let state: Mutex<State>
    private let requests: Int
    private let reserve: Int
    private let span: Duration

    init(_ access: ForgeAccess, from start: Timestamp) {
        requests = access.requests
        reserve = min(access.reserve, access.requests)
        span = access.runDeadline
        state = Mutex(State(end: start + access.runDeadline))
    }

    /// Another run begins; what the forge itself has asked for holds on.
    func restart(at now: Timestamp) {
        state.withLock { state in
            state.spent = 0
            state.end = now + span
        }
    }

    /// Counts one request, or says why there may be none.
    func take(forRollback: Bool, at now: Timestamp) throws(ForgeFailure) {
        let refusal = state.withLock { state -> ForgeFailure? in
            if now >= state.end { return ForgeFailure(.budget, "the time of this run for the forge is over") }
            if let silence = state.silence, now < silence {
                return ForgeFailure(.rateLimited(wait: silence - now), "the forge wants to be left alone")
            }
            if let limited = state.limit?.refusal(reserve: forRollback ? 0 : reserve, at: now) { return limited }
            guard state.spent < requests - (forRollback ? 0 : reserve) else {
                let kept = forRollback ? "" : "; \(reserve) more are kept for rollbacks"
                return ForgeFailure(.budget, "this run has sent \(state.spent) requests to the forge\(kept)")
            }
            state.spent += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    /// What is left of the run's time.
    func left(at now: Timestamp) -> Duration { state.withLock { $0.end } - now }

    func note(_ limit: RateLimit) {
        guard limit.remaining != nil else { return }
        state.withLock { $0.limit = limit }
    }

    /// Nothing is asked before this time.
    func keepSilent(until time: Timestamp) {
        state.withLock { $0.silence = max($0.silence ?? time, time) }
    }
}

extension RateLimit {
    /// Why another request would go beyond what the forge has said; `reserve` is at most a quarter of its limit.
    fileprivate func refusal(reserve: Int, at now: Timestamp) -> ForgeFailure? {
        guard let remaining, let reset, now < reset else { return nil }
        let kept = min(reserve, (limit ?? .max) / 4)
        guard remaining <= kept else { return nil }
        let words = remaining == 0 ? "" : "; the last \(remaining) requests are kept for rollbacks"
        return ForgeFailure(.rateLimited(wait: reset - now), "the forge's rate limit is used up\(words)")
    }
}
