/// The values that the API server fills in where a manifest is silent; only those that the recordings show or that the
/// simulator itself needs.
enum Defaults {
    static func fill(_ object: Value, kind: ResourceKind) -> Value {
        var result = object
        switch kind {
        case .deployment: fillDeployment(&result)
        case .statefulSet: fillStatefulSet(&result)
        case .daemonSet: fillDaemonSet(&result)
        case .job: fillJob(&result)
        case .replicaSet: result["spec", "template", "spec"]?.fillPodSpec()
        case .pod: fillPod(&result)
        case .service: fillService(&result)
        case .autoscaler: result.setDefault(1, "spec", "minReplicas")
        case .httpRoute: fillRoute(&result)
        case .namespace: result.setDefault(["phase": "Active"], "status")
        default: break
        }
        return result
    }

    private static func fillDeployment(_ object: inout Value) {
        object.setDefault(1, "spec", "replicas")
        object["spec", "template", "spec"]?.fillPodSpec()
        object.setDefault("RollingUpdate", "spec", "strategy", "type")
        if object["spec", "strategy", "type"] == "RollingUpdate" {
            object.setDefault("25%", "spec", "strategy", "rollingUpdate", "maxUnavailable")
            object.setDefault("25%", "spec", "strategy", "rollingUpdate", "maxSurge")
        }
        object.setDefault(10, "spec", "revisionHistoryLimit")
        object.setDefault(600, "spec", "progressDeadlineSeconds")
    }

    private static func fillStatefulSet(_ object: inout Value) {
        object.setDefault(1, "spec", "replicas")
        object["spec", "template", "spec"]?.fillPodSpec()
        object.setDefault("OrderedReady", "spec", "podManagementPolicy")
        object.setDefault(["type": "RollingUpdate", "rollingUpdate": ["partition": 0]], "spec", "updateStrategy")
        object.setDefault(10, "spec", "revisionHistoryLimit")
    }

    private static func fillDaemonSet(_ object: inout Value) {
        object["spec", "template", "spec"]?.fillPodSpec()
        object.setDefault(
            ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1, "maxSurge": 0]], "spec", "updateStrategy")
        object.setDefault(10, "spec", "revisionHistoryLimit")
    }

    private static func fillJob(_ object: inout Value) {
        object.setDefault(6, "spec", "backoffLimit")
        object.setDefault(1, "spec", "completions")
        object.setDefault(1, "spec", "parallelism")
        object.setDefault(false, "spec", "suspend")
        object["spec", "template", "spec"]?.fillPodSpec()
    }

    private static func fillPod(_ object: inout Value) {
        object["spec"]?.fillPodSpec()
        let toleration = { (key: String) -> Value in
            [
                "key": .string("node.kubernetes.io/" + key), "operator": "Exists", "effect": "NoExecute",
                "tolerationSeconds": 300,
            ]
        }
        object.setDefault([toleration("not-ready"), toleration("unreachable")], "spec", "tolerations")
        object.setDefault(0, "spec", "priority")
        object.setDefault(true, "spec", "enableServiceLinks")
        object.setDefault("PreemptLowerPriority", "spec", "preemptionPolicy")
    }

    private static func fillService(_ object: inout Value) {
        let ports = (object["spec", "ports"]?.array ?? []).map { port in
            var port = port
            port.setDefault("TCP", "protocol")
            port.setDefault(port["port"] ?? 80, "targetPort")
            return port
        }
        object["spec", "ports"] = .array(ports)
        object.setDefault("ClusterIP", "spec", "type")
        object.setDefault("None", "spec", "sessionAffinity")
        object.setDefault("Cluster", "spec", "internalTrafficPolicy")
        object.setDefault(["loadBalancer": [:]], "status")
    }

    private static func fillRoute(_ object: inout Value) {
        let parents = (object["spec", "parentRefs"]?.array ?? []).map { parent in
            var parent = parent
            parent.setDefault("gateway.networking.k8s.io", "group")
            parent.setDefault("Gateway", "kind")
            return parent
        }
        if !parents.isEmpty { object["spec", "parentRefs"] = .array(parents) }
        let rules = (object["spec", "rules"]?.array ?? []).map { rule in
            var rule = rule
            rule.setDefault([["path": ["type": "PathPrefix", "value": "/"]]], "matches")
            let backends = (rule["backendRefs"]?.array ?? []).map { backend in
                var backend = backend
                backend.setDefault("", "group")
                backend.setDefault("Service", "kind")
                backend.setDefault(1, "weight")
                return backend
            }
            if !backends.isEmpty { rule["backendRefs"] = .array(backends) }
            return rule
        }
        if !rules.isEmpty { object["spec", "rules"] = .array(rules) }
    }
}

extension Value {
    fileprivate mutating func setDefault(_ value: Value, _ path: String...) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            if self[name] == nil { self[name] = value }
            return
        }
        var child = self[name] ?? .empty
        child.setDefault(value, at: path.dropFirst())
        self[name] = child
    }

    private mutating func setDefault(_ value: Value, at path: ArraySlice<String>) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            if self[name] == nil { self[name] = value }
            return
        }
        var child = self[name] ?? .empty
        child.setDefault(value, at: path.dropFirst())
        self[name] = child
    }

    fileprivate mutating func fillPodSpec() {
        for list in ["initContainers", "containers"] {
            guard let containers = self[list]?.array else { continue }
            self[list] = .array(containers.map(\.filledContainer))
        }
        setDefault("Always", "restartPolicy")
        setDefault(30, "terminationGracePeriodSeconds")
        setDefault("ClusterFirst", "dnsPolicy")
        setDefault([:], "securityContext")
        setDefault("default-scheduler", "schedulerName")
        if let account = self["serviceAccountName"] { setDefault(account, "serviceAccount") }
    }

    private var filledContainer: Value {
        var container = self
        if let ports = container["ports"]?.array {
            container["ports"] = .array(
                ports.map { port in
                    var port = port
                    port.setDefault("TCP", "protocol")
                    return port
                })
        }
        container.setDefault([:], "resources")
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where container[probe] != nil {
            container[probe]?.fillProbe()
        }
        container.setDefault("/dev/termination-log", "terminationMessagePath")
        container.setDefault("File", "terminationMessagePolicy")
        let image = container["image"]?.string ?? ""
        let isMoving =
            image.hasSuffix(":latest") || !(image.split(separator: "/").last ?? "").contains { ":@".contains($0) }
        container.setDefault(isMoving ? "Always" : "IfNotPresent", "imagePullPolicy")
        return container
    }

    private mutating func fillProbe() {
        if self["httpGet"] != nil { setDefault("HTTP", "httpGet", "scheme") }
        setDefault(1, "timeoutSeconds")
        setDefault(10, "periodSeconds")
        setDefault(1, "successThreshold")
        setDefault(3, "failureThreshold")
    }
}
