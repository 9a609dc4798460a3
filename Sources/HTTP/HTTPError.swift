/// Why a request has no answer; an answer with an error status is one.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// No connection: name not found, refused, no route.
        case unreachable
        /// The request's deadline passed.
        case timedOut
        /// The time to connect passed, with the handshake and before the deadline.
        case connectTimedOut
        /// The peer's certificate, ours, or the handshake.
        case tls
        /// The answer is longer than the request allows.
        case tooLarge
        /// A loopback, link-local or metadata address that the client may not talk to.
        case refusedAddress
        /// The task was cancelled.
        case cancelled
        /// The connection broke before the answer was complete.
        case interrupted
        /// What came back is not HTTP.
        case garbage
        /// The request itself cannot be sent: its URL, a header, a credential.
        case invalidRequest
    }

    package let code: Code
    /// Method and URL without query, for example `GET https://example.com/api`.
    package let operation: String
    package let message: String

    package init(_ code: Code, operation: String, message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }

    package var description: String { "\(operation): \(message)" }
}
