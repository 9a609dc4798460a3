package import Analysis
import HTTP
package import Rollouts

/// Reads a cluster through the Kubernetes API.
package struct ClusterClient: Cluster {
    private let connection: ClusterConnection
    private let discovery: Discovery
    private let pageSize: Int

    /// - Parameters:
    ///   - deadline: of every single request with its repetitions.
    ///   - now: the local clock, which only decides when an exec plugin's credential is renewed.
    package init(
        _ access: ClusterAccess, deadline: Duration = .seconds(30), pageSize: Int = 250,
        now: @escaping @Sendable () -> Timestamp
    ) {
        connection = ClusterConnection(access, deadline: deadline, now: now)
        discovery = Discovery(connection)
        self.pageSize = pageSize
    }

    package func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
        let resource = try await discovery.resource(reference.objectKind)
        let path = "\(resource.path(namespace: reference.namespace))/\(PercentEncoding.part(reference.name))"
        let response = try await connection.send(.get, path)
        if response.status == 404, (try? JSON(parsing: response.body))?["reason"]?.string == "NotFound" { return nil }
        let json = try Self.success(response, "\(reference)")
        guard json["metadata"]?["name"]?.string == reference.name else {
            throw ClusterFailure(.garbage, "\(reference): the answer is another object")
        }
        return json
    }

    package func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] {
        let resource = try await discovery.resource(kind)
        let what = "\(kind) in \(namespace)"
        let path = resource.path(namespace: namespace)
        let query = "?labelSelector=\(PercentEncoding.part(selector.text))&limit=\(pageSize)"
        // A list that takes longer than the server keeps its snapshot begins again.
        for _ in 0..<3 {
            if let items = try await list(path + query, what) { return items.map { Self.named($0, resource) } }
        }
        throw ClusterFailure(.unreachable, "\(what): the list expired three times while it was read")
    }

    package func time() async throws(ClusterFailure) -> Timestamp {
        let response = try await connection.send(.get, "/version")
        guard response.status < 500 else { throw ClusterFailure(response, asking: "the server's time") }
        guard let time = response[header: "Date"].flatMap(Timestamp.init(httpDate:)) else {
            throw ClusterFailure(.garbage, "the API server states no time", hint: "check the server's URL")
        }
        return time
    }

    package func permissions(namespace: String) async throws(ClusterFailure) -> Permissions {
        let review: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
            "spec": ["namespace": .string(namespace)],
        ]
        let path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
        let response = try await connection.send(.post, path, body: review)
        return Permissions(try Self.success(response, "permissions in \(namespace)"))
    }

    /// All pages; nil where the server has forgotten the snapshot that they belong to.
    private func list(_ path: String, _ what: String) async throws(ClusterFailure) -> [JSON]? {
        var items: [JSON] = []
        var position = ""
        while true {
            let next = position.isEmpty ? path : "\(path)&continue=\(PercentEncoding.part(position))"
            let response = try await connection.send(.get, next)
            if response.status == 410 { return nil }
            let json = try Self.success(response, what)
            guard let page = json["items"]?.array else {
                throw ClusterFailure(.garbage, "\(what): the answer is no list")
            }
            items += page
            let following = json["metadata"]?["continue"]?.string ?? ""
            guard !following.isEmpty, following != position else { return items }
            position = following
        }
    }

    /// The items of a list leave out what its head says.
    private static func named(_ item: JSON, _ resource: Discovery.Resource) -> JSON {
        guard case .object(let members) = item, item["kind"] == nil else { return item }
        let head = [
            JSON.Member(name: "kind", value: .string(resource.kind)),
            JSON.Member(name: "apiVersion", value: .string(resource.apiVersion)),
        ]
        return .object(head + members)
    }

    private static func success(_ response: HTTPClient.Response, _ what: String) throws(ClusterFailure) -> JSON {
        guard (200..<300).contains(response.status) else { throw ClusterFailure(response, asking: what) }
        do {
            return try JSON(parsing: response.body)
        } catch {
            throw ClusterFailure(.garbage, "\(what): the answer is not JSON: \(error)", hint: "check the server's URL")
        }
    }
}

extension Permissions {
    init(_ review: JSON) {
        func texts(_ json: JSON?) -> Set<String> { Set((json?.array ?? []).compactMap(\.string)) }
        let rules = (review["status"]?["resourceRules"]?.array ?? []).map { rule in
            Rule(
                verbs: texts(rule["verbs"]), groups: texts(rule["apiGroups"]), resources: texts(rule["resources"]),
                names: texts(rule["resourceNames"]))
        }
        self.init(rules: rules, isIncomplete: review["status"]?["incomplete"]?.bool ?? true)
    }
}
