/// Why a person's word would have no meaning now; nothing is committed.
package struct SteeringRefusal: Error, Hashable, Sendable {
    package let message: String
    package let hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
