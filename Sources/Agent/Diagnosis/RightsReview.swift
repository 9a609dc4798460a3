internal import Rollouts

/// What an identity may do, held against what an agent that only reads needs.
struct RightsReview {
    let permissions: Permissions
    var isIncomplete: Bool { permissions.isIncomplete }

    init(_ permissions: Permissions) {
        self.permissions = permissions
    }

    /// A kind of object under the name that rules have for it.
    struct Resource: Hashable {
        let group: String
        let name: String

        /// The plural that Kubernetes gives a kind: lower case, with the English endings.
        init(group: String, kind: String) {
            self.group = group
            let kind = kind.lowercased()
            let isSibilant = ["s", "x", "ch", "sh"].contains { kind.hasSuffix($0) }
            name = isSibilant ? kind + "es" : kind.hasSuffix("y") ? kind.dropLast() + "ies" : kind + "s"
        }
    }

    /// What may not be read, as `get httproutes.gateway.networking.k8s.io`.
    func missing(_ needed: Set<Resource>) -> [String] {
        needed.flatMap { resource in
            // Single objects are got; only pods are listed.
            [resource.name == "pods" ? "list" : "get"].filter {
                !permissions.allow($0, resource.name, group: resource.group)
            }
            .map { "\($0) \(Self.title(resource.name, resource.group))" }
        }.sorted()
    }

    /// Rights that an agent must not have, with what they are on.
    var excess: [String] {
        var found: Set<String> = []
        for rule in permissions.rules {
            let writing = rule.verbs.intersection(Self.writing)
            let groups = rule.groups.subtracting(Self.reviews)
            if !writing.isEmpty, !groups.isEmpty {
                let verbs = writing.contains("*") ? "do anything to" : writing.sorted().joined(separator: "/")
                for group in groups {
                    for resource in rule.resources { found.insert("\(verbs) \(Self.title(resource, group))") }
                }
            }
            let reading = !rule.verbs.isDisjoint(with: ["get", "list", "watch", "*"])
            let secrets =
                !rule.resources.isDisjoint(with: ["secrets", "*"]) && !rule.groups.isDisjoint(with: ["", "*"])
            if reading, secrets { found.insert("read secrets") }
        }
        return found.sorted()
    }

    private static let writing: Set = [
        "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "escalate", "*",
    ]

    /// Asking what one may do is a `create` that everybody has.
    private static let reviews: Set = ["authorization.k8s.io", "authentication.k8s.io"]

    private static func title(_ resource: String, _ group: String) -> String {
        let name = resource == "*" ? "all resources" : resource
        return group.isEmpty ? name : group == "*" ? "\(name) of all groups" : "\(name).\(group)"
    }
}
