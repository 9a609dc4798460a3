import CCurl
import Synchronization

/// An HTTP client with one pool of connections for one set of credentials and trust.
///
/// Connections are reused within a client and never between two, because curl does not compare everything that makes
/// a connection somebody's. Any number of tasks may send at once.
package final class HTTPClient: Sendable {
    private let configuration: Configuration
    private let loop: TransferLoop

    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        loop = TransferLoop()
    }

    deinit {
        loop.stop()
    }

    /// Sends the request and waits for the whole answer, whatever its status.
    ///
    /// Returns or throws before the request's deadline; cancelling the task closes the transfer.
    package func send(_ request: Request) async throws(HTTPError) -> Response {
        let started = ContinuousClock.now
        var request = request
        var remainingRedirects = request.followsRedirects ? 5 : 0
        let deadline = request.deadline
        while true {
            let url = try parse(request)
            let response = try await exchange(request, url)
            guard remainingRedirects > 0, let target = redirect(from: url, request, response) else { return response }
            remainingRedirects -= 1
            request.url = target.text
            request.deadline = deadline - started.duration(to: .now)
        }
    }

    private func parse(_ request: Request) throws(HTTPError) -> URLParts {
        guard let url = URLParts(request.url) else {
            throw HTTPError(
                .invalidRequest, operation: request.method.rawValue,
                message: "the URL is not an http or https URL without a user name")
        }
        return url
    }

    private func exchange(_ request: Request, _ url: URLParts) async throws(HTTPError) -> Response {
        let operation = "\(request.method.rawValue) \(url.display)"
        guard request.deadline > .zero else {
            throw HTTPError(.timedOut, operation: operation, message: "the deadline has passed")
        }
        let transfer = try Transfer(request, to: url, configuration, operation: operation)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.continuation = continuation
                loop.submit(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }

    /// Where a redirect leads, if it is one that may be followed: same origin, and no repeated side effect.
    private func redirect(from url: URLParts, _ request: Request, _ response: Response) -> URLParts? {
        let repeatable = request.method == .get || request.method == .head
        guard [307, 308].contains(response.status) || repeatable && [301, 302, 303].contains(response.status),
            let location = response[header: "Location"], let target = URLParts(location, relativeTo: url),
            target.hasSameOrigin(as: url)
        else { return nil }
        return target
    }
}
