/// Describes why something that was asked of a repository or its remote did not happen.
package struct GitError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The credential was missing, wrong, or not allowed to do this.
        case authentication
        /// The host key is in no known_hosts file.
        case hostUnknown
        /// The host key is another than the known one.
        case hostChanged
        /// The server's certificate is not trusted or not for this name.
        case certificate
        case notFound
        case unreachable
        /// The conversation ended before its time.
        case interrupted
        case timeout(Stage)
        /// The other side does not speak git's protocol, or wrongly.
        case protocolViolation
        /// The server sends elsewhere than to the same origin.
        case redirected
        /// The server will not have it, whatever is fetched before.
        case refused
        /// What was asked contradicts itself or the configuration.
        case invalid
        /// The commit would have the tree of its parent.
        case unchanged
        case tooLarge
        /// The local mirror is damaged; the next fetch makes it anew.
        case damaged
        /// A program that signs could not do it.
        case signing
        /// Others moved the reference each time.
        case contended
    }

    /// What was being waited for.
    package enum Stage: String, Hashable, Sendable {
        case connect
        case list
        case send
        case receive
    }

    package let code: Code
    /// What was being done, as a verb and its object: "fetch https://…".
    package let operation: String
    /// One line, without control characters and secrets.
    package let message: String

    package init(_ code: Code, _ operation: String, _ message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }
}

extension GitError: CustomStringConvertible {
    package var description: String { "\(operation): \(message)" }
}
