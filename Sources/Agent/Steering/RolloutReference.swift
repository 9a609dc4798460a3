package import Rollouts
internal import YAML

/// How a person names a rollout: `checkout`, `shop/checkout` or `production/shop/checkout`.
package struct RolloutReference: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) {
        description = text
    }

    package func matches(_ id: RolloutID) -> Bool {
        let full = [id.environment, id.namespace, id.name]
        let own = description.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return !own.isEmpty && own.count <= 3 && Array(full.suffix(own.count)) == own
    }

    /// The one of `ids` that is meant.
    ///
    /// - Throws: where there is none, or several.
    package func find(in ids: [RolloutID]) throws(SteeringRefusal) -> RolloutID {
        let found = ids.filter(matches).sorted()
        if found.count == 1 { return found[0] }
        if found.count > 1 {
            throw SteeringRefusal(
                "\"\(self)\" names \(found.count) rollouts",
                hint: "write one of " + found.map(\.description).joined(separator: ", "), isOfName: true)
        }
        if description.hasPrefix("promotion/"), !ids.contains(where: { $0.namespace == "promotion" }) {
            throw SteeringRefusal(
                "\"\(self)\" names a promotion, and this is about a rollout",
                hint: "explain, hold, resume and approve take a promotion", isOfName: true)
        }
        let near = Spelling.nearest(to: description, among: ids.map(\.name) + ids.map(\.description))
        let known = Set(ids.map(\.description)).sorted().joined(separator: ", ")
        throw SteeringRefusal(
            "there is no rollout \"\(self)\"",
            hint: near.map { "did you mean \($0)?" } ?? (known.isEmpty ? "there are none" : "there are \(known)"),
            isOfName: true)
    }
}
