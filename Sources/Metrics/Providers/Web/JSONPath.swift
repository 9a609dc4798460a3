internal import Rollouts

/// A path in Kubernetes' syntax (https://kubernetes.io/docs/reference/kubectl/jsonpath/), which Argo Rollouts' web
/// metrics use: `{$.data.rate}`, `{.items[?(@.name=="a")].value}`.
///
/// Where client-go is an accident rather than a rule this is kinder: a key in brackets may contain dots, an element without
/// the field that a filter asks for does not match, and an empty list hides none that follow it.
struct JSONPath: Sendable {
    let parts: [Part]

    /// Text, a path in braces, or what is repeated for each value of a path.
    indirect enum Part: Hashable, Sendable {
        case text(String)
        case path([Step])
        case range([Step], [Part])
    }

    indirect enum Step: Hashable, Sendable {
        case field(String)
        /// A key in brackets: the whole text, else the path that its dots make of it.
        case key(String, path: [String])
        case wildcard
        case recursive
        case slice(start: Int?, end: Int?, step: Int?)
        case index(Int)
        case union([[Step]])
        case filter(Operand, Comparison?, Operand?)
    }

    enum Operand: Hashable, Sendable {
        case path([Step])
        case literal(JSON)
    }

    enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    }

    /// The whole document.
    static let root = JSONPath(parts: [.path([])])

    private init(parts: [Part]) {
        self.parts = parts
    }

    init(parsing text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        parts = try parser.template()
    }
}

/// What is wrong with a path, or why it finds nothing in a document.
struct JSONPathError: Error, Hashable, CustomStringConvertible {
    let message: String
    /// In the text of the path, in characters from 1; 0 where the document is at fault.
    let column: Int
    let hint: String?

    init(_ message: String, at column: Int = 0, hint: String? = nil) {
        self.message = message
        self.column = column
        self.hint = hint
    }

    var description: String { column > 0 ? "column \(column): \(message)" : message }
}
