/// The data files that ship inside the program, by their names without `.yaml`.
package enum Policies {
    /// Documents of `kind: TrafficProvider`.
    package static let traffic: [String: [UInt8]] = ["gateway-api": PackageResources.gateway_api_yaml]
}
