/// The object id of a commit, as 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
package struct CommitID: Hashable, Sendable {
    package let hex: String

    package init(hex: String) {
        self.hex = hex
    }

    /// The first nine digits, as people read them.
    package var short: String { String(hex.prefix(9)) }
}
