/// Why a template could not be read, or not be filled in.
package struct GoTemplateError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// The text is no template of the language, or uses a part of it that is left out here.
        case syntax
        /// A function, variable or key that does not exist.
        case unknownName
        /// A function was given what it does not take.
        case value
        /// The template is larger, nests deeper or renders to more than is allowed.
        case limit
    }

    package let code: Code
    package let message: String
    package let hint: String?
    /// Characters (Unicode scalars) of the template before the place that the message is about.
    package let offset: Int
    /// Where that is in the template, both counted from 1.
    package private(set) var line = 1
    package private(set) var column = 1

    init(_ code: Code, _ message: String, at offset: Int, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.offset = offset
        column = offset + 1
    }

    /// The error with its line and column in `template`.
    func located(in template: [Unicode.Scalar]) -> GoTemplateError {
        var error = self
        let before = template.prefix(offset)
        error.line = 1 + before.count { $0 == "\n" }
        error.column = 1 + before.reversed().prefix { $0 != "\n" }.count
        return error
    }
}

extension GoTemplateError: CustomStringConvertible {
    /// The message with its place: `line 2, column 7: …`.
    package var description: String {
        "line \(line), column \(column): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}
