extension HTTPClient {
    /// How a repeatable request is sent again when the server is busy or away.
    package struct RetryPolicy: Hashable, Sendable {
        package var attempts = 3
        /// Before the second attempt, doubled before each further one; a `Retry-After` in seconds counts instead.
        package var pause: Duration = .milliseconds(250)
        package var statuses: Set<Int> = [429, 500, 502, 503, 504]

        package init() {}
    }

    /// Sends a request until it is answered with something better than "later".
    ///
    /// Stays inside the request's deadline: where the next attempt would not fit, the last answer or error stands.
    package func send(_ request: Request, retrying policy: RetryPolicy) async throws(HTTPError) -> Response {
        let end = ContinuousClock.now + request.deadline
        var pause = policy.pause
        for attempt in 1... {
            var current = request
            current.deadline = ContinuousClock.now.duration(to: end)
            let outcome = await outcome(of: current)
            let wait = retryPause(outcome, pause, policy)
            guard let wait, attempt < policy.attempts, ContinuousClock.now + wait < end else {
                return try outcome.get()
            }
            do { try await Task.sleep(for: wait) } catch { return try outcome.get() }
            pause *= 2
        }
        throw HTTPError(.timedOut, operation: request.method.rawValue, message: "no attempt is left")
    }

    private func outcome(of request: Request) async -> Result<Response, HTTPError> {
        do { return .success(try await send(request)) } catch { return .failure(error) }
    }

    /// How long to wait before the next attempt; nil where the outcome is final.
    private func retryPause(
        _ outcome: Result<Response, HTTPError>, _ pause: Duration, _ policy: RetryPolicy
    ) -> Duration? {
        switch outcome {
        case .success(let response):
            guard policy.statuses.contains(response.status) else { return nil }
            let stated = response[header: "Retry-After"].flatMap { Int($0) }
            return stated.map { .seconds(min(max($0, 0), 3600)) } ?? pause
        case .failure(let error):
            return error.code == .unreachable || error.code == .interrupted ? pause : nil
        }
    }
}
