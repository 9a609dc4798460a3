import Analysis
import Rollouts

/// What of a search's answer is measured: how many documents it found, a number of its aggregations, or several by name.
enum ElasticsearchValue: Sendable {
    case one(Place)
    case several([(name: String, place: Place)])

    enum Place: Hashable, Sendable {
        case count
        /// A JSON Pointer (RFC 6901) below `aggregations`, taken apart.
        case path([String])
    }

    init(_ fields: inout ProviderFields, aggregations: Value?) {
        let several = if case .map? = fields.value("value") { true } else { false }
        if several {
            self = .several(
                fields.texts("value").map { name, text in
                    (name, Self.place(text, at: "value.\(name)", aggregations, &fields))
                })
        } else {
            self = .one(Self.place(fields.text("value") ?? "count", at: "value", aggregations, &fields))
        }
        if case .map(let members)? = aggregations,
            let nameless = members.first(where: { !Self.isAggregation($0.value) })
        {
            fields.refuse(
                "aggregations", "\(nameless.name) says no kind of aggregation",
                hint: "write {name: {avg: {field: duration}}}")
        }
        if aggregations != nil, !places.contains(where: { $0 != .count }) {
            fields.refuse(
                "value", "the aggregations are not looked at", hint: "name a number of them, such as /latency/value")
        }
    }

    /// A kind with its settings, as in `{avg: {field: duration}}`.
    private static func isAggregation(_ value: Value) -> Bool {
        guard case .map(let members) = value else { return false }
        return members.isEmpty || members.contains { $0.value.isMapping }
    }

    private var places: [Place] {
        switch self {
        case .one(let place): [place]
        case .several(let named): named.map(\.place)
        }
    }

    private static func place(
        _ text: String, at path: String, _ aggregations: Value?, _ fields: inout ProviderFields
    ) -> Place {
        if text == "count" { return .count }
        guard text.hasPrefix("/"), text.count > 1 else {
            fields.refuse(
                path, "\"\(text)\" is neither count nor a path",
                hint: "write a path below aggregations that begins with a slash, such as /latency/values/99.0")
            return .count
        }
        let steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        guard let aggregations else {
            fields.refuse(path, "there are no aggregations", hint: "state aggregations, or the value count")
            return .count
        }
        guard let name = steps.first, case .map(let members) = aggregations else { return .path(steps) }
        if aggregations[name] == nil {
            fields.refuse(
                path, "no aggregation is called \(name)",
                hint: "aggregations are \(members.map(\.name).sorted().joined(separator: ", "))")
        } else if steps.count == 1 {
            fields.refuse(path, "\(name) is an aggregation, and no number of it", hint: "write /\(name)/value")
        }
        return .path(steps)
    }
}
