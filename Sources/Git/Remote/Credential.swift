/// A secret text that prints as redacted.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself; for the one place that sends it.
    package let revealed: String

    package init(_ text: String) {
        revealed = text
    }

    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Proves to one remote who is asking; it is sent to that remote's host alone.
package enum Credential: Hashable, Sendable {
    /// HTTP basic authentication; a forge's token goes in as the password.
    case basic(username: String, password: Secret)
    /// HTTP bearer authentication.
    case bearer(Secret)
    /// An unencrypted private key file that `ssh` reads.
    case key(file: String)

    var secret: Secret? {
        switch self {
        case .basic(_, let password): password
        case .bearer(let token): token
        case .key: nil
        }
    }
}
