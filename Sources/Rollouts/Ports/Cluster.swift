package import Analysis

/// The live state of one cluster, as far as anybody may read it.
///
/// Every answer comes before a deadline that the implementation was given; nothing here writes.
package protocol Cluster: Sendable {
    /// The object, or nil where there is none of this name.
    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON?

    /// All objects of a kind in a namespace whose labels match, for example Pods and ReplicaSets of a workload.
    func objects(_ kind: ObjectKind, namespace: String, matching selector: LabelSelector) async throws(ClusterFailure)
        -> [JSON]

    /// The API server's clock, to the second.
    func time() async throws(ClusterFailure) -> Timestamp

    /// What this program's identity may do in a namespace.
    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions
}

/// A kind of object by API group; without a version the server's preferred one is meant.
package struct ObjectKind: Hashable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    package let version: String?
    package let kind: String

    package init(group: String, version: String? = nil, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    package var description: String { group.isEmpty ? kind : "\(kind).\(group)" }
}

extension ObjectReference {
    /// The kind that the object is asked for by; without a version the server's preferred one.
    package var objectKind: ObjectKind {
        ObjectKind(group: group, version: version.isEmpty ? nil : version, kind: kind)
    }
}

/// Labels and expressions that an object's labels must all fulfil.
package struct LabelSelector: Hashable, Sendable {
    /// The form of the API's `labelSelector` parameter, for example `app=checkout,track in (canary)`.
    package let text: String

    package init(labels: [String: String]) {
        text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// A workload's `spec.selector`; nil where it is absent, empty or has an operator that nobody knows.
    package init?(_ selector: JSON?) {
        let labels = (selector?["matchLabels"]?.members ?? []).map { "\($0.name)=\($0.value.string ?? "")" }
        var terms = labels.sorted()
        for expression in selector?["matchExpressions"]?.array ?? [] {
            guard let key = expression["key"]?.string else { return nil }
            let values = (expression["values"]?.array ?? []).compactMap(\.string).joined(separator: ",")
            switch expression["operator"]?.string {
            case "In": terms.append("\(key) in (\(values))")
            case "NotIn": terms.append("\(key) notin (\(values))")
            case "Exists": terms.append(key)
            case "DoesNotExist": terms.append("!\(key)")
            default: return nil
            }
        }
        guard !terms.isEmpty else { return nil }
        text = terms.joined(separator: ",")
    }
}

/// The rules that hold for an identity in one namespace.
package struct Permissions: Hashable, Sendable {
    package struct Rule: Hashable, Sendable {
        package let verbs: Set<String>
        package let groups: Set<String>
        package let resources: Set<String>
        /// Empty where the rule holds for all names.
        package let names: Set<String>

        package init(verbs: Set<String>, groups: Set<String>, resources: Set<String>, names: Set<String> = []) {
            self.verbs = verbs
            self.groups = groups
            self.resources = resources
            self.names = names
        }
    }

    package let rules: [Rule]
    /// Whether the server could not list everything, as with authorisers that only answer single questions.
    package let isIncomplete: Bool

    package init(rules: [Rule], isIncomplete: Bool) {
        self.rules = rules
        self.isIncomplete = isIncomplete
    }

    /// Whether some rule allows the verb for every object of the resource, for example `get` of `apps` `deployments`.
    package func allow(_ verb: String, _ resource: String, group: String) -> Bool {
        rules.contains { rule in
            rule.names.isEmpty && !rule.verbs.isDisjoint(with: [verb, "*"])
                && !rule.groups.isDisjoint(with: [group, "*"]) && !rule.resources.isDisjoint(with: [resource, "*"])
        }
    }
}

/// Why the cluster could not be read.
package struct ClusterFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case unreachable
        /// The credential is missing, expired or refused.
        case unauthorized
        case forbidden
        case timedOut
        /// The answer is not what an API server says.
        case garbage
        /// The server does not serve this kind, for example because a CRD is not installed.
        case notFoundKind
        /// The server refuses the request as such.
        case rejected
        /// The kubeconfig or the service account's files.
        case configuration
        case cancelled
    }

    package let code: Code
    package let message: String
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
