/// The data files that ship inside the program, by their names without `.yaml`.
package enum Policies {
    /// Documents of `kind: TrafficProvider`.
    package static let traffic: [String: [UInt8]] = ["gateway-api": PackageResources.gateway_api_yaml]

    /// Documents of `kind: Plan`.
    package static let plans: [String: [UInt8]] = [
        "demo": PackageResources.demo_yaml, "standard": PackageResources.standard_yaml,
    ]

    /// Documents of `kind: MetricSet`.
    package static let metrics: [String: [UInt8]] = ["app-http": PackageResources.app_http_yaml]
}
