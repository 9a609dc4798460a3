/// Why a person's word would have no meaning now; nothing is committed.
package struct SteeringRefusal: Error, Hashable, Sendable {
    package let message: String
    package let hint: String?
    /// Whether the name is what is wrong: it means no rollout, or several.
    package let isOfName: Bool

    package init(_ message: String, hint: String? = nil, isOfName: Bool = false) {
        self.message = message
        self.hint = hint
        self.isOfName = isOfName
    }
}
