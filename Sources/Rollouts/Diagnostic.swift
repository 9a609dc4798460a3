/// What is wrong at one place of the repository, what was expected, and what to do about it.
package struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path from the repository's root.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in characters.
    package var column: Int
    package var message: String
    package var hint: String?

    package init(file: String, line: Int = 1, column: Int = 1, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// One line in the form that editors make clickable: `file:line:column: message`.
    package var description: String { "\(file):\(line):\(column): \(message)" }
}
