internal import Manifests
internal import Rollouts
internal import YAML

/// What to write in the place of a form that a field has not got, for the fields whose form people mistake.
struct FieldHint {
    let document: YAMLDocument
    /// Such as `Rollout`.
    let kind: String

    /// The problem with an example, where none is there yet.
    func adding(to error: YAMLError) -> Diagnostic {
        var problem = Diagnostic(error)
        problem.hint = problem.hint ?? error.path.flatMap { hint(at: $0) }
        return problem
    }

    private func hint(at path: FieldPath) -> String? {
        let names = path.steps.map { if case .field(let name) = $0 { name } else { "" } }
        switch (kind, names) {
        case ("Rollout", ["spec", "delivery"]), ("Config", ["delivery"]):
            return "write a mapping, such as {pullRequest: [start, promote]} or {mode: pullRequest}"
        case ("Rollout", ["spec", "delivery", "pullRequest"]), ("Config", ["delivery", "pullRequest"]):
            return "write a list of stages, such as [start, promote]; {mode: pullRequest} means all of them"
        case ("Promotion", ["spec", "delivery"]):
            return "write delivery: pullRequest or delivery: commit; a Promotion has no stages to name"
        case ("Promotion", ["spec", "order"]) where !isList(at: path):
            return "write a list, such as [staging/shop/checkout, production/shop/checkout]"
        case ("Promotion", ["spec", "gates"]): return "write a list, such as [{approval: {}}]"
        case ("Promotion", ["spec", "soak"]): return days(at: path)
        case ("Promotion", _) where names.count == 3 && names.starts(with: ["spec", "gates"]):
            return gate(at: path)
        default: return nil
        }
    }

    private func isList(at path: FieldPath) -> Bool {
        if case .found(let place) = document.node(at: path) { place.node.isSequence } else { false }
    }

    /// How a number of days is written.
    private func days(at path: FieldPath) -> String? {
        guard case .found(let place) = document.node(at: path), let text = place.node.text, text.last == "d",
            let count = Int(text.dropLast()), (1...365).contains(count)
        else { return nil }
        return "write \(count * 24)h: there is no unit for days"
    }

    /// The gate that a misspelt key was meant for.
    private func gate(at path: FieldPath) -> String? {
        guard case .found(let place) = document.node(at: path) else { return nil }
        let known = ["analysis", "approval"]
        let keys = place.node.entries.compactMap(\.key.resolved.text)
        let near = keys.filter { !known.contains($0) }.compactMap { Spelling.nearest(to: $0, among: known) }.first
        return near.map { "did you mean \"\($0)\"?" } ?? "write {approval: {}} or {analysis: {templates: [...]}}"
    }
}
