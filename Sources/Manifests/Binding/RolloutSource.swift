package import Rollouts
package import YAML

/// A Rollout document and where it stands.
package struct RolloutSource: Sendable {
    package let id: RolloutID
    package let document: RolloutDocument
    package let stream: YAMLStream
    /// The number of the document in its file, from 0.
    package let index: Int
    /// The names of the Jobs that its analyses start.
    package var jobs: [String] = []

    package init(id: RolloutID, document: RolloutDocument, stream: YAMLStream, index: Int = 0) {
        self.id = id
        self.document = document
        self.stream = stream
        self.index = index
    }

    var spec: RolloutSpec { document.spec }

    /// About the field at `path`, or the nearest that is written.
    package func diagnostic(at path: FieldPath, _ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(stream.documents[index], at: path, message, hint: hint)
    }
}
