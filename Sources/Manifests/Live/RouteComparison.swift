internal import Analysis
internal import Rollouts
internal import YAML

/// The live route beside Git's.
struct RouteComparison {
    let route: BoundRollout.Route
    let live: JSON?

    /// The share that the live route gives the canary; nil where there is none, or no whole percent.
    var weight: Weight? {
        guard let lists = try? liveLists else { return nil }
        return try? route.provider.share(lists)
    }

    var liveLists: [BackendList]? {
        get throws(RouteProblem) {
            guard let live else { return nil }
            return try route.provider.lists(in: YAMLTree(live), of: route.livePair)
        }
    }

    func differences(_ rollout: BoundRollout) -> [FieldDifference] {
        let lists: [BackendList]?
        do throws(RouteProblem) {
            lists = try liveLists
        } catch {
            return [difference(error.path, expected: nil, found: error.message)]
        }
        if route.isRendered { return shareDifferences(lists) }
        var differences: [FieldDifference] = []
        for (index, wanted) in route.lists.enumerated() {
            guard let live = Self.counterpart(of: wanted, index, among: lists ?? []) else {
                differences.append(difference(wanted.path, expected: "\(wanted.weights)", found: nil))
                continue
            }
            for item in wanted.items {
                let same = wanted.items.filter { $0.role == item.role }
                let others = live.items.filter { $0.role == item.role }
                let number = same.firstIndex(of: item) ?? 0
                let found = others.indices.contains(number) ? others[number].weight ?? live.unwritten : nil
                let expected = item.weight ?? wanted.unwritten
                if found != expected {
                    differences.append(
                        difference(item.path, expected: String(expected), found: found.map { String($0) }))
                }
            }
        }
        return differences
    }

    /// The live list of the same text, else that of the same number.
    private static func counterpart(of wanted: BackendList, _ index: Int, among lists: [BackendList]) -> BackendList? {
        // The cluster gives annotations in an order of its own.
        if wanted.text != nil { return lists.first { $0.path == wanted.path } }
        return lists.indices.contains(index) ? lists[index] : nil
    }

    func difference(_ path: FieldPath, expected: String?, found: String?) -> FieldDifference {
        FieldDifference(
            binding: .weight, place: "\(route.object.reference) \(path)", expected: expected, found: found)
    }

    /// Whether the gateways have taken the route, by what the provider says to look at.
    var acceptance: LiveReading.Acceptance {
        guard let acceptance = route.provider.spec.acceptance else { return .accepted }
        guard let live else { return .pending("\(route.object.reference) is not in the cluster") }
        guard acceptance.path == "status.parents" else { return conditions(acceptance, live) }
        guard let reading = RouteReading(live) else { return .pending("\(route.object.reference) has no generation") }
        switch reading.acceptance {
        case .accepted: return .accepted
        case .refused(let reason): return .refused(reason)
        case .pending:
            let parents = reading.parents.filter { $0.acceptance == .pending }.map(\.name).joined(separator: ", ")
            return .pending(
                parents.isEmpty
                    ? "\(route.object.reference) has no parent"
                    : "\(parents) has not taken generation \(reading.generation) of \(route.object.reference)")
        }
    }

    /// Conditions in the status itself, of the present generation by their own word or the status'.
    private func conditions(_ acceptance: TrafficProvider.Acceptance, _ live: JSON) -> LiveReading.Acceptance {
        let conditions = Condition.all(in: live["status"])
        let generation = live["metadata"]?["generation"]?.int ?? 0
        let observed = live["status"]?["observedGeneration"]?.int
        for type in acceptance.conditions {
            guard let condition = conditions.first(where: { $0.type == type }) else {
                return .pending("\(route.object.reference) has no condition \(type) yet")
            }
            if (condition.observedGeneration ?? observed ?? .max) < generation {
                return .pending("\(type) speaks of an older generation of \(route.object.reference)")
            }
            switch condition.isTrue {
            case true?: continue
            case false?: return .refused("\(type) is False: \(condition.message)")
            case nil: return .pending("\(type) of \(route.object.reference) is not known yet: \(condition.reason)")
            }
        }
        return .accepted
    }

    /// When the conditions that are looked at last changed.
    var transitions: [Timestamp] {
        guard let acceptance = route.provider.spec.acceptance, let live else { return [] }
        if acceptance.path == "status.parents" {
            return (RouteReading(live)?.parents ?? []).flatMap(\.conditions).compactMap(\.transition)
        }
        return Condition.all(in: live["status"]).filter { acceptance.conditions.contains($0.type) }
            .compactMap(\.transition)
    }
}
