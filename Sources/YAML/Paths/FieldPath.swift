/// The address of a value in a document, in the syntax of kustomize replacements:
/// `spec.rules.0.backendRefs.[name=checkout-canary].weight`.
package struct FieldPath: Hashable, Sendable {
    /// One step from a node to a value below it.
    package enum Step: Hashable, Sendable {
        /// A key of a mapping; in a list a number is the index from 0, and `-` the place after the last item.
        case field(String)
        /// The item of a list whose `key` has the text `value`; with an empty key the item that is itself `value`.
        case match(key: String, value: String)
        /// Every item or value.
        case any
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    package static let root = FieldPath()

    /// Reads a path; nil for the empty text, an empty step, or a bracket without its end.
    package init?(parsing text: String) {
        guard let steps = PathText.steps(text) else { return nil }
        self.steps = steps
    }

    package func appending(_ step: Step) -> FieldPath { FieldPath(steps + [step]) }
    package func appending(_ field: String) -> FieldPath { appending(.field(field)) }
    package func appending(_ index: Int) -> FieldPath { appending(.field(String(index))) }
    package static func + (left: FieldPath, right: FieldPath) -> FieldPath { FieldPath(left.steps + right.steps) }

    /// The path of the collection that holds the value; nil for the root.
    package var parent: FieldPath? { steps.isEmpty ? nil : FieldPath(steps.dropLast()) }
    package var last: Step? { steps.last }
    package var isRoot: Bool { steps.isEmpty }
}

extension FieldPath: CustomStringConvertible {
    /// The path as it is written; `.` for the root.
    package var description: String { steps.isEmpty ? "." : PathText.text(steps) }
}

extension FieldPath: ExpressibleByStringLiteral {
    /// A literal that is no path becomes one field of that name.
    package init(stringLiteral value: String) {
        self = FieldPath(parsing: value) ?? (value.isEmpty || value == "." ? .root : FieldPath([.field(value)]))
    }
}
