/// What is wrong with an analysis template.
package struct TemplateError: Error, Hashable, Sendable {
    /// Where in the document, as a field path: `spec.metrics[0].count`; empty where the caller knows it.
    package var path: String
    package let message: String
    package let hint: String?

    package init(_ message: String, at path: String = "", hint: String? = nil) {
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// The finding as Argo words it: with the item that it is about, and without the field inside it.
    package var argoDescription: String {
        guard let end = path.firstIndex(of: "]") else { return message }
        return "\(path[...end]): \(message)"
    }

    func at(_ path: String) -> TemplateError {
        TemplateError(message, at: self.path.isEmpty ? path : path + "." + self.path, hint: hint)
    }
}

extension TemplateError: CustomStringConvertible {
    package var description: String {
        (path.isEmpty ? "" : path + ": ") + message + (hint.map { " (\($0))" } ?? "")
    }
}
