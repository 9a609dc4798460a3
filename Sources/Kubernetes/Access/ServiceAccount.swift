import HTTP
package import Rollouts

extension ClusterAccess {
    /// The API server as a pod sees it, with the service account that is mounted into it.
    ///
    /// - Parameter folder: where the account's token and authority are mounted.
    package static func inCluster(
        environment: [String: String], folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(ClusterFailure) -> ClusterAccess {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"]
        else {
            throw ClusterFailure(
                .configuration, "this is not a pod: KUBERNETES_SERVICE_HOST is not set", hint: "state a kubeconfig")
        }
        var access = ClusterAccess(server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        access.trust = .pem(try TextFile.bytes("\(folder)/ca.crt"))
        _ = try TextFile.token("\(folder)/token")
        access.credential = .tokenFile("\(folder)/token")
        return access
    }
}
