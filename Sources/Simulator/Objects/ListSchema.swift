/// Which lists the API server merges by key, and which objects it owns only as a whole.
///
/// Taken from the `x-kubernetes-list-type`, `-list-map-keys` and `-map-type` marks of the built-in types. Lists that are
/// not named here are atomic, as all of a route's are.
enum ListSchema {
    /// The members that make an element of a list unique; nil for an atomic list.
    static func keys(of list: String, elements: [Value], kind: ResourceKind) -> [String]? {
        guard !kind.isCustom else { return nil }
        switch list {
        case "containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets":
            return ["name"]
        case "volumeMounts": return ["mountPath"]
        case "conditions": return ["type"]
        case "ownerReferences": return ["uid"]
        case "topologySpreadConstraints": return ["topologyKey", "whenUnsatisfiable"]
        case "ports" where kind == .service: return ["port", "protocol"]
        case "ports" where elements.allSatisfy { $0["containerPort"] != nil }: return ["containerPort", "protocol"]
        default: return nil
        }
    }

    /// The value that the API server puts where an element lacks a key.
    static func defaultKey(_ name: String) -> Value? { name == "protocol" ? "TCP" : nil }

    /// Whether an object is owned only as a whole.
    static func isAtomic(_ name: String) -> Bool {
        ["selector", "nodeSelector", "configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef"].contains(name)
    }

    /// Members that are plain structures, in a custom type only the metadata: an update never owns them by themselves.
    static func isStructure(_ name: String, kind: ResourceKind) -> Bool {
        guard !kind.isCustom else { return name == "metadata" }
        return ["metadata", "spec", "status", "template", "containers", "initContainers", "strategy"].contains(name)
    }
}
