package import Rollouts
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
        package var weight: WeightField
        package var acceptance: Acceptance?
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

        var paths: [FieldPath] { texts.compactMap { FieldPath(parsing: $0) } }
    }

    /// Where the lists of backends are and how an item names its Service.
    package struct Backends: Codable, Hashable, Sendable {
        /// Of the lists, with `*` for every rule.
        package var path: FieldPaths?
        /// Of single backends that make up one list together, where the API keeps them apart.
        package var items: FieldPaths?
        /// Of the field with the Service's name; of several the first that an item has.
        package var name: FieldPaths
        package var namespace: String?
        package var kind: String?
        /// The kinds that an item of the pair may have; `Service` where nothing is stated.
        package var kinds: [String]?
        /// `host` where the name may be written `service.namespace.svc.cluster.local`.
        package var form: NameForm?
    }

    /// A field that has to have this text.
    package struct Mark: Codable, Hashable, Sendable {
        package var path: String
        package var value: String
    }

    package enum NameForm: String, Codable, Hashable, Sendable, CaseIterable { case name, host }

    /// The number that gives a backend its share.
    package struct WeightField: Codable, Hashable, Sendable {
        package var path: String
        package var minimum: Int
        package var maximum: Int
        /// What a backend without a weight has.
        package var `default`: Int
        /// What the weights of a list have to add up to, where the API demands it.
        package var total: Int?
        /// Whether the number is written as text, as in an annotation.
        package var text: Bool?
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

    /// Reads a provider's file.
    package static func read(_ bytes: [UInt8], file: String) throws(Diagnostic) -> TrafficProvider {
        let provider: TrafficProvider
        let document: YAMLDocument
        do throws(YAMLError) {
            document = try YAMLStream(parsing: bytes, file: file).single
        } catch { throw Diagnostic(error) }
        do throws(YAMLProblems) {
            provider = try YAMLDecoder().decode(TrafficProvider.self, from: document)
        } catch {
            throw error.errors.first.map { Diagnostic($0) } ?? Diagnostic(file: file, message: "cannot be read")
        }
        let spec = provider.spec
        let lists = spec.backends.path?.texts ?? []
        let items = spec.backends.items?.texts ?? []
        for path in lists + items + spec.backends.name.texts + [spec.weight.path] + (spec.alone ?? []).map(\.path)
        where FieldPath(parsing: path) == nil {
            throw Diagnostic(file, document.root, "\"\(path)\" is no field path")
        }
        guard !spec.backends.name.texts.isEmpty else {
            throw Diagnostic(file, document.root, "backends.name is empty", hint: "say where an item names its Service")
        }
        guard lists.isEmpty != items.isEmpty else {
            throw Diagnostic(
                file, document.root, "backends need a path or items, and not both",
                hint: "path leads to lists of backends; items to single backends that make up one list")
        }
        guard spec.alone == nil || !items.isEmpty && spec.weight.total != nil else {
            throw Diagnostic(
                file, document.root, "a route that is the canary's alone needs backends.items and weight.total",
                hint: "the total is what stable has when the canary has nothing")
        }
        guard provider.spec.weight.minimum >= 0, (100...1_000_000_000).contains(provider.spec.weight.maximum) else {
            throw Diagnostic(file, document.root, "weights go from 0 or more to at least 100 and at most 1000000000")
        }
        return provider
    }

    package func routes(_ kind: String) -> Bool {
        spec.routes.contains { $0.kinds.contains(kind) }
    }

    /// Whether it is for this very object.
    func fits(_ object: ManifestObject) -> Bool {
        spec.routes.contains { routes in
            guard routes.group == object.group, routes.kinds.contains(object.kind) else { return false }
            guard let classes = routes.classes else { return true }
            let annotation = object.node(at: "metadata.annotations")?["kubernetes.io/ingress.class"]
            let name = object.node(at: "spec.ingressClassName")?.resolved.text ?? annotation?.resolved.text
            return name.map(classes.contains) ?? false
        }
    }

    /// The text that the bindings' digest is taken of: every field that decides what is written.
    var canonical: String {
        let routes = spec.routes.map { "\($0.group)/\($0.kinds.sorted().joined(separator: ","))" }.sorted()
        let backends = spec.backends
        let weight = spec.weight
        let path = (backends.path?.texts ?? []).joined(separator: " ")
        var lines = [
            "provider \(name)", "routes \(routes.joined(separator: " "))",
            "backends \(path) \(backends.name.texts.joined(separator: " ")) \(backends.namespace ?? "-") \(backends.kind ?? "-")"
                + " \(backends.form?.rawValue ?? "name")",
            "weight \(weight.path) \(weight.minimum) \(weight.maximum) \(weight.default)"
                + " \(weight.total.map(String.init) ?? "-")",
        ]
        // What a provider does not use is left out: a new possibility must not hold anybody's rollout.
        if let items = backends.items { lines.append("items \(items.texts.joined(separator: " "))") }
        if let kinds = backends.kinds { lines.append("kinds \(kinds.joined(separator: " "))") }
        if weight.text == true { lines.append("text") }
        for mark in spec.alone ?? [] { lines.append("alone \(mark.path) \(mark.value)") }
        return lines.joined(separator: "\n")
    }
}
