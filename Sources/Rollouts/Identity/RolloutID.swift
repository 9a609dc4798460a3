/// Names one rollout: `<environment>/<namespace>/<name>`.
///
/// The single environment `default` is left out of everything that people read.
package struct RolloutID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The environment of a repository that names none.
    package static let defaultEnvironment = "default"

    package let environment: String
    package let namespace: String
    package let name: String

    package init(environment: String = defaultEnvironment, namespace: String, name: String) {
        self.environment = environment
        self.namespace = namespace
        self.name = name
    }

    package var description: String {
        environment == Self.defaultEnvironment ? "\(namespace)/\(name)" : "\(environment)/\(namespace)/\(name)"
    }

    /// Where the agent keeps this rollout's state in the repository.
    package var statePath: String { ".headgate/state/\(description).yaml" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.environment, left.namespace, left.name) < (right.environment, right.namespace, right.name)
    }
}
