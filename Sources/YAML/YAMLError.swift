/// A place in a file as an editor shows it: the line and the column, both from 1, the column in characters
/// (Unicode scalars), not in bytes.
package struct YAMLPosition: Hashable, Comparable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static let start = YAMLPosition(line: 1, column: 1)

    package static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// What is wrong at one place of a YAML file, with what to do about it where that is known.
package struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let position: YAMLPosition
    /// The field that it is about, where there is one.
    package let path: FieldPath?
    package let message: String
    package let hint: String?

    package init(
        file: String, position: YAMLPosition, path: FieldPath? = nil, message: String, hint: String? = nil
    ) {
        self.file = file
        self.position = position
        self.path = path
        self.message = message
        self.hint = hint
    }

    package var line: Int { position.line }
    package var column: Int { position.column }

    /// One line for a terminal or a log, in the form that editors make clickable: `file:line:column: message`.
    package var description: String { "\(file):\(line):\(column): \(message)" }
}

/// Everything that is wrong with one document, in the order of the file.
package struct YAMLProblems: Error, Hashable, Sendable, CustomStringConvertible {
    package let errors: [YAMLError]

    package init(_ errors: [YAMLError]) {
        self.errors = errors.sorted { $0.position < $1.position }
    }

    /// One line per problem.
    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
