/// A kind of object that the simulated API server knows, with what discovery says about it.
package struct ResourceKind: Hashable, Sendable {
    package let group: String
    package let version: String
    package let name: String
    package let plural: String
    package let isNamespaced: Bool
    /// Whether the API server counts generations of it.
    package let hasGeneration: Bool
    /// Whether it comes from a CustomResourceDefinition: such answers have sorted members and unknown lists are atomic.
    package let isCustom: Bool

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// The name as it stands in error messages: `deployments.apps`.
    package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

    init(
        _ group: String, _ version: String, _ name: String, _ plural: String, namespaced: Bool = true,
        generation: Bool = false, custom: Bool = false
    ) {
        self.group = group
        self.version = version
        self.name = name
        self.plural = plural
        isNamespaced = namespaced
        hasGeneration = generation
        isCustom = custom
    }

    package static let deployment = ResourceKind("apps", "v1", "Deployment", "deployments", generation: true)
    package static let replicaSet = ResourceKind("apps", "v1", "ReplicaSet", "replicasets", generation: true)
    package static let statefulSet = ResourceKind("apps", "v1", "StatefulSet", "statefulsets", generation: true)
    package static let daemonSet = ResourceKind("apps", "v1", "DaemonSet", "daemonsets", generation: true)
    package static let job = ResourceKind("batch", "v1", "Job", "jobs", generation: true)
    package static let pod = ResourceKind("", "v1", "Pod", "pods", generation: true)
    package static let service = ResourceKind("", "v1", "Service", "services")
    package static let configMap = ResourceKind("", "v1", "ConfigMap", "configmaps")
    package static let namespace = ResourceKind("", "v1", "Namespace", "namespaces", namespaced: false)
    package static let autoscaler = ResourceKind(
        "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
    package static let scaledObject = ResourceKind(
        "keda.sh", "v1alpha1", "ScaledObject", "scaledobjects", generation: true, custom: true)
    package static let httpRoute = ResourceKind(
        "gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes", generation: true, custom: true)
    package static let gateway = ResourceKind(
        "gateway.networking.k8s.io", "v1", "Gateway", "gateways", generation: true, custom: true)
    package static let ingress = ResourceKind("networking.k8s.io", "v1", "Ingress", "ingresses", generation: true)
    package static let virtualService = ResourceKind(
        "networking.istio.io", "v1", "VirtualService", "virtualservices", generation: true, custom: true)
    package static let destinationRule = ResourceKind(
        "networking.istio.io", "v1", "DestinationRule", "destinationrules", generation: true, custom: true)
    package static let kustomization = ResourceKind(
        "kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations", generation: true, custom: true)
    package static let helmRelease = ResourceKind(
        "helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases", generation: true, custom: true)
    package static let application = ResourceKind(
        "argoproj.io", "v1alpha1", "Application", "applications", generation: true, custom: true)

    /// Every kind that can be applied, read and listed.
    ///
    /// Anything else is refused by name.
    package static let all: [ResourceKind] = [
        namespace, pod, service, configMap,
        ResourceKind("", "v1", "Secret", "secrets"),
        ResourceKind("", "v1", "ServiceAccount", "serviceaccounts"),
        deployment, replicaSet, statefulSet, daemonSet, autoscaler,
        job,
        ResourceKind("batch", "v1", "CronJob", "cronjobs", generation: true),
        ResourceKind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", generation: true),
        ResourceKind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", generation: true),
        ingress,
        ResourceKind("rbac.authorization.k8s.io", "v1", "Role", "roles"),
        ResourceKind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
        ResourceKind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", namespaced: false),
        ResourceKind("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", namespaced: false),
        scaledObject,
        ResourceKind("external-secrets.io", "v1", "ExternalSecret", "externalsecrets", generation: true, custom: true),
        ResourceKind("bitnami.com", "v1alpha1", "SealedSecret", "sealedsecrets", generation: true, custom: true),
        httpRoute, gateway, virtualService, destinationRule, kustomization, helmRelease, application,
    ]

    /// The kind that a manifest's `apiVersion` and `kind` name.
    package static func named(_ name: String?, apiVersion: String?) -> ResourceKind? {
        all.first { $0.name == name && $0.apiVersion == apiVersion }
    }
}
