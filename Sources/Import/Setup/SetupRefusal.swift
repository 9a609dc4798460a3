internal import Manifests
internal import Rollouts
internal import YAML

/// Why manifests cannot be set up as they are, and what a person can do about it.
package struct SetupRefusal: Error, Equatable, Sendable {
    package var message: String
    /// What led to it, each with its place.
    package var causes: [String]
    /// What to do, in the order in which it is safe.
    package var steps: [String]
    /// What may be done in the place of the steps.
    package var alternative: String?
    /// What is in the way beside it, and does not go with it.
    package var further: [SetupRefusal] = []

    package init(_ message: String, causes: [String] = [], steps: [String] = [], alternative: String? = nil) {
        self.message = message
        self.causes = causes
        self.steps = steps
        self.alternative = alternative
    }

    init(_ problem: Diagnostic) {
        self.init(problem.description, steps: problem.hint.map { [$0] } ?? [])
    }

    init(_ error: YAMLError) { self.init(Diagnostic(error)) }

    /// All that is in the way at once; nil where nothing is.
    static func all(_ refusals: [SetupRefusal]) -> SetupRefusal? {
        guard var first = refusals.first else { return nil }
        first.further = Array(refusals.dropFirst())
        return first
    }
}
