import ArgumentParser

/// Where the repository, the cluster and the metrics are, and how to reach them.
///
/// All of this belongs to the agent's own deployment: nothing in a repository can widen it.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The configuration repository: a path or a URL. Also HEADGATE_REPO; without it the current folder.")
    var repo: String?

    @Option(help: "The branch that the cluster follows.")
    var branch = "main"

    @Option(help: "Look after this environment only; may be repeated.")
    var environment: [String] = []

    @Option(help: "A folder for the mirror, which may be deleted at any time. Also HEADGATE_CACHE.")
    var cache: String?

    @Option(help: "A private key file for ssh:// repositories.")
    var sshKey: String?

    @Option(help: "The known_hosts file for ssh:// repositories.")
    var knownHosts: String?

    @Option(help: "A file with the token for https:// repositories. Also HEADGATE_TOKEN.")
    var tokenFile: String?

    @Option(help: "A PEM file of certificate authorities for https:// repositories, instead of the system's.")
    var caFile: String?

    @Option(help: "An SSH key file to sign commits with.")
    var signingKey: String?

    @Option(help: "A kubeconfig; in a cluster the pod's service account is used without one. Also KUBECONFIG.")
    var kubeconfig: String?

    @Option(help: "The context of the kubeconfig, instead of its current one.")
    var context: String?

    @Option(help: "Prometheus, instead of the address in .headgate/config.yaml.")
    var prometheus: String?

    @Option(help: "A file with a bearer token for Prometheus.")
    var prometheusTokenFile: String?

    @Option(
        help: "A file that says which other hosts metrics may be read from, and how. Also HEADGATE_METRIC_ACCESS.")
    var metricAccess: String?

    @OptionGroup var forge: ForgeOptions

    func validate() throws {
        guard let prometheus, !prometheus.hasPrefix("http://"), !prometheus.hasPrefix("https://") else { return }
        throw ValidationError("--prometheus \(prometheus) is no URL; write http://\(prometheus)")
    }
}
