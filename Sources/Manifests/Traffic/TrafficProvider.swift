internal import YAML

/// A `kind: TrafficProvider` document: how one kind of route splits traffic, as data.
///
/// A mesh or an ingress whose weights are numbers beside named backends needs such a document and no code.
package struct TrafficProvider: Codable, Hashable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: Metadata
    package var spec: Spec

    package struct Metadata: Codable, Hashable, Sendable {
        package var name: String
    }

    package struct Spec: Codable, Hashable, Sendable {
        package var routes: [Routes]
        package var backends: Backends
        /// Where the canary has a route of its own with its share as one number: what has to stand in that route.
        package var alone: [Mark]?
        /// Fields that change what the weights mean: each has to be absent, or to have this text.
        package var fixed: [Mark]?
        package var weight: WeightField
        /// What the route has to say elsewhere, because the weights have no effect without it.
        package var references: References?
        /// Where the subsets are defined that `backends.subset` names.
        package var subsets: Subsets?
        package var acceptance: Acceptance?
        /// What people write first where a route cannot be set up as it is, in order; `{{stable}}`, `{{canary}}` and `{{route}}`
        /// stand for names.
        package var byHand: [String]?
        /// Kinds that lead to Services without weights, and for which `byHand` says what goes between.
        package var byHandFor: [Routes]?
    }

    /// Kinds of one API group.
    package struct Routes: Codable, Hashable, Sendable {
        package var group: String
        package var kinds: [String]
        /// Of an Ingress: the classes that this is about; nil for all.
        package var classes: [String]?
    }

    /// One field path, or several.
    package struct FieldPaths: Codable, Hashable, Sendable {
        package var texts: [String]

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                texts = [text]
            } else {
                texts = try container.decode([String].self)
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if texts.count == 1 { try container.encode(texts[0]) } else { try container.encode(texts) }
        }

        var paths: [FieldPath] { texts.compactMap { TrafficProvider.path($0) } }
    }

    /// Where the lists of backends are and how an item names its Service.
    package struct Backends: Codable, Hashable, Sendable {
        /// Of texts that hold YAML or JSON of their own, in which `path` begins; a last key that ends in `*` stands for
        /// every key that begins so.
        package var text: FieldPaths?
        /// Whether the texts have to be JSON; YAML forgives more.
        package var json: Bool?
        /// Of the lists, with `*` for every rule.
        package var path: FieldPaths?
        /// Of single backends that make up one list together, where the API keeps them apart.
        package var items: FieldPaths?
        /// Whether each list is a mapping, from the Services' names to the items.
        package var keyed: Bool?
        /// Of the fields that may hold the Service's name.
        package var name: FieldPaths?
        package var namespace: String?
        package var kind: String?
        /// The kinds that an item of the pair may have; `Service` where nothing is stated.
        package var kinds: [String]?
        /// How the name may be written.
        package var form: NameForm?
        /// Of the field with the subset of the Service's pods that an item means.
        package var subset: String?
        /// Whose names these are; the Services' where nothing is stated.
        package var of: Named?
        /// The objects of the Services' names that the backends lead to, where these are not the Services themselves.
        package var objects: Objects?
    }

    /// Objects of one kind.
    package struct Objects: Codable, Hashable, Sendable {
        package var group: String
        package var kind: String
    }

    /// A field that has to have this text.
    package struct Mark: Codable, Hashable, Sendable {
        package var path: String
        package var value: String
    }

    package enum NameForm: String, Codable, Hashable, Sendable, CaseIterable {
        /// The name alone.
        case name
        /// The name, or `service.namespace.svc.cluster.local`.
        case host
        /// A host, with a scheme before it and a port behind it as one likes.
        case address
    }

    /// What backends name.
    package enum Named: String, Codable, Hashable, Sendable, CaseIterable { case services, workloads }

    /// The number that gives a backend its share.
    package struct WeightField: Codable, Hashable, Sendable {
        /// Of several the first that an item has; `.` for the item itself.
        package var path: FieldPaths
        package var minimum: Int
        package var maximum: Int
        /// What a backend without a weight has; nil where the API demands one.
        package var `default`: Int?
        /// What the weights of a list have to add up to, where the API demands it.
        package var total: Int?
        /// Whether the number is written as text, as in an annotation.
        package var text: Bool?
    }

    /// Places of the route that have to name what the weights are for.
    package struct References: Codable, Hashable, Sendable {
        package var items: FieldPaths
        /// Of the name, in an item.
        package var name: String
        package var to: Referent
        /// Items with this field alike share traffic.
        package var alike: String?
        package var marks: [Mark]?
    }

    package enum Referent: String, Codable, Hashable, Sendable, CaseIterable {
        /// Both Services of the pair.
        case services
        /// What the `*` in the key of a text stands for.
        case texts
    }

    /// Objects that divide a Service's pods by labels.
    package struct Subsets: Codable, Hashable, Sendable {
        package var group: String
        package var kind: String
        /// Of the field with the Service's host.
        package var host: String
        /// Of the list of subsets, each with a `name` and `labels`.
        package var list: String
    }

    /// Where the route's status says that it is in force.
    package struct Acceptance: Codable, Hashable, Sendable {
        /// A list of holders of `conditions`; none for conditions in `status` itself.
        package var path: String?
        package var conditions: [String]
    }
}

extension TrafficProvider {
    package var name: String { metadata.name }

    /// The path that `text` means, `.` being the value itself; nil for what is none.
    static func path(_ text: String) -> FieldPath? { text == "." ? .root : FieldPath(parsing: text) }

    package func routes(_ kind: String) -> Bool {
        spec.routes.contains { $0.kinds.contains(kind) }
    }

    /// Whether it is for this very object.
    ///
    /// - Parameter anyClass: where a person has named the provider, whatever the class is called.
    func fits(_ object: ManifestObject, anyClass: Bool = false) -> Bool {
        spec.routes.contains { routes in
            guard routes.group == object.group, routes.kinds.contains(object.kind) else { return false }
            guard let classes = routes.classes, !anyClass else { return true }
            return object.ingressClass.map(classes.contains) ?? false
        }
    }

    /// The text that the bindings' digest is taken of: every field that decides what is written.
    var canonical: String {
        let routes = spec.routes.map { "\($0.group)/\($0.kinds.sorted().joined(separator: ","))" }.sorted()
        let backends = spec.backends
        let weight = spec.weight
        let path = (backends.path?.texts ?? []).joined(separator: " ")
        let names = (backends.name?.texts ?? []).joined(separator: " ")
        var lines = [
            "provider \(name)", "routes \(routes.joined(separator: " "))",
            "backends \(path) \(names) \(backends.namespace ?? "-") \(backends.kind ?? "-")"
                + " \(backends.form?.rawValue ?? "name")",
            "weight \(weight.path.texts.joined(separator: " ")) \(weight.minimum) \(weight.maximum)"
                + " \(weight.default.map(String.init) ?? "-") \(weight.total.map(String.init) ?? "-")",
        ]
        // What a provider does not use is left out: a new possibility must not hold anybody's rollout.
        if let items = backends.items { lines.append("items \(items.texts.joined(separator: " "))") }
        if let kinds = backends.kinds { lines.append("kinds \(kinds.joined(separator: " "))") }
        if weight.text == true { lines.append("text") }
        for mark in spec.alone ?? [] { lines.append("alone \(mark.path) \(mark.value)") }
        if let text = backends.text { lines.append("inside \(text.texts.joined(separator: " "))") }
        if backends.keyed == true { lines.append("keyed") }
        if backends.of == .workloads { lines.append("of workloads") }
        return lines.joined(separator: "\n")
    }
}

extension ManifestObject {
    /// The class of an Ingress, by the field or by the annotation that was before it; nil where neither states one.
    package var ingressClass: String? {
        let annotation = node(at: "metadata.annotations")?["kubernetes.io/ingress.class"]
        return node(at: "spec.ingressClassName")?.resolved.text ?? annotation?.resolved.text
    }
}
