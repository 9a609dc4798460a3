/// What the gateways say about a route of the Gateway API.
package struct RouteReading: Hashable, Sendable {
    package enum Acceptance: Hashable, Sendable {
        case accepted
        /// The gateway has not yet looked at this generation.
        case pending
        /// With the condition, its reason and message.
        case refused(String)
    }

    package struct Parent: Hashable, Sendable {
        /// `namespace/name` or `name`, with `:section` where one is named.
        package let name: String
        package let controller: String
        package let acceptance: Acceptance
        package let conditions: [Condition]
    }

    package let generation: Int
    package let parents: [Parent]

    /// Nil where the object states no generation.
    package init?(_ object: JSON) {
        guard let generation = object["metadata"]?["generation"]?.int else { return nil }
        self.generation = generation
        let statuses = object["status"]?["parents"]?.array ?? []
        let wanted = object["spec"]?["parentRefs"]?.array ?? []
        let reported = statuses.map { Parent($0, generation: generation) }
        let silent = wanted.map(Parent.name).filter { name in !reported.contains { $0.name == name } }
        parents = reported + silent.map { Parent(name: $0, controller: "", acceptance: .pending, conditions: []) }
    }

    /// Refused by any parent is refused, pending at any is pending.
    package var acceptance: Acceptance {
        if let refused = parents.first(where: { if case .refused = $0.acceptance { true } else { false } }) {
            return refused.acceptance
        }
        let isAccepted = !parents.isEmpty && parents.allSatisfy { $0.acceptance == .accepted }
        return isAccepted ? .accepted : .pending
    }
}

extension RouteReading.Parent {
    init(_ status: JSON, generation: Int) {
        let conditions = Condition.all(in: status)
        self.init(
            name: Self.name(status["parentRef"] ?? .null), controller: status["controllerName"]?.string ?? "",
            acceptance: Self.acceptance(conditions, generation), conditions: conditions)
    }

    static func name(_ reference: JSON) -> String {
        let prefix = reference["namespace"]?.string.map { "\($0)/" } ?? ""
        let suffix = reference["sectionName"]?.string.map { ":\($0)" } ?? ""
        return prefix + (reference["name"]?.string ?? "") + suffix
    }

    /// Both conditions must be true at the present generation; `ResolvedRefs` may be absent, `Accepted` may not.
    private static func acceptance(_ conditions: [Condition], _ generation: Int) -> RouteReading.Acceptance {
        var result = RouteReading.Acceptance.accepted
        for type in ["Accepted", "ResolvedRefs"] {
            guard let condition = conditions.first(where: { $0.type == type }) else {
                if type == "Accepted" { result = .pending }
                continue
            }
            guard (condition.observedGeneration ?? 0) >= generation, let isTrue = condition.isTrue else {
                result = .pending
                continue
            }
            if !isTrue { return .refused("\(type) is False: \(condition.reason): \(condition.message)") }
        }
        return result
    }
}
