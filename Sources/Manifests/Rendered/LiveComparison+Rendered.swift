internal import Rollouts
internal import YAML

/// Live objects whose documents nobody has.
extension LiveComparison {
    /// The live text of a field; an image of a chart's may be an init container's.
    func liveText(of field: BoundField, in object: YAMLTree) -> String? {
        if let text = object.value(at: field.livePath)?.text { return text }
        guard field.binding.text.contains(".image."),
            rollout.renderedFields.contains(where: { $0 == field })
        else { return nil }
        let path = FieldPath(field.livePath.steps.map { $0 == .field("containers") ? .field("initContainers") : $0 })
        return object.value(at: path)?.text
    }

    /// The weights in a live route, by whose owners it is known when they changed.
    func renderedPaths(of reference: ObjectReference, in object: JSON) -> [FieldPath] {
        guard let route = rollout.route, route.isRendered, route.object.reference == reference else { return [] }
        let lists = (try? route.provider.lists(in: YAMLTree(object), of: route.livePair)) ?? []
        return lists.flatMap(\.items).map(\.path)
    }
}

extension RouteComparison {
    /// The live share beside the percent in the chart's values.
    func shareDifferences(_ lists: [BackendList]?) -> [FieldDifference] {
        let wanted = route.renderedShare
        do throws(RouteProblem) {
            let found = try lists.flatMap { (lists) throws(RouteProblem) in try route.provider.share(lists) }
            guard found == nil || found != wanted else { return [] }
            return [
                difference(
                    lists?.first?.path ?? "spec", expected: wanted?.description, found: found?.description)
            ]
        } catch {
            return [difference(error.path, expected: wanted?.description, found: error.message)]
        }
    }
}
