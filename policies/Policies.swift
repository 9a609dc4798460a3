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

    /// Sets of metrics by the names that `config.yaml` gives as `metrics.set`.
    ///
    /// Those of a mesh or an ingress have files of another name than its traffic provider, `istio-metrics.yaml`: two files of
    /// one name cannot be embedded.
    package static let metrics: [String: [UInt8]] = [
        "apisix": PackageResources.apisix_metrics_yaml,
        "app-http": PackageResources.app_http_yaml,
        "appmesh": PackageResources.appmesh_metrics_yaml,
        "contour": PackageResources.contour_metrics_yaml,
        "gloo": PackageResources.gloo_metrics_yaml,
        "istio": PackageResources.istio_metrics_yaml,
        "knative": PackageResources.knative_metrics_yaml,
        "kuma": PackageResources.kuma_metrics_yaml,
        "linkerd": PackageResources.linkerd_metrics_yaml,
        "nginx": PackageResources.nginx_metrics_yaml,
        "osm": PackageResources.osm_metrics_yaml,
        "skipper": PackageResources.skipper_metrics_yaml,
        "traefik": PackageResources.traefik_metrics_yaml,
    ]
}
