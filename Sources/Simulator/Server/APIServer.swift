/// Answers requests from a cluster's objects as a Kubernetes API server does; read-only.
package struct APIServer: Sendable {
    /// When set, every request must carry it.
    package var token: String?

    package init(token: String? = nil) {
        self.token = token
    }

    package func respond(to request: APIRequest, from cluster: Cluster) -> APIResponse {
        if let token, request.token != token { return .failure(401, "Unauthorized", "Unauthorized") }
        let parts = request.path.split(separator: "/").map(String.init)
        if request.method == "POST" { return review(parts) ?? forbidden(parts, verb: "create") }
        switch parts.first {
        case "version": return .json(Discovery.version)
        case "healthz", "livez", "readyz": return .text("ok")
        case "api" where parts.count == 1: return .json(Discovery.coreVersions)
        case "apis" where parts.count == 1: return .json(Discovery.groups)
        case "apis" where parts.count == 2:
            return Discovery.group(parts[1]).map { .json($0) } ?? .unknownPath
        case "apis" where parts.dropFirst() == ["authorization.k8s.io", "v1"]: return .json(Discovery.reviews)
        case "api": return answer(request, group: "", version: parts[1], rest: parts.dropFirst(2), from: cluster)
        case "apis": return answer(request, group: parts[1], version: parts[2], rest: parts.dropFirst(3), from: cluster)
        default: return .unknownPath
        }
    }

    private func answer(
        _ request: APIRequest, group: String, version: String, rest: ArraySlice<String>, from cluster: Cluster
    ) -> APIResponse {
        let kinds = ResourceKind.all.filter { $0.group == group && $0.version == version }
        guard !kinds.isEmpty else { return .unknownPath }
        guard !rest.isEmpty else { return .json(Discovery.resources(of: kinds)) }
        guard let address = ResourceAddress(rest, among: kinds) else { return .unknownPath }
        guard request.method == "GET" else {
            return forbidden(address.kind, verb: request.method == "DELETE" ? "delete" : "patch", address.namespace)
        }
        if request.query["watch"] == "true" || request.query["watch"] == "1" {
            return .failure(405, "MethodNotAllowed", "the simulator does not watch; list again")
        }
        guard let name = address.name else { return ObjectList(address, request.query, cluster).response }
        let key = ObjectKey(address.kind, namespace: address.namespace ?? "", name: name)
        guard let object = cluster.store[key] else { return notFound(key) }
        return .json(object.rendered())
    }

    private func notFound(_ key: ObjectKey) -> APIResponse {
        var details: Value = ["name": .string(key.name)]
        if !key.kind.group.isEmpty { details["group"] = .string(key.kind.group) }
        details["kind"] = .string(key.kind.plural)
        return .failure(404, "NotFound", "\(key.kind.qualifiedPlural) \"\(key.name)\" not found", details: details)
    }

    private func forbidden(_ parts: [String], verb: String) -> APIResponse {
        let rest = parts.first == "api" ? parts.dropFirst(2) : parts.dropFirst(3)
        let kinds = ResourceKind.all.filter { parts.starts(with: $0.pathPrefix) }
        guard let address = ResourceAddress(rest, among: kinds) else { return .unknownPath }
        return forbidden(address.kind, verb: verb, address.namespace)
    }

    private func forbidden(_ kind: ResourceKind, verb: String, _ namespace: String?) -> APIResponse {
        let place = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        let message =
            "\(kind.qualifiedPlural) is forbidden: User \"system:serviceaccount:headgate:headgate\" cannot \(verb) resource "
            + "\"\(kind.plural)\" in API group \"\(kind.group)\" \(place)"
        var details: Value = .empty
        if !kind.group.isEmpty { details["group"] = .string(kind.group) }
        details["kind"] = .string(kind.plural)
        return .failure(403, "Forbidden", message, details: details)
    }

    /// The one thing that may be posted: the question what the asker may do.
    ///
    /// Here: read everything but Secrets.
    private func review(_ parts: [String]) -> APIResponse? {
        guard parts == ["apis", "authorization.k8s.io", "v1", "selfsubjectrulesreviews"] else { return nil }
        var rules = Set(ResourceKind.all.map(\.group)).sorted().map { group -> Value in
            let resources = ResourceKind.all.filter { $0.group == group && $0.plural != "secrets" }
            return [
                "verbs": ["get", "list"], "apiGroups": [.string(group)],
                "resources": .array(resources.map { .string($0.plural) }),
            ]
        }
        rules.append([
            "verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        ])
        return .json(
            [
                "kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:], "spec": [:],
                "status": [
                    "resourceRules": .array(rules),
                    "nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["/healthz", "/livez", "/version"]]],
                    "incomplete": false,
                ],
            ], status: 201)
    }
}

/// What the end of a path names: a kind, perhaps in a namespace, perhaps one object of it.
struct ResourceAddress {
    let kind: ResourceKind
    let namespace: String?
    let name: String?

    init?(_ path: ArraySlice<String>, among kinds: [ResourceKind]) {
        var path = path
        var namespace: String?
        if path.count > 2, path.first == "namespaces" {
            namespace = path.dropFirst().first
            path = path.dropFirst(2)
        }
        guard let plural = path.first, path.count <= 2, let kind = kinds.first(where: { $0.plural == plural }),
            kind.isNamespaced || namespace == nil, !kind.isNamespaced || namespace != nil || path.count == 1
        else { return nil }
        self.kind = kind
        self.namespace = namespace
        name = path.dropFirst().first
    }
}

extension ResourceKind {
    fileprivate var pathPrefix: [String] { group.isEmpty ? ["api", version] : ["apis", group, version] }
}
