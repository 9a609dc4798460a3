/// The data files that ship inside the program, by their names without `.yaml`.
package enum Policies {
    /// Documents of `kind: TrafficProvider`.
    package static let traffic: [String: [UInt8]] = ["gateway-api": PackageResources.gateway_api_yaml]

    /// Plans by the names that a Rollout gives as `plan`.
    package static let plans: [String: [UInt8]] = [
        "demo": PackageResources.demo_yaml, "standard": PackageResources.standard_yaml,
    ]

    /// Sets of metrics for traffic providers that have no queries of their own.
    package static let metrics: [String: [UInt8]] = ["app-http": PackageResources.app_http_yaml]
}
