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

    /// Whether every part is a name as Kubernetes has them (RFC 1123), and so one step of a path and one word of a line.
    package var isWellFormed: Bool { [environment, namespace, name].allSatisfy(Self.isName) }

    private static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 253 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.environment, left.namespace, left.name) < (right.environment, right.namespace, right.name)
    }
}
