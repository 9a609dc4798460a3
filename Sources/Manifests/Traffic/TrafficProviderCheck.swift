internal import Rollouts
internal import YAML

/// What a provider's file may not say, because no route could be split by it.
struct TrafficProviderCheck {
    private let provider: TrafficProvider
    private let document: YAMLDocument
    private var spec: TrafficProvider.Spec { provider.spec }
    private var backends: TrafficProvider.Backends { spec.backends }

    init(_ provider: TrafficProvider, _ document: YAMLDocument) {
        self.provider = provider
        self.document = document
    }

    var problems: [Diagnostic] { header + paths + lists + names + weight + canaryAlone + others }

    private func problem(_ path: FieldPath, _ message: String, _ hint: String? = nil) -> Diagnostic {
        Diagnostic(document, at: path, message, hint: hint)
    }

    private var header: [Diagnostic] {
        var problems: [Diagnostic] = []
        if provider.apiVersion != RolloutState.version {
            problems.append(
                problem(
                    "apiVersion", "a TrafficProvider of \(provider.apiVersion) is not Headgate's",
                    "write apiVersion: \(RolloutState.version)"))
        }
        if provider.kind != "TrafficProvider" {
            problems.append(
                problem("kind", "\(provider.kind) is no traffic provider", "write kind: TrafficProvider"))
        }
        if provider.name.isEmpty { problems.append(problem("metadata.name", "the provider has no name")) }
        if spec.routes.isEmpty { problems.append(problem("spec.routes", "there is no kind of route", "name one")) }
        for (number, routes) in spec.routes.enumerated() where routes.kinds.isEmpty {
            let place: FieldPath = "spec.routes"
            problems.append(problem(place.appending(number).appending("kinds"), "there is no kind", "name one"))
        }
        return problems
    }

    // MARK: Paths

    /// Every field that holds paths; those to single values lead to one value each.
    private var paths: [Diagnostic] {
        many("spec.backends.path", backends.path) + many("spec.backends.items", backends.items)
            + many("spec.references.items", spec.references?.items) + many("spec.backends.text", backends.text, .single)
            + many("spec.backends.name", backends.name, .single) + many("spec.weight.path", spec.weight.path, .single)
            + one("spec.backends.namespace", backends.namespace) + one("spec.backends.kind", backends.kind)
            + one("spec.backends.subset", backends.subset) + one("spec.references.name", spec.references?.name)
            + one("spec.references.alike", spec.references?.alike) + one("spec.subsets.host", spec.subsets?.host)
            + one("spec.subsets.list", spec.subsets?.list) + marks("spec.alone", spec.alone)
            + marks("spec.fixed", spec.fixed)
            + marks("spec.references.marks", spec.references?.marks)
    }

    private enum Reach { case single, any }

    private func many(_ place: FieldPath, _ paths: TrafficProvider.FieldPaths?, _ reach: Reach = .any) -> [Diagnostic] {
        guard let paths else { return [] }
        if paths.texts.isEmpty { return [problem(place, "\(place) is empty", "state a field path")] }
        return paths.texts.enumerated().flatMap { number, text in
            check(text, at: isList(place) ? place.appending(number) : place, reach)
        }
    }

    private func one(_ place: FieldPath, _ text: String?) -> [Diagnostic] {
        text.map { check($0, at: place, .single) } ?? []
    }

    private func marks(_ place: FieldPath, _ marks: [TrafficProvider.Mark]?) -> [Diagnostic] {
        (marks ?? []).enumerated().flatMap { check($1.path, at: place.appending($0).appending("path"), .single) }
    }

    private func isList(_ place: FieldPath) -> Bool {
        if case .found(let found) = document.node(at: place) { found.node.resolved.isSequence } else { false }
    }

    private func check(_ text: String, at place: FieldPath, _ reach: Reach) -> [Diagnostic] {
        guard let path = TrafficProvider.path(text) else {
            return [
                problem(place, "\"\(text)\" is no field path", "write names with dots between: spec.rules.*.backends")
            ]
        }
        guard reach == .single, path.steps.contains(.any) else { return [] }
        return [problem(place, "\"\(text)\" leads to many values, and one is needed", "name one field, without *")]
    }

    // MARK: Backends

    private var lists: [Diagnostic] {
        if (backends.path == nil) == (backends.items == nil) {
            return [
                problem(
                    "spec.backends", "backends need a path or items, and not both",
                    "path leads to lists of backends; items to single backends that make up one list")
            ]
        }
        var problems: [Diagnostic] = []
        if backends.text != nil, backends.items != nil {
            problems.append(problem("spec.backends.items", "in a text there are lists only", "state a path instead"))
        }
        if backends.json != nil, backends.text == nil {
            problems.append(problem("spec.backends.json", "there is no backends.text that could be JSON"))
        }
        if backends.text == nil, backends.path?.paths.contains(.root) == true {
            problems.append(problem("spec.backends.path", "the route itself is no list of backends"))
        }
        if backends.kinds != nil, backends.kind == nil {
            problems.append(
                problem(
                    "spec.backends.kinds", "kinds without kind say nothing", "say in which field an item has its kind"))
        }
        return problems
    }

    private var names: [Diagnostic] {
        let isKeyed = backends.keyed == true
        if isKeyed, backends.name != nil {
            return [
                problem("spec.backends.name", "the keys of a mapping are the names already", "leave out name or keyed")
            ]
        }
        if isKeyed, backends.path == nil {
            return [problem("spec.backends.keyed", "only what a path leads to can be a mapping", "state a path")]
        }
        if !isKeyed, backends.name == nil {
            return [problem("spec.backends", "nothing says where an item names its Service", "state backends.name")]
        }
        return []
    }

    // MARK: Weights

    private var weight: [Diagnostic] {
        let weight = spec.weight
        var problems: [Diagnostic] = []
        if weight.minimum > weight.maximum {
            problems.append(
                problem(
                    "spec.weight.minimum", "the minimum \(weight.minimum) is above the maximum \(weight.maximum)",
                    "write 0"))
        } else if weight.minimum != 0 {
            problems.append(
                problem(
                    "spec.weight.minimum", "a canary without traffic has the weight 0, not \(weight.minimum)", "write 0"
                ))
        }
        if !(100...1_000_000_000).contains(weight.maximum) {
            problems.append(
                problem("spec.weight.maximum", "weights go from 0 to at least 100 and at most 1000000000"))
        }
        if let value = weight.default, value < 0 || value > weight.maximum {
            problems.append(problem("spec.weight.default", "\(value) is not within the weights themselves"))
        }
        if let total = weight.total, !(100...max(100, weight.maximum)).contains(total) {
            problems.append(problem("spec.weight.total", "a total of \(total) cannot be shared out in percent"))
        }
        if spec.alone == nil, backends.keyed != true, weight.path.paths.contains(.root) {
            problems.append(problem("spec.weight.path", "an item with a name is no number", "name the field in it"))
        }
        return problems
    }

    private var canaryAlone: [Diagnostic] {
        guard spec.alone != nil else { return [] }
        if backends.items == nil || spec.weight.total == nil {
            return [
                problem(
                    "spec.alone", "a route that is the canary's alone needs backends.items and weight.total",
                    "the total is what stable has when the canary has nothing")
            ]
        }
        guard spec.weight.path.texts.count == 1 else {
            return [problem("spec.weight.path", "the canary's share is one number", "state one path")]
        }
        return []
    }

    // MARK: The rest

    private var others: [Diagnostic] {
        var problems: [Diagnostic] = []
        if spec.references?.to == .texts, backends.text == nil {
            problems.append(problem("spec.references.to", "there is no backends.text to be named"))
        }
        if (backends.subset == nil) != (spec.subsets == nil) {
            problems.append(
                problem(
                    backends.subset == nil ? "spec.subsets" : "spec.backends.subset",
                    "backends.subset and subsets need each other",
                    "one says which subset an item means, the other where subsets are defined"))
        }
        guard let acceptance = spec.acceptance else { return problems }
        if acceptance.conditions.isEmpty {
            problems.append(problem("spec.acceptance.conditions", "there is no condition to look for", "name one"))
        }
        if let path = acceptance.path, path != "status.parents" {
            problems.append(
                problem(
                    "spec.acceptance.path", "\"\(path)\" is not read",
                    "leave it out for status.conditions; only status.parents of the Gateway API is known beside"))
        }
        return problems
    }
}
