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

    private var liveLists: [BackendList]? {
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
        var differences: [FieldDifference] = []
        for (index, wanted) in route.lists.enumerated() {
            guard let lists, lists.indices.contains(index) else {
                differences.append(difference(wanted.path, expected: "\(wanted.weights)", found: nil))
                continue
            }
            for item in wanted.items {
                let same = wanted.items.filter { $0.role == item.role }
                let others = lists[index].items.filter { $0.role == item.role }
                let number = same.firstIndex(of: item) ?? 0
                let found = others.indices.contains(number) ? others[number].weight ?? lists[index].unwritten : nil
                let expected = item.weight ?? wanted.unwritten
                if found != expected {
                    differences.append(
                        difference(item.path, expected: String(expected), found: found.map { String($0) }))
                }
            }
        }
        return differences
    }

    private func difference(_ path: FieldPath, expected: String?, found: String?) -> FieldDifference {
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

    /// Conditions in the status itself.
    private func conditions(_ acceptance: TrafficProvider.Acceptance, _ live: JSON) -> LiveReading.Acceptance {
        let status = live["status"]?["conditions"]?.array ?? []
        for type in acceptance.conditions {
            guard let condition = status.first(where: { $0["type"]?.string == type }) else {
                return .pending("\(route.object.reference) has no condition \(type) yet")
            }
            let isStale =
                (condition["observedGeneration"]?.int ?? .max) < (live["metadata"]?["generation"]?.int ?? 0)
            if isStale { return .pending("\(type) speaks of an older generation of \(route.object.reference)") }
            if condition["status"]?.string == "False" {
                return .refused("\(type) is False: \(condition["message"]?.string ?? "")")
            }
        }
        return .accepted
    }
}
