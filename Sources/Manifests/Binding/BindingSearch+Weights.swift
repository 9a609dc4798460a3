internal import Rollouts
internal import YAML

/// The weights of the route.
extension BindingSearch {
    /// Binds every weight, and reads it where it is decided: an overlay may have its own.
    mutating func bindWeights(_ route: BoundRollout.Route) -> BoundRollout.Route {
        let lists = route.lists.map { list in
            BackendList(
                path: list.path, items: list.items.compactMap { bindWeight($0, of: list, route) },
                unwritten: list.unwritten, text: list.text, total: list.total)
        }
        do throws(RouteProblem) {
            _ = try route.provider.share(lists)
        } catch {
            problems.append(route.object.placedDiagnostic(at: error.path, error.message, hint: error.hint))
        }
        return BoundRollout.Route(
            object: route.object, provider: route.provider, pair: route.pair, livePair: route.livePair, lists: lists,
            main: route.main)
    }

    /// The item with the weight that is applied; nil where that is none.
    private mutating func bindWeight(
        _ item: BackendList.Item, of list: BackendList, _ route: BoundRollout.Route
    ) -> BackendList.Item? {
        let range = route.provider.spec.weight
        let format: BoundField.Format = range.text == true ? .value : .number
        bind(
            .weight, to: item.path, within: list.text, of: route.object, format: format,
            unwritten: range.default.map(String.init))
        let field = fields.last { $0.binding == .weight && $0.livePath == item.path }
        let weight = field?.text.flatMap { Int($0) }
        if let field, let text = field.text, !(weight.map { $0 >= range.minimum && $0 <= range.maximum } ?? false) {
            problems.append(
                field.problem("\(text) is no weight", hint: "a whole number from \(range.minimum) to \(range.maximum)"))
            return nil
        }
        return .init(path: item.path, role: item.role, weight: weight)
    }
}
