/// The data files that ship inside the program, by their names without `.yaml`.
package enum Policies {
    /// Documents of `kind: TrafficProvider`.
    package static let traffic: [String: [UInt8]] = [
        "alb": PackageResources.alb_yaml,
        "ambassador": PackageResources.ambassador_yaml,
        "apisix": PackageResources.apisix_yaml,
        "appmesh": PackageResources.appmesh_yaml,
        "contour": PackageResources.contour_yaml,
        "gateway-api": PackageResources.gateway_api_yaml,
        "gloo": PackageResources.gloo_yaml,
        "istio": PackageResources.istio_yaml,
        "knative": PackageResources.knative_yaml,
        "kuma": PackageResources.kuma_yaml,
        "linkerd": PackageResources.linkerd_yaml,
        "nginx": PackageResources.nginx_yaml,
        "openshift": PackageResources.openshift_yaml,
        "skipper": PackageResources.skipper_yaml,
        "smi": PackageResources.smi_yaml,
        "traefik": PackageResources.traefik_yaml,
    ]

    /// Plans by the names that a Rollout gives as `plan`.
    package static let plans: [String: [UInt8]] = [
        "demo": PackageResources.demo_yaml, "standard": PackageResources.standard_yaml,
    ]

    /// Sets of metrics for traffic providers that have no queries of their own.
    package static let metrics: [String: [UInt8]] = ["app-http": PackageResources.app_http_yaml]
}
