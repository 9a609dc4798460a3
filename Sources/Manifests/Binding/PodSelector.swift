internal import YAML

/// A label selector with all its forms (meta/v1 LabelSelector).
struct PodSelector {
    let labels: [String: String]
    private let expressions: [Expression]

    private struct Expression {
        let key: String
        let action: String
        let values: Set<String>

        func fits(_ value: String?) -> Bool {
            switch action {
            case "In": value.map(values.contains) ?? false
            case "NotIn": value.map { !values.contains($0) } ?? true
            case "Exists": value != nil
            case "DoesNotExist": value == nil
            default: false
            }
        }
    }

    /// Nil where there is no selector, which selects nothing; an empty one selects every pod.
    init?(_ node: YAMLNode?) {
        guard let node, node.isMapping else { return nil }
        labels = Labels.read(node["matchLabels"])
        expressions = (node["matchExpressions"]?.items ?? []).map { item in
            Expression(
                key: item["key"]?.resolved.text ?? "", action: item["operator"]?.resolved.text ?? "",
                values: Set((item["values"]?.items ?? []).compactMap(\.resolved.text)))
        }
    }

    /// The labels that it looks at.
    var keys: Set<String> { Set(labels.keys).union(expressions.map(\.key)) }

    func selects(_ pod: [String: String]) -> Bool {
        labels.allSatisfy { pod[$0.key] == $0.value } && expressions.allSatisfy { $0.fits(pod[$0.key]) }
    }
}
