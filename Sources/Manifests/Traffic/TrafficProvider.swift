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
        package var weight: WeightField
        package var acceptance: Acceptance?
    }

    /// Kinds of one API group.
    package struct Routes: Codable, Hashable, Sendable {
        package var group: String
        package var kinds: [String]
    }

    /// Where the lists of backends are and how an item names its Service.
    package struct Backends: Codable, Hashable, Sendable {
        /// With `*` for every rule.
        package var path: String
        package var name: String
        package var namespace: String?
        package var kind: String?
        /// `host` where the name may be written `service.namespace.svc.cluster.local`.
        package var form: NameForm?
    }

    package enum NameForm: String, Codable, Hashable, Sendable { case name, host }

    /// The number that gives a backend its share.
    package struct WeightField: Codable, Hashable, Sendable {
        package var path: String
        package var minimum: Int
        package var maximum: Int
        /// What a backend without a weight has.
        package var `default`: Int
        /// What the weights of a list have to add up to, where the API demands it.
        package var total: Int?
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
        for path in [provider.spec.backends.path, provider.spec.backends.name, provider.spec.weight.path]
        where FieldPath(parsing: path) == nil {
            throw Diagnostic(file, document.root, "\"\(path)\" is no field path")
        }
        guard provider.spec.weight.minimum >= 0, (100...1_000_000_000).contains(provider.spec.weight.maximum) else {
            throw Diagnostic(file, document.root, "weights go from 0 or more to at least 100 and at most 1000000000")
        }
        return provider
    }

    package func routes(_ kind: String, group: String? = nil) -> Bool {
        spec.routes.contains { $0.kinds.contains(kind) && (group == nil || $0.group == group) }
    }

    func group(of kind: String) -> String? { spec.routes.first { $0.kinds.contains(kind) }?.group }

    /// The text that the bindings' digest is taken of: every field that decides what is written.
    var canonical: String {
        let routes = spec.routes.map { "\($0.group)/\($0.kinds.sorted().joined(separator: ","))" }.sorted()
        let backends = spec.backends
        let weight = spec.weight
        return [
            "provider \(name)", "routes \(routes.joined(separator: " "))",
            "backends \(backends.path) \(backends.name) \(backends.namespace ?? "-") \(backends.kind ?? "-")"
                + " \(backends.form?.rawValue ?? "name")",
            "weight \(weight.path) \(weight.minimum) \(weight.maximum) \(weight.default)"
                + " \(weight.total.map(String.init) ?? "-")",
        ].joined(separator: "\n")
    }
}
