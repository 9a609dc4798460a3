import HTTP
import Rollouts

/// Which path a kind has on this server, asked once per kind.
actor Discovery {
    /// One kind as the server serves it.
    struct Resource: Hashable, Sendable {
        let apiVersion: String
        let kind: String
        let plural: String
        let isNamespaced: Bool

        /// The collection's path, for example `/apis/apps/v1/namespaces/shop/deployments`; without a namespace that of
        /// all of them.
        func path(namespace: String) -> String {
            let root = apiVersion.contains("/") ? "/apis/\(apiVersion)" : "/api/\(apiVersion)"
            return isNamespaced && !namespace.isEmpty
                ? "\(root)/namespaces/\(PercentEncoding.part(namespace))/\(plural)" : "\(root)/\(plural)"
        }
    }

    private let connection: ClusterConnection
    private var known: [ObjectKind: Resource] = [:]

    init(_ connection: ClusterConnection) {
        self.connection = connection
    }

    func resource(_ kind: ObjectKind) async throws(ClusterFailure) -> Resource {
        if let resource = known[kind] { return resource }
        for version in try await versions(kind) {
            let path = kind.group.isEmpty ? "/api/\(version)" : "/apis/\(PercentEncoding.part(kind.group))/\(version)"
            guard let list = try await json(path, "resources of \(kind)") else { continue }
            let apiVersion = kind.group.isEmpty ? version : "\(kind.group)/\(version)"
            for entry in list["resources"]?.array ?? [] {
                guard entry["kind"]?.string == kind.kind, let plural = entry["name"]?.string, !plural.contains("/")
                else {
                    continue
                }
                let resource = Resource(
                    apiVersion: apiVersion, kind: kind.kind, plural: plural,
                    isNamespaced: entry["namespaced"]?.bool ?? true)
                known[kind] = resource
                return resource
            }
        }
        throw ClusterFailure(
            .notFoundKind, "the cluster does not serve \(kind)",
            hint: kind.group.contains(".") ? "is its CustomResourceDefinition installed?" : nil)
    }

    /// The stated version alone, or the server's in its order of preference.
    private func versions(_ kind: ObjectKind) async throws(ClusterFailure) -> [String] {
        if let version = kind.version { return [PercentEncoding.part(version)] }
        if kind.group.isEmpty { return ["v1"] }
        guard let group = try await json("/apis/\(PercentEncoding.part(kind.group))", "API group of \(kind)") else {
            return []
        }
        let preferred = group["preferredVersion"]?["version"]?.string
        let served = (group["versions"]?.array ?? []).compactMap { $0["version"]?.string }
        return (preferred.map { [$0] } ?? []) + served.filter { $0 != preferred }
    }

    /// Nil where the server has no such path.
    private func json(_ path: String, _ what: String) async throws(ClusterFailure) -> JSON? {
        let response = try await connection.send(.get, path)
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw ClusterFailure(response, asking: what) }
        guard let json = try? JSON(parsing: response.body) else {
            throw ClusterFailure(.garbage, "\(what): the answer is not JSON", hint: "check the server's URL")
        }
        return json
    }
}
