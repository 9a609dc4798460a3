/// What the API server says about itself: its version, groups and resources.
enum Discovery {
    static let version: Value = [
        "major": "1", "minor": "36", "gitVersion": "v1.36.0+simulator", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z", "goVersion": "", "compiler": "", "platform": "linux/amd64",
    ]

    static let coreVersions: Value = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
    ]

    static var groups: Value {
        let names = Set(ResourceKind.all.map(\.group)).subtracting([""]).union(["authorization.k8s.io"]).sorted()
        return [
            "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(names.compactMap { group($0, inList: true) }),
        ]
    }

    static func group(_ name: String, inList: Bool = false) -> Value? {
        let kind = ResourceKind.all.first { $0.group == name && !name.isEmpty }
        guard let version = kind?.version ?? (name == "authorization.k8s.io" ? "v1" : nil) else { return nil }
        let entry: Value = ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        var group: Value = inList ? .empty : ["kind": "APIGroup", "apiVersion": "v1"]
        group["name"] = .string(name)
        group["versions"] = [entry]
        group["preferredVersion"] = entry
        return group
    }

    private static let shortNames = [
        "pods": ["po"], "services": ["svc"], "configmaps": ["cm"], "namespaces": ["ns"], "deployments": ["deploy"],
        "replicasets": ["rs"], "statefulsets": ["sts"], "daemonsets": ["ds"], "horizontalpodautoscalers": ["hpa"],
        "kustomizations": ["ks"], "ingresses": ["ing"],
    ]

    /// What can be asked about oneself; nothing of it is stored.
    static let reviews: Value = [
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "authorization.k8s.io/v1",
        "resources": [
            [
                "name": "selfsubjectrulesreviews", "singularName": "selfsubjectrulesreview", "namespaced": false,
                "kind": "SelfSubjectRulesReview", "verbs": ["create"],
            ]
        ],
    ]

    static func resources(of kinds: [ResourceKind]) -> Value {
        let resources = kinds.map { kind -> Value in
            var resource: Value = [
                "name": .string(kind.plural), "singularName": .string(kind.name.lowercased()),
                "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.name), "verbs": ["get", "list"],
            ]
            if let short = shortNames[kind.plural] { resource["shortNames"] = .array(short.map(Value.string)) }
            return resource
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(kinds.first?.apiVersion ?? ""), "resources": .array(resources),
        ]
    }
}
