import Metrics

/// What a deployment says so that services on this machine may be asked.
enum LocalAccess {
    static func connection(
        secrets folder: String? = nil, responseLimit: Int = 32 << 20,
        _ change: (inout MetricAccess.Host) -> Void = { _ in }
    ) -> MetricConnection {
        var host = MetricAccess.Host(host: "127.0.0.1")
        host.local = true
        change(&host)
        var access = MetricAccess()
        access.secretsFolder = folder
        access.hosts = [host]
        return MetricConnection(access, firstPause: .milliseconds(10), responseLimit: responseLimit)
    }
}
